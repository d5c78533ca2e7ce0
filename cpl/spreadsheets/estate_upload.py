"""Taking in an estate file while it streams by: what must not be stored is told before the first byte is written.

What reaches the spool is UTF-8, without a mark and without anything above its headings, with the line numbers that the
file had when it was sent; of a workbook, the one sheet with the estate as CSV.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Final

from cpl.estate.decoding import Decoder, decoder_for
from cpl.estate.errors import EstateFileError
from cpl.estate.guard import Guard, PersonalDataError, kept_heading, personal_columns
from cpl.estate.head import HEADINGS_WANTED, Head, read_head
from cpl.estate.headings import signature
from cpl.estate.layout import Layout
from cpl.estate.rewriting import Rewriter, heading_line
from cpl.estate.spool import Spool
from cpl.spreadsheets.errors import WorkbookError
from cpl.spreadsheets.estate_workbook import estate_as_csv, limits
from cpl.spreadsheets.reader.source import describe, kind_of

HEAD_BYTES: Final = 256 * 1024
LONGEST_LINE: Final = 1024 * 1024
TEXT_ENDINGS: Final = (".csv", ".txt", ".tsv", ".tab")

LeaveOut = Callable[[Sequence[str]], Sequence[int]]
"""Which columns of a file with these headings are to be left out."""


@dataclass(frozen=True)
class Taken:
    """A file that waits in the spool, and how many rows it seems to have."""

    token: str
    layout: Layout
    rows_total: int
    encoding: str


class Intake:
    """One file. Whoever feeds it calls `drop` when it does not come to its end."""

    def __init__(
        self, spool: Spool, name: str, *, max_bytes: int, max_workbook_bytes: int, leave_out: LeaveOut | None = None
    ) -> None:
        self.spool, self.name = spool, name
        self.max_bytes, self.max_workbook_bytes = max_bytes, max_workbook_bytes
        self._leave_out = leave_out or (lambda headings: ())
        self._size = 0
        self._waiting = bytearray()
        self._is_workbook = False
        self._text: _Text | None = None

    def feed(self, data: bytes) -> None:
        """Take the next bytes. Raises EstateFileError, of which PersonalDataError is one, or OSError."""
        self._size += len(data)
        if self._size > (self.max_workbook_bytes if self._is_workbook else self.max_bytes):
            raise self._too_large()
        if self._text is not None:
            self._text.feed(data)
            return
        self._waiting += data
        if not self._is_workbook and len(self._waiting) >= HEAD_BYTES:
            self._begin(whole=False)

    def finish(self) -> Taken:
        """The file is whole. Raises as `feed` does; on success the file has its name in the spool."""
        if self._text is None:
            self._begin(whole=True)
        if self._is_workbook:
            return self._finish_workbook()
        assert self._text is not None  # noqa: S101 - one of the two made it
        return self._text.finish()

    def _finish_workbook(self) -> Taken:
        sheet = estate_as_csv(bytes(self._waiting), self.name, limits(self.max_workbook_bytes))
        self._waiting.clear()
        taken = self._begun(sheet.content, decoder_for(sheet.content, self.name), whole=True).finish()
        return replace(taken, layout=replace(taken.layout, sheet=sheet.name, other_sheets=sheet.others))

    def drop(self) -> None:
        """Take away what was written; the memory of a workbook, too."""
        self._waiting.clear()
        self.spool.drop()

    def _begin(self, *, whole: bool) -> None:
        start = bytes(self._waiting)
        self._is_workbook = self._kind(start) == "xlsx"
        if self._is_workbook:
            if len(start) > self.max_workbook_bytes:
                raise self._too_large()
            return
        self._waiting.clear()
        self._text = self._begun(start, decoder_for(start, self.name), whole=whole)

    def _begun(self, start: bytes, decoder: Decoder, *, whole: bool) -> "_Text":
        text = decoder.feed(start)
        if whole:
            text += decoder.finish()
        head = read_head(text.decode(), self.name, whole=whole)
        begun = _Text(self.spool, self.name, decoder, head, self._settled(head))
        begun.begin(text)
        return begun

    def _settled(self, head: Head) -> tuple[int, ...]:
        """What is left out; raises PersonalDataError for what would have to be left out besides."""
        left_out = tuple(sorted(set(self._leave_out(head.headings))))
        if personal_columns(head, left_out):
            # With those that are left out already, so that the page can say once more why.
            raise PersonalDataError(self.name, head.headings, personal_columns(head))
        if all(at in left_out for at in range(len(head.headings))):
            raise EstateFileError(f"Nothing is left of the file “{self.name}”.", HEADINGS_WANTED)
        return left_out

    def _kind(self, start: bytes) -> str:
        """By content and name, as far as they agree."""
        ending = PurePath(self.name.strip()).suffix.lower()
        if ending in TEXT_ENDINGS and not describe(start):
            return "csv"
        try:
            return kind_of(start, self.name)
        except WorkbookError as error:
            raise EstateFileError(error.message, error.cure) from error

    def _too_large(self) -> EstateFileError:
        return too_large(self.name, self.max_workbook_bytes if self._is_workbook else self.max_bytes, self._is_workbook)


def size_in_words(size: int) -> str:
    """A limit as people read it: "1 GB", "25 MB", "400,000 bytes"."""
    for unit, called in ((1024**3, "GB"), (1024**2, "MB")):
        if size >= unit:
            return f"{size / unit:,.1f}".removesuffix(".0") + f" {called}"
    return f"{size:,} bytes"


def too_large(name: str, most: int, is_workbook: bool = False) -> EstateFileError:
    """The file has more bytes than are taken."""
    cure = "Save the sheet as “CSV UTF-8” and upload that." if is_workbook else (
        "Count the devices by model and firmware version first, or split the list into several files."
    )  # fmt: skip
    return EstateFileError(f"The file “{name}” is larger than {size_in_words(most)}, the most that is taken.", cure)


class _Text:
    """The rows below the headings, on their way to the spool."""

    def __init__(self, spool: Spool, name: str, decoder: Decoder, head: Head, left_out: tuple[int, ...]) -> None:
        self.spool, self.name, self.decoder, self.head, self.left_out = spool, name, decoder, head, left_out
        width = len(head.headings)
        self.kept = [at for at in range(width) if at not in left_out]
        self._guard = Guard(name, head.separator, head.headings, self.kept)
        first = head.first_row + 1
        self._rewriter = Rewriter(name, head.separator, width, left_out, first) if left_out else None
        self._line, self._rest = first, b""
        self._has_quotes = self._has_rows = False
        self._last = b"\n"

    def begin(self, text: bytes) -> None:
        """The head itself: what stands above the headings is of no use, and who knows what it says."""
        headings = [self.head.headings[at] for at in self.kept]
        self.spool.write(b"\n" * (self.head.first_row - 1) + heading_line(headings, self.head.separator))
        at = 0
        for _ in range(self.head.first_row):
            at = text.find(b"\n", at) + 1 or len(text)
        self._pass(text[at:])

    def feed(self, data: bytes) -> None:
        """Bytes as they came."""
        self._pass(self.decoder.feed(data))

    def finish(self) -> Taken:
        """All came: the last line may lack its end."""
        self._pass(self.decoder.finish())
        self._guarded(self._rest)
        if self._rewriter:
            self._rewriter.finish()
        if not self._has_rows:
            raise EstateFileError(
                f"The file “{self.name}” has headings on line {self.head.first_row} and no rows below them.",
                "Export the list again and upload that file.",
            )
        if self._last != b"\n":
            self._line += 1
        return Taken(self.spool.keep(), self._layout(), self._line - self.head.first_row - 1, self.decoder.encoding)

    def _layout(self) -> Layout:
        every = self.head.headings
        headings = tuple(every[at] for at in self.kept)
        sent = tuple(kept_heading(one, at) if at in self.left_out else one for at, one in enumerate(every))
        return Layout(
            "utf-8", self.head.separator, self.head.first_row, headings, {}, self._has_quotes,
            sent, self.left_out, signature=signature(every),
        )  # fmt: skip

    def _pass(self, data: bytes) -> None:
        """On with whole lines only; what is left of the last one waits for its end."""
        end = data.rfind(b"\n") + 1
        if not end:
            self._rest += data
        else:
            lines, self._rest = self._rest + data[:end], data[end:]
            self._guarded(lines)
        if len(self._rest) > LONGEST_LINE:
            raise EstateFileError(
                f"Line {self._line:,} of the file “{self.name}” is longer than {size_in_words(LONGEST_LINE)}.",
                "Export the list again, one row a line, and upload that file.",
            )

    def _looked_through(self, lines: bytes, first: int) -> None:
        try:
            self._guard.look(lines, first)
        except PersonalDataError as found:
            before = [column for column in personal_columns(self.head) if column.at in self.left_out]
            raise PersonalDataError(self.name, self.head.headings, [*before, *found.columns]) from found

    def _guarded(self, lines: bytes) -> None:
        if not lines:
            return
        first, self._line = self._line, self._line + lines.count(b"\n")
        self._last = lines[-1:]
        if self._rewriter:
            # Lines that wait for a quotation mark to be closed come with those that close it.
            first, lines = self._rewriter.line, self._rewriter.feed(lines)
        self._looked_through(lines, first)
        self._has_quotes = self._has_quotes or b'"' in lines
        self._has_rows = self._has_rows or bool(lines.strip(b'\r\n,;|\t "'))
        self.spool.write(lines)
