"""What can be wrong with a file as a whole, each with a message and a cure in plain words.

Errors of a single cell are `CellError` in `cells`, since a row goes on to be checked after one.
"""

from cpl.curable import CurableError


class WorkbookError(CurableError):
    """A file that cannot be imported: `message` names the place and the value, `cure` what to do."""


class EmptyFileError(WorkbookError):
    """The file holds nothing."""


class WrongKindError(WorkbookError):
    """The file is not of a kind that can be read, or not what its name says."""


class EncryptedError(WorkbookError):
    """The file is protected by a password."""


class CorruptError(WorkbookError):
    """The file is cut short or damaged."""


class UnreadableTextError(WorkbookError):
    """The text of a CSV file is in no known encoding, or is no text."""


class MacroError(WorkbookError):
    """The workbook carries a program."""


class ExternalContentError(WorkbookError):
    """The workbook draws on something outside itself: another workbook, or a declared entity."""


class TooLargeError(WorkbookError):
    """Something exceeds a limit."""


class FileTooLargeError(TooLargeError):
    """The file has too many bytes."""


class DecompressionBombError(TooLargeError):
    """The file would unfold to far more than it seems."""


class TooManyRowsError(TooLargeError):
    """A sheet reaches too far down."""


class TooManyColumnsError(TooLargeError):
    """A sheet reaches too far to the right."""


class TooManyCellsError(TooLargeError):
    """The sheets together have too many cells, or too much text in them."""


class IssueDateError(WorkbookError):
    """The list says that it is issued on a day which lies too far ahead."""


class HeaderError(WorkbookError):
    """The columns of a sheet cannot be told."""


class NoHeaderError(HeaderError):
    """No sheet of the workbook has a row of known column names."""


class UnreadSheetError(HeaderError):
    """A sheet is by its name a list, but has no row of known column names."""


class DuplicateColumnError(HeaderError):
    """Two columns of a sheet stand for the same field."""


class MissingColumnsError(HeaderError):
    """A sheet lacks columns that its kind must have."""


class MergedCellsError(HeaderError):
    """Cells are merged in the header row or below it, so a value cannot be given its place."""
