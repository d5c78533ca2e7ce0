"""The guard at the spool: whole lines pass, personal data does not, however far below the headings it stands.

The first rows are judged column by column. What comes after them is looked through at the speed of memory for forms
that nothing else has, and only a line on which something stands out is read.
"""

import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from cpl.choices import EstateColumn
from cpl.estate.errors import EstateFileError
from cpl.estate.head import Head, split
from cpl.estate.headings import meant_by
from cpl.estate.personal import certainly_personal, masked, personal_column

_LETTERS, _DIGITS = string.ascii_letters.encode(), string.digits.encode()
# Every hex digit as h; every digit as d and every letter as L: what stands out is found by a plain search then.
_HEX: Final = bytes.maketrans(b"h" + string.hexdigits.encode(), b"L" + b"h" * len(string.hexdigits))
_SHAPE: Final = bytes.maketrans(_LETTERS + _DIGITS, b"L" * len(_LETTERS) + b"d" * len(_DIGITS))
_PAIRS: Final = tuple((sign, sign.join([b"hh"] * 8)) for sign in (b"-", b":", b"."))
_SUSPECT: Final = re.compile(
    rb"(?<![0-9A-Za-z])(?:[0-9A-Fa-f]{16}|[0-9]{10,21})(?![0-9A-Za-z])|[0-9A-Fa-f]{2}([-:.])(?:[0-9A-Fa-f]{2}\1){6}"
    rb"|[^\s@,;]@[^\s@,;]+\.[^\s@,;]{2}|\+44"
    rb"|(?<![A-Za-z0-9])[A-Za-z]{1,2}[0-9][A-Za-z0-9]? [0-9][A-Za-z]{2}(?![A-Za-z0-9])"
)


@dataclass(frozen=True)
class PersonalColumn:
    """A column that holds something of people or single devices: where that stands, and how it looks, masked.

    `at` is its place in the file as it was sent; `line` is None where only the heading tells.
    """

    at: int
    heading: str
    what: str
    line: int | None
    example: str


class PersonalDataError(EstateFileError):
    """Columns of the file hold personal data; nothing of it was stored. It may be sent again without them."""

    def __init__(self, name: str, headings: Sequence[str], columns: Sequence[PersonalColumn]) -> None:
        named = ", ".join(f"“{column.heading}” ({column.what})" for column in columns)
        super().__init__(
            f"The file “{name}” was not taken: it seems to hold personal data in {named}. Nothing of it was stored.",
            "Send it again without these columns.",
        )
        self.headings, self.columns = tuple(headings), tuple(columns)


def personal_columns(head: Head, left_out: Iterable[int] = ()) -> list[PersonalColumn]:
    """The columns of the first rows that must not be stored."""
    spared = set(left_out)
    width = max([len(head.headings), *(len(row.fields) for row in head.rows)])
    return [found for at in range(width) if at not in spared and (found := _judged(head, at))]


def _judged(head: Head, at: int) -> PersonalColumn | None:
    heading = head.headings[at] if at < len(head.headings) else ""
    rows = [row for row in head.rows if at < len(row.fields)]
    is_known = meant_by(heading) not in (None, EstateColumn.LABEL)
    found = personal_column(heading, (row.fields[at] for row in rows), is_known=is_known)
    if found is None:
        return None
    what, where = found
    row = None if where is None else rows[where]
    example = masked(row.fields[at]) if row else ""
    return PersonalColumn(at, named(heading, at), what, row.line if row else None, example)


def named(heading: str, at: int) -> str:
    """A heading as it is called on a page, where there may be none."""
    return heading or f"column {at + 1}"


@dataclass
class Guard:
    """Looks at whole lines of UTF-8. `places` are those of the columns in the file as it was sent."""

    name: str
    separator: str
    headings: Sequence[str]
    places: Sequence[int]

    def look(self, block: bytes, first_line: int) -> None:
        """Raises PersonalDataError, which names the line, where a field is personal beyond doubt."""
        if not _stands_out(block):
            return
        at = 0
        while found := _SUSPECT.search(block, at):
            start = block.rfind(b"\n", 0, found.start()) + 1
            end = block.find(b"\n", found.end())
            at = len(block) if end < 0 else end
            self._look_at(block[start:at].decode(), first_line + block.count(b"\n", 0, start))

    def _look_at(self, line: str, number: int) -> None:
        for at, field in enumerate(next(split(line, self.separator), [])):
            if what := certainly_personal(field):
                place = self.places[at] if at < len(self.places) else max([*self.places, len(self.headings) - 1]) + 1
                heading = self.headings[place] if place < len(self.headings) else ""
                column = PersonalColumn(place, named(heading, place), what, number, masked(field))
                raise PersonalDataError(self.name, self.headings, [column])


def _stands_out(block: bytes) -> bool:
    """Whether it is worth a closer look: a few passes at the speed of memory."""
    if b"@" in block or b"+44" in block:
        return True
    hexes = block.translate(_HEX)
    if b"h" * 16 in hexes or any(sign in hexes and pairs in hexes for sign, pairs in _PAIRS):
        return True
    shape = block.translate(_SHAPE)
    return b"d" * 10 in shape or b" dLL" in shape
