"""The column headings of a file, and the form in which a person says what they mean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings

from cpl.admin.mappings import field_choices
from cpl.models import ImportRun
from cpl.spreadsheets import importer
from cpl.spreadsheets.columns import field_of, normalise
from cpl.spreadsheets.errors import WorkbookError
from cpl.spreadsheets.reader import Limits, Row, Sheet, column_letter, read_workbook

_SEARCHED_ROWS = 50
_MOST_HEADINGS = 120
_LONGEST = 120


@dataclass(frozen=True)
class Heading:
    """A heading as it is written, where it stands, and the field it is read as ('' for none)."""

    text: str
    places: tuple[str, ...]
    field: str


def headings_of_run(run: ImportRun) -> list[Heading]:
    """The headings of a preview as it understood them."""
    found = [
        *((c["heading"], f"{s['name']}, column {c['column']}", c["field"]) for s in run.sheets for c in s["columns"]),
        *((text, s["name"], "") for s in run.sheets for text in s["ignored"]),
    ]
    return _merged(found)


def headings_of_file(content: bytes, file_name: str) -> list[Heading]:
    """The headings of a file whose columns could not be told: of each sheet the row most like a header row.

    None for a file that cannot be read at all.
    """
    remembered = importer.remembered()
    try:
        sheets = read_workbook(content, file_name, limits()).sheets
    except WorkbookError:
        return []
    found = [
        (text, f"{sheet.name}, column {column_letter(index)}", field_of(text, remembered) or "")
        for sheet in sheets
        for index, text in _likeliest(sheet, remembered)
    ]
    return _merged(found)[:_MOST_HEADINGS]


def limits() -> Limits:
    """How much of a file is read, from the settings."""
    return Limits(
        file_bytes=settings.SPREADSHEET_MAX_BYTES,
        inflated_bytes=settings.SPREADSHEET_MAX_INFLATED_BYTES,
        rows=settings.SPREADSHEET_MAX_ROWS,
    )


def _likeliest(sheet: Sheet, remembered: Mapping[str, str]) -> list[tuple[int, str]]:
    """Known names count most; then the row with the most different texts, the first of them."""
    rows = [_texts(row) for row in sheet.rows[:_SEARCHED_ROWS]]

    def likeness(texts: list[tuple[int, str]]) -> tuple[int, int]:
        known = {field_of(text, remembered) for _, text in texts} - {None, ""}
        return len(known), len({text for _, text in texts})

    best = max(rows, key=likeness, default=[])
    return best if len(best) > 1 else []


def _texts(row: Row) -> list[tuple[int, str]]:
    texts = ((index, " ".join(cell.split())) for index, cell in enumerate(row) if isinstance(cell, str))
    return [(index, text) for index, text in texts if text and len(text) <= _LONGEST and text.isprintable()]


def _merged(found: Iterable[tuple[str, str, str]]) -> list[Heading]:
    """One line a heading: what it means holds for every sheet of the file."""
    merged: dict[str, Heading] = {}
    for text, place, field in found:
        key = normalise(text)
        if not key:
            continue
        before = merged.get(key, Heading(text, (), field))
        merged[key] = Heading(before.text, (*before.places, place), before.field or field)
    return list(merged.values())


class HeadingsForm(forms.Form):
    """One choice a heading: the field it is read as, or to leave the column out."""

    def __init__(self, headings: list[Heading], data: Any = None, *, chosen: Mapping[str, str] | None = None) -> None:
        """`chosen` is what the person said before, by heading; shown again where the form is not bound."""
        super().__init__(data)
        self.headings = headings
        for number, heading in enumerate(headings):
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=heading.text,
                choices=field_choices,
                initial=(chosen or {}).get(heading.text, heading.field),
                required=False,
            )

    def rows(self) -> list[tuple[Heading, forms.BoundField]]:
        """Each heading with its choice."""
        return [(heading, self[f"column-{number}"]) for number, heading in enumerate(self.headings)]

    def corrections(self) -> dict[str, str]:
        """The headings whose meaning the person changed, with the new one. Only of a valid form."""
        chosen = (self.cleaned_data[f"column-{number}"] for number in range(len(self.headings)))
        pairs = zip(self.headings, chosen, strict=True)
        return {heading.text: field for heading, field in pairs if field != heading.field}


def posted_headings(data: Any) -> list[Heading]:
    """The headings that a form showed, from its hidden fields; places and meaning as they were shown."""
    texts, fields = data.getlist("heading")[:_MOST_HEADINGS], data.getlist("understood")
    return [Heading(text, (), field) for text, field in zip(texts, fields, strict=False)]
