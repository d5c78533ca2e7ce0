"""The guard at the spool: whole lines pass, personal data does not, however far below the headings it stands.

The first rows are judged column by column. What comes after them is looked through at the speed of memory for forms
that nothing else has, and only a line on which something stands out is read.
"""

import csv
import string
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cpl.choices import EstateColumn
from cpl.estate.certain import DEVICES, EMAILS, NUMBERS, POSTCODES, STREETS, TELEPHONES, TITLES, Form, levelled
from cpl.estate.errors import EstateFileError
from cpl.estate.head import Head, not_read, split
from cpl.estate.headings import meant_by
from cpl.estate.personal import (
    certainly_personal,
    looks_personal,
    masked,
    personal_column,
    personal_heading,
    personal_within,
)

_LETTERS, _DIGITS = string.ascii_letters.encode(), string.digits.encode()
# Every hex digit as h; every digit as d and every letter as L: what stands out is found by a plain search then.
_HEX: Final = bytes.maketrans(b"h" + string.hexdigits.encode(), b"L" + b"h" * len(string.hexdigits))
_SHAPE: Final = bytes.maketrans(_LETTERS + _DIGITS, b"L" * len(_LETTERS) + b"d" * len(_DIGITS))
# The letters with which titles begin as m, those with which they end as r, and a full stop as a space.
_TITLE: Final = bytes.maketrans(b"MmDdPpRrSsXxFfIiOo.", b"mmmmmmrrrrrrrriiii ")
_BETWEEN: Final = (b"", b"-", b":", b".", b" ")
_SHORTEST_NUMBER: Final = 10
_DIGITS_OF_A_DEVICE: Final = 16


@dataclass(frozen=True)
class PersonalColumn:
    """A column that holds something of people or single devices: where that stands, and how it looks, masked.

    `at` is its place in the file as it was sent; `line` is None where nothing stands below the heading.
    `is_by_heading` says that the heading alone tells: what stands below it might be anything.
    """

    at: int
    heading: str
    what: str
    line: int | None
    example: str
    is_by_heading: bool = False


class PersonalDataError(EstateFileError):
    """Columns of the file hold personal data; nothing of it was stored. It may be sent again without them."""

    def __init__(self, name: str, headings: Sequence[str], columns: Sequence[PersonalColumn]) -> None:
        named = ", ".join(f"“{column.heading}” ({column.what})" for column in columns)
        super().__init__(
            f"The file “{name}” could not be used: it seems to hold personal data in {named}. Nothing was stored.",
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
    value = row.fields[at] if row else ""
    is_by_heading = personal_heading(heading) == what and looks_personal(value) != what
    example = masked(value) if row else ""
    return PersonalColumn(at, named(heading, at), what, row.line if row else None, example, is_by_heading)


def named(heading: str, at: int) -> str:
    """A heading as it is called on a page, where there may be none, or one that is of a person itself."""
    return heading if heading and not personal_within(heading) else f"column {at + 1}"


def kept_heading(heading: str, at: int) -> str:
    """What is kept of the heading of a column that was left out: what it held, in our words."""
    return personal_heading(heading) or named("", at)


@dataclass
class Guard:
    """Looks at whole lines of UTF-8. `places` are those of the columns in the file as it was sent."""

    name: str
    separator: str
    headings: Sequence[str]
    places: Sequence[int]

    def look(self, block: bytes, first_line: int) -> None:
        """Raises PersonalDataError, which names the line, where a field is personal beyond doubt; EstateFileError
        where a field is too long to be looked at.
        """
        text = levelled(block.decode())
        shown = block if block.isascii() else text.encode("ascii", "replace")
        for form in _worth_a_look(shown):
            for line, number in _lines_with(form, text, first_line):
                self._look_at(line, number)

    def _look_at(self, line: str, number: int) -> None:
        for at, field in enumerate(self._fields(line, number)):
            if what := certainly_personal(field):
                place = self.places[at] if at < len(self.places) else max([*self.places, len(self.headings) - 1]) + 1
                heading = self.headings[place] if place < len(self.headings) else ""
                column = PersonalColumn(place, named(heading, place), what, number, masked(field))
                raise PersonalDataError(self.name, self.headings, [column])

    def _fields(self, line: str, number: int) -> list[str]:
        try:
            return next(split(line, self.separator), [])
        except csv.Error as error:
            raise not_read(error, self.name, number) from error


def _lines_with(form: Form, text: str, line: int) -> Iterator[tuple[str, int]]:
    """Each line in which the form is, once, and its number: lines are counted from the last one on."""
    counted = at = 0
    while found := form.pattern.search(text, at):
        at = found.end()
        if form.told(found):
            start = text.rfind("\n", 0, found.start()) + 1
            line, counted = line + text.count("\n", counted, start), start
            end = text.find("\n", at)
            at = len(text) if end < 0 else end
            yield text[start:at], line


def _worth_a_look(block: bytes) -> list[Form]:
    """The forms that may be in the block: a few passes at the speed of memory."""
    return [
        *(NUMBERS if _has_run(block, _SHAPE, b"d" * _SHORTEST_NUMBER, b" ") else ()),
        *(TELEPHONES if b"+44" in block or _has_run(block, _SHAPE, b"d" * _SHORTEST_NUMBER, b" ()-") else ()),
        *(DEVICES if _has_device(block) else ()),
        *(EMAILS if b"@" in block else ()),
        *(_in_words(block) if b" " in block else ()),
    ]


def _has_run(block: bytes, shape: bytes, run: bytes, between: bytes) -> bool:
    """Whether so many signs of one kind follow each other, but for those between them."""
    return run in block.translate(shape, between)


def _has_device(block: bytes) -> bool:
    return any(sign in block and _has_run(block, _HEX, b"h" * _DIGITS_OF_A_DEVICE, sign) for sign in _BETWEEN)


def _in_words(block: bytes) -> list[Form]:
    shape, titles = block.translate(_SHAPE), block.translate(_TITLE)
    is_street = b"d " in shape or b"dL " in shape or (b", " in block and (b"d, " in shape or b"dL, " in shape))
    is_title = any(sign in titles for sign in (b"mr ", b"mrr ", b"mirr ", b"mrir "))
    return [
        *(POSTCODES if b" dLL" in shape else ()), *(STREETS if is_street else ()), *(TITLES if is_title else ())
    ]  # fmt: skip
