"""An estate file is sent, and its columns are confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from django import forms
from django.conf import settings

from accounts.models import Party
from cpl.choices import EstateColumn
from cpl.estate.counting.judging import number_of_a_cell
from cpl.estate.guard import PersonalColumn, named
from cpl.estate.headings import Recognised
from cpl.estate.layout import Columns, Layout
from cpl.estate.personal import with_article
from cpl.models import EstateCheck
from cpl.spreadsheets.estate_upload import size_in_words

FILE: Final = "file"
LEAVE_OUT: Final = "leave_out"
PARTY: Final = "party"
NAME_LENGTH: Final = EstateCheck._meta.get_field("name").max_length
NOT_USED: Final = "not_used"
"""Chosen for a column that holds nothing which is needed; '' is no choice."""

_NUMBERS: Final = {2: "Two", 3: "Three", 4: "Four", 5: "Five"}
_DOUBTS: Final = {
    EstateColumn.MANUFACTURER: "the manufacturer",
    EstateColumn.DEVICE_MODEL: "the Device Model",
    EstateColumn.MODEL_IDENTIFIER: "the Model Identifier",
    EstateColumn.HARDWARE_VERSION: "the Hardware Version",
    EstateColumn.HARDWARE_REVISION: "the Hardware Revision",
    EstateColumn.FIRMWARE_VERSION: "the firmware version",
    EstateColumn.COUNT: "the number of devices",
    EstateColumn.LABEL: "the label",
}
_WITHOUT: Final = {
    EstateColumn.COUNT: "to count one device a row",
    EstateColumn.LABEL: "to go without labels",
}


class EstateFileForm(forms.Form):
    """For which Party, and the file, in this order: what stands before the file is known when its bytes come."""

    file = forms.FileField(
        label="File",
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx", "class": "govuk-file-upload"}),
    )

    def __init__(self, parties: Sequence[Party], data: Any = None) -> None:
        super().__init__(data)
        self.fields[FILE].help_text = (
            f"CSV of at most {size_in_words(settings.ESTATE_MAX_BYTES)}, "
            f"or XLSX of at most {size_in_words(settings.ESTATE_WORKBOOK_MAX_BYTES)}."
        )
        if len(parties) > 1:
            # None is chosen beforehand: an estate would go to the wrong Party, whose people read it.
            choices = [("", "Choose a Party"), *((party.pk, party.name) for party in parties)]
            wrong = dict.fromkeys(("required", "invalid_choice"), "Choose whose estate it is.")
            self.fields[PARTY] = forms.ChoiceField(label="Check the estate of", choices=choices, error_messages=wrong)
            self.order_fields([PARTY, FILE])

    def ask_again(self) -> None:
        """The file has to be chosen once more: no browser keeps it."""
        self.fields[FILE].help_text = f"Choose the file again; nothing was kept. {self.fields[FILE].help_text}"


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
    """A column that is to be left out, and why."""

    value: str
    heading: str
    why: str
    example: str = ""
    line: int | None = None
    is_by_heading: bool = False

    @property
    def says(self) -> str:
        """What follows its heading."""
        what = "" if self.why.casefold() == self.heading.casefold() else self.why
        if self.is_by_heading:
            return f": {what} (from its heading)" if what else " (from its heading)"
        return f": looks like {with_article(what)}" if what else ""


def ticks(columns: Sequence[PersonalColumn], headings: Sequence[str], before: Sequence[int]) -> list[Tick]:
    """One for each column that was found personal now, and for each that was left out before."""

    def heading(at: int) -> str:
        return headings[at] if at < len(headings) else ""

    found = {
        one.at: Tick(
            f"{one.at}:{heading(one.at)}", one.heading, one.what, one.example, one.line, one.is_by_heading
        )
        for one in columns
    }  # fmt: skip
    chosen = {at: Tick(f"{at}:{heading(at)}", named(heading(at), at), "") for at in before if at not in found}
    return [tick for _, tick in sorted({**found, **chosen}.items())]


def ticks_again(ticked: Sequence[str]) -> list[Tick]:
    """The same ones for whoever forgot the file."""
    split = [(tick, *tick.partition(":")[::2]) for tick in ticked]
    return [
        Tick(tick, named(heading, int(place)), "")
        for tick, place, heading in split if place.isascii() and place.isdigit() and len(place) < 5
    ]  # fmt: skip


@dataclass(frozen=True)
class Column:
    """One column of the file: what it is called, what it seems to hold, and what stands in its first rows."""

    at: int
    heading: str
    chosen: str
    """An EstateColumn, NOT_USED, or '' where nothing is chosen yet."""
    values: Sequence[str]
    error: str = ""
    maybe: EstateColumn | None = None
    """What it and another may hold: somebody has to choose."""
    is_guessed: bool = False

    @property
    def field(self) -> str:
        """The name of its box."""
        return f"column_{self.at}"


def asked(layout: Layout, told: Recognised, rows: Sequence[Sequence[str]]) -> list[Column]:
    """The columns as they are first shown: what several may hold is chosen for none of them."""
    holds = {at: str(name) for name, at in told.columns.items()}
    guessed = {told.columns[name] for name in told.guessed}
    doubts = _doubts(told)
    return [
        replace(_column(layout, at, holds.get(at, ""), rows, doubts), is_guessed=at in guessed)
        for at in range(layout.width)
    ]


def answered(
    data: Mapping[str, str], layout: Layout, rows: Sequence[Sequence[str]], told: Recognised
) -> list[Column]:  # fmt: skip
    """The columns as somebody chose them. What is no choice counts as "Not used", but for those in doubt: there it is
    an error.
    """
    sent = [data.get(f"column_{at}", "") for at in range(layout.width)]
    chosen = [name if name in (*EstateColumn.values, NOT_USED) else "" for name in sent]
    return [_column(layout, at, name, rows, _doubts(told)) for at, name in enumerate(chosen)]


def twice(columns: Sequence[Column]) -> dict[str, list[Column]]:
    """What was chosen for more than one column."""
    found: dict[str, list[Column]] = {}
    for column in columns:
        if column.chosen in EstateColumn.values:
            found.setdefault(column.chosen, []).append(column)
    return {name: those for name, those in found.items() if len(those) > 1}


def chosen_of(columns: Sequence[Column]) -> Columns:
    """What was chosen, once for each column."""
    return {EstateColumn(column.chosen): column.at for column in columns if column.chosen in EstateColumn.values}


def _column(
    layout: Layout, at: int, chosen: str, rows: Sequence[Sequence[str]], doubts: Mapping[int, tuple[EstateColumn, str]]
) -> Column:
    values = [_as_in_the_file(row[at]) if at < len(row) else "" for row in rows]
    heading = _told_apart(layout, at)
    if at not in doubts:
        return Column(at, heading, chosen or NOT_USED, values)
    maybe, words = doubts[at]
    return Column(at, heading, chosen, values, "" if chosen else words, maybe)


def _as_in_the_file(value: str) -> str:
    """A number of a workbook that stands where an identifier should, as its cell shows it: 1030000 of 1.030000E+6."""
    number = number_of_a_cell(value)
    return value if number is None else f"{number:f}"


def _told_apart(layout: Layout, at: int) -> str:
    """The heading of a column; with its place in the file as it was sent where another has the same."""
    heading = layout.headings[at]
    if not heading or layout.headings.count(heading) == 1:
        return named(heading, at)
    kept = [place for place in range(len(layout.sent or layout.headings)) if place not in layout.left_out]
    return f"{named(heading, at)} (column {kept[at] + 1})"


def _doubts(told: Recognised) -> dict[int, tuple[EstateColumn, str]]:
    """What each column that is in doubt may hold, and what is asked there."""
    return {at: (name, _doubt(name, len(places))) for name, places in told.doubtful.items() for at in places}


def _doubt(name: EstateColumn, many: int) -> str:
    start = f"{_NUMBERS.get(many, f'{many}')} columns may hold {_DOUBTS[name]}. Choose one,"
    if name in _WITHOUT:
        return f"{start} or choose “Not used” for {'both' if many == 2 else 'all'} {_WITHOUT[name]}."
    return f"{start} and “Not used” for the other{'' if many == 2 else 's'}."
