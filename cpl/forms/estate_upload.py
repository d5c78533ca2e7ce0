"""An estate file is sent, and its columns are confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django import forms
from django.conf import settings

from accounts.models import Party
from cpl.choices import EstateColumn
from cpl.estate.guard import PersonalColumn, named
from cpl.estate.headings import Recognised
from cpl.estate.layout import Columns, Layout
from cpl.models import EstateCheck

FILE: Final = "file"
LEAVE_OUT: Final = "leave_out"
PARTY: Final = "party"
NAME_LENGTH: Final = EstateCheck._meta.get_field("name").max_length

_UNIT: Final = 1024 * 1024


class EstateFileForm(forms.Form):
    """For which Party, and the file, in this order: what stands before the file is known when its bytes come."""

    file = forms.FileField(
        label="File",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx", "class": "govuk-file-upload"}),
    )

    def __init__(self, parties: Sequence[Party], data: Any = None) -> None:
        super().__init__(data)
        largest, workbook = settings.ESTATE_MAX_BYTES // _UNIT, settings.ESTATE_WORKBOOK_MAX_BYTES // _UNIT
        self.fields[FILE].help_text = f"CSV of at most {largest:,} MB, or XLSX of at most {workbook:,} MB."
        if len(parties) > 1:
            choices = [(party.pk, party.name) for party in parties]
            self.fields[PARTY] = forms.ChoiceField(label="Check the estate of", choices=choices)
            self.order_fields([PARTY, FILE])


def left_out_by(ticked: Sequence[str], headings: Sequence[str]) -> list[int]:
    """The columns that were ticked as they stand in this file: `at:heading`. Another file keeps its columns."""
    found = []
    for tick in ticked:
        place, _, heading = tick.partition(":")
        if place.isascii() and place.isdigit() and len(place) < 5:
            at = int(place)
            if heading == (headings[at] if at < len(headings) else ""):
                found.append(at)
    return found


@dataclass(frozen=True)
class Tick:
    """A column that may be left out, and why."""

    value: str
    heading: str
    why: str
    example: str = ""
    line: int | None = None


def ticks(columns: Sequence[PersonalColumn], headings: Sequence[str], before: Sequence[int]) -> list[Tick]:
    """One for each column that was found personal now, and for each that was left out before."""

    def heading(at: int) -> str:
        return headings[at] if at < len(headings) else ""

    found = {
        one.at: Tick(f"{one.at}:{heading(one.at)}", one.heading, one.what, one.example, one.line) for one in columns
    }
    chosen = {at: Tick(f"{at}:{heading(at)}", named(heading(at), at), "") for at in before if at not in found}
    return [tick for _, tick in sorted({**found, **chosen}.items())]


@dataclass(frozen=True)
class Column:
    """One column of the file: what it is called, what it seems to hold, and what stands in its first rows."""

    at: int
    heading: str
    chosen: str
    values: Sequence[str]
    error: str = ""
    maybe: str = ""
    """What it may hold besides others."""

    @property
    def field(self) -> str:
        """The name of its box."""
        return f"column_{self.at}"


def asked(layout: Layout, told: Recognised, rows: Sequence[Sequence[str]]) -> list[Column]:
    """The columns as they are first shown: what several may hold is chosen for none of them."""
    holds = {at: name for name, at in told.columns.items()}
    maybe = {at: name for name, places in told.doubtful.items() for at in places}
    errors = {
        at: _doubt(name, [layout.headings[place] for place in places], layout.headings[at])
        for name, places in told.doubtful.items() for at in places
    }  # fmt: skip
    columns = [_column(layout, at, holds.get(at, ""), rows, errors.get(at, "")) for at in range(layout.width)]
    return [replace(column, maybe=str(maybe.get(column.at, ""))) for column in columns]


def answered(data: Mapping[str, str], layout: Layout, rows: Sequence[Sequence[str]]) -> list[Column]:
    """The columns as somebody chose them; what is no choice counts as none."""
    chosen = [data.get(f"column_{at}", "") for at in range(layout.width)]
    known = [name if name in EstateColumn.values else "" for name in chosen]
    return [_column(layout, at, name, rows, "") for at, name in enumerate(known)]


def still_doubtful(columns: Sequence[Column], before: Sequence[Column]) -> list[Column]:
    """The columns as they were chosen, with the doubts of before that nobody decided."""
    decided = {column.chosen for column in columns}
    return [
        replace(column, error=then.error) if then.error and not column.chosen and then.maybe not in decided else column
        for column, then in zip(columns, before, strict=True)
    ]


def twice(columns: Sequence[Column]) -> dict[str, list[Column]]:
    """What was chosen for more than one column."""
    found: dict[str, list[Column]] = {}
    for column in columns:
        if column.chosen:
            found.setdefault(column.chosen, []).append(column)
    return {name: those for name, those in found.items() if len(those) > 1}


def chosen_of(columns: Sequence[Column]) -> Columns:
    """What was chosen, once for each column."""
    return {EstateColumn(column.chosen): column.at for column in columns if column.chosen}


def _column(layout: Layout, at: int, chosen: str, rows: Sequence[Sequence[str]], error: str) -> Column:
    values = [row[at] if at < len(row) else "" for row in rows]
    return Column(at, named(layout.headings[at], at), str(chosen), values, error)


def _doubt(name: EstateColumn, headings: Sequence[str], own: str) -> str:
    others = " and ".join(f"“{heading}”" for heading in headings if heading != own) or "another column"
    return f"This may hold the {name.label.lower()}, and so may {others}. Choose one."
