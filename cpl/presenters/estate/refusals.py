"""Rows of an estate file that could not be read: grouped for the page, one row a line for taking away."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import F, Func, IntegerField

from cpl.choices import EstateColumn
from cpl.models import EstateCheck, EstateRefusal

HEADINGS: Final = ("Line", "Column", "Value", "Why it was refused", "What to do")
NUMBERS_SHOWN: Final = 12
"""Line numbers that the page names of each group; the file to take away has them all."""

_CHUNK: Final = 5_000
_SAYS_EMPTY: Final = " is empty."
"""How a message about an empty cell ends; any other refusal without a value keeps none on purpose."""


@dataclass(frozen=True)
class Refused:
    """Rows that were refused for one reason and one value."""

    column: str
    value: str
    message: str
    cure: str
    rows: int
    numbers: Sequence[int]

    @property
    def instead(self) -> str:
        """What to show where there is no value."""
        return _instead(self.message)

    @property
    def lines(self) -> str:
        """The first of their lines, and how many more there are: "4, 7, 12 and 1,204 more"."""
        named = ", ".join(str(number) for number in self.numbers)
        more = self.rows - len(self.numbers)
        return f"{named} and {intcomma(more)} more" if more else named


def groups(check: EstateCheck) -> list[Refused]:
    """The largest group first. Of a group with a million lines only those that are shown are read."""
    found = EstateRefusal.objects.filter(estate_check=check).annotate(numbers=F(f"lines__0_{NUMBERS_SHOWN}"))
    rows = found.order_by("-rows", "pk").values_list("column", "value", "message", "cure", "rows", "numbers")
    return [Refused(_column(column), *rest) for column, *rest in rows]


def by_line(check: EstateCheck) -> Iterator[list[object]]:
    """One row a refused line, in the order of the file; read from the database as it is asked for."""
    line = Func(F("lines"), function="unnest", output_field=IntegerField())
    found = EstateRefusal.objects.filter(estate_check=check).annotate(line=line).order_by("line", "pk")
    rows = found.values_list("line", "column", "value", "message", "cure")
    for number, column, value, message, cure in rows.iterator(chunk_size=_CHUNK):
        yield [number, _column(column), value or _instead(message), message, cure]


def _instead(message: str) -> str:
    return "Empty" if message.endswith(_SAYS_EMPTY) else "Not kept"


def _column(name: str) -> str:
    return str(EstateColumn(name).label) if name else "The whole row"
