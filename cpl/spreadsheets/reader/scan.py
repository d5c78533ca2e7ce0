"""A first look at the XML parts of a workbook, in one streaming pass and in bounded memory.

The library that reads the values allocates every cell between the first and the last, takes any cell
reference as it comes, and shows neither formulas nor error values. So each part is looked at here
before, and only what passed is handed on.

Prefixes of element names are ignored, as the library ignores them.
"""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat

from cpl.spreadsheets.errors import CorruptError, ExternalContentError, TooManyCellsError
from cpl.spreadsheets.reader.limits import Limits
from cpl.spreadsheets.reader.source import SAVE_AS_XLSX
from cpl.spreadsheets.reader.worksheet import (
    REMEMBERED,
    Action,
    Attributes,
    SheetFindings,
    WorksheetScan,
)

_UTF8 = {"UTF-8", "UTF8", "US-ASCII", "ASCII"}
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass
class WorkbookFindings:
    """What is known of a workbook after the first look."""

    # (name, identifier of the relationship), in the order of the tabs
    sheets: list[tuple[str, str]] = field(default_factory=list)
    # identifier of the relationship to the part it names, as written there
    targets: dict[str, str] = field(default_factory=dict)
    # at least the size in bytes of each text that cells share
    text_sizes: list[int] = field(default_factory=list)
    worksheets: dict[str, SheetFindings] = field(default_factory=dict)
    # whether the days are counted from 1904, as old spreadsheet programs for the Macintosh did
    from_1904: bool = False

    def part_of(self, relationship: str) -> str:
        """The part a relationship of the workbook names, in lower case; 'xl' where there is none."""
        target = self.targets.get(relationship, "")
        return posixpath.normpath(posixpath.join("/xl", target)).lstrip("/").lower()

    def sheet_in(self, part: str) -> str:
        """The name of the sheet in a part, or the part where no sheet is known to be there."""
        return next((name for name, relationship in self.sheets if self.part_of(relationship) == part), part)


class PartScanner:
    """Looks at one XML part. Feed it the pieces in turn, then call `finish`."""

    def __init__(self, part: str, workbook: WorkbookFindings, limits: Limits) -> None:
        self._part = part
        self._workbook = workbook
        self._limits = limits
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.XmlDeclHandler = self._declaration
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._root
        self._worksheet: WorksheetScan | None = None
        self._text_start = 0

    @property
    def is_refused(self) -> bool:
        """Whether the part is already known to be too long, so that only counting goes on."""
        return self._worksheet is not None and self._worksheet.too_long

    def feed(self, piece: bytes) -> None:
        """Looks at the next piece; raises a WorkbookError for what must not be read on."""
        if self._worksheet is not None and self.is_refused:
            self._worksheet.count_rows(piece)
        else:
            self._parse(piece, final=False)

    def finish(self) -> None:
        """Closes the part; raises CorruptError, TooManyRowsError or TooManyColumnsError."""
        self.stop(complete=True)
        self._parse(b"", final=True)

    def stop(self, *, complete: bool = False) -> None:
        """Says what is already known to be wrong, for a part that is not read to its end."""
        if self._worksheet is not None:
            self._worksheet.check(complete=complete)

    def _parse(self, piece: bytes, *, final: bool) -> None:
        if self._parser.CurrentByteIndex <= 0 and piece.startswith(_UTF16_MARKS):
            raise self._corrupt("is written in UTF-16, not in UTF-8")
        try:
            self._parser.Parse(piece, final)
        except expat.ExpatError as error:
            raise self._corrupt(f"is no well-formed XML ({error})") from error

    def _corrupt(self, why: str) -> CorruptError:
        return CorruptError(f"The workbook is damaged: its part “{self._part}” {why}.", SAVE_AS_XLSX)

    def _declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        if encoding is not None and encoding.upper() not in _UTF8:
            raise self._corrupt(f"is written in {encoding}, not in UTF-8")

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        raise ExternalContentError(
            f"The workbook’s part “{self._part}” declares a document type or entities, through which "
            "content from outside could be drawn in.",
            SAVE_AS_XLSX,
        )

    def _root(self, name: str, attributes: Attributes) -> None:
        """Chooses what to look for by the first element of the part."""
        match _local(name):
            case "worksheet":
                actions = self._look_at_worksheet()
            case "sst":
                actions = self._look_at_shared_texts()
            case "workbook":
                actions = {"sheet": self._sheet, "workbookPr": self._settings}
            case "Relationships" if self._part == "xl/_rels/workbook.xml.rels":
                actions = {"Relationship": self._relationship}
            case _:
                actions = {}
        self._parser.StartElementHandler = _dispatcher(actions) if actions else None

    def _look_at_worksheet(self) -> dict[str, Action]:
        name = self._workbook.sheet_in(self._part)
        scan = WorksheetScan(name, self._parser, self._workbook.text_sizes, self._limits)
        self._worksheet = scan
        self._workbook.worksheets[self._part] = scan.findings
        return scan.actions

    def _sheet(self, attributes: Attributes) -> None:
        self._has_room(len(self._workbook.sheets), REMEMBERED)
        relationship = next((v for k, v in attributes.items() if ":" in k and _local(k) == "id"), "")
        self._workbook.sheets.append((attributes.get("name", ""), relationship))

    def _settings(self, attributes: Attributes) -> None:
        self._workbook.from_1904 = attributes.get("date1904", "").strip().lower() in ("1", "true")

    def _relationship(self, attributes: Attributes) -> None:
        self._has_room(len(self._workbook.targets), REMEMBERED)
        self._workbook.targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def _look_at_shared_texts(self) -> dict[str, Action]:
        # Their sizes must be known before the cells that name them are counted.
        if self._workbook.text_sizes or self._workbook.worksheets:
            raise self._corrupt("holds shared texts where none are expected")
        self._parser.EndElementHandler = self._element_ends
        self._parser.CommentHandler = self._comment
        return {"si": self._text_starts}

    def _comment(self, text: str) -> None:
        # As in worksheets: what stands behind a comment would be lost.
        raise self._corrupt("has comments between its texts")

    def _text_starts(self, attributes: Attributes) -> None:
        self._text_start = self._parser.CurrentByteIndex

    def _element_ends(self, name: str) -> None:
        if name == "si" or _local(name) == "si":
            self._has_room(len(self._workbook.text_sizes), self._limits.cells)
            self._workbook.text_sizes.append(self._parser.CurrentByteIndex - self._text_start)

    def _has_room(self, used: int, limit: int) -> None:
        if used >= limit:
            raise TooManyCellsError(
                f"The workbook’s part “{self._part}” lists more than {limit:,} things.",
                "Split the list into several files.",
            )


class _ByWrittenName(dict[str, Action | None]):
    """Actions by the element name as written: with its prefix, which is looked at once a name."""

    def __init__(self, actions: dict[str, Action]) -> None:
        super().__init__()
        self._actions = actions

    def __missing__(self, name: str) -> Action | None:
        action = self[name] = self._actions.get(_local(name))
        return action


def _dispatcher(actions: dict[str, Action]) -> Callable[[str, Attributes], None]:
    by_name = _ByWrittenName(actions)

    def start(name: str, attributes: Attributes) -> None:
        action = by_name[name]
        if action is not None:
            action(attributes)

    return start


def _local(name: str) -> str:
    return name.rpartition(":")[2]
