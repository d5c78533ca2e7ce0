"""Lists as a workbook in the form in which they are published and which the importer reads: CPL, Removed, FIR.

What is written is read back the same: text that a spreadsheet would run or take for something else is protected by
an apostrophe, which `cpl.readings.cells` takes away. A telephone number stands in a cell of text instead.
"""

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.styles.numbers import FORMAT_TEXT
from openpyxl.utils import get_column_letter

from cpl.choices import FieldState, PathwayState, Recommendation, Stage, Urgency
from cpl.models import UpgradePathLink
from cpl.proposals import CONTACT_FIELDS
from cpl.readings.cells import protected_word
from cpl.spreadsheets.columns import title
from cpl.spreadsheets.exporter import in_workbook

CPL_COLUMNS: Final = (
    "cpl_entry_id", "device_type", "esme_variant", "manufacturer", "manufacturer_identifier", "model_name",
    "model_identifier", "hardware_version", "hardware_revision", "firmware_version", "smets_chts_version",
    "gbcs_version", "zigbee_certificate", "dlms_certificate", "cpa_certificate", "cpa_date_kind", "cpa_date",
    "firmware_hash", "published_on", "firmware_label", "loaded_on", "predecessors",
)  # fmt: skip
"""The columns of the published list in its order, then those that it lacked."""

REMOVED_COLUMNS: Final = (*CPL_COLUMNS, "removed_on", "removal_reason", "removal_reference")

FIR_COLUMNS: Final = (
    "cpl_entry_id", "manufacturer", "model_name", "firmware_version", "release_date", "stage", "predecessors",
    *CONTACT_FIELDS, "portal_link", "notes", "recommendation", "urgency", "interrupts_hub_power", "irreversible",
    "needs_site_visit", "vulnerabilities", "withdrawn_on", "withdrawal_reason",
)  # fmt: skip

_NOTHING_BEFORE = "N/A"
_FROM = {
    "esme_variant": "device_model__esme_variant",
    "manufacturer": "device_model__manufacturer__name",
    "manufacturer_identifier": "device_model__identifier__code",
    "model_identifier": "device_model__model_identifier",
    "hardware_version": "device_model__hardware_version",
    "hardware_revision": "device_model__hardware_revision",
}
_OF_RECORD = (
    "release_date", "stage", "portal_link", "notes", "recommendation", "urgency", "interrupts_hub_power",
    "irreversible", "needs_site_visit", "vulnerabilities",
)  # fmt: skip
_LABELS = {**dict(Stage.choices), **dict(Recommendation.choices), **dict(Urgency.choices)}
_IN_WORDS: Final = {FieldState.DECLINED.value: "Declined", FieldState.NOT_APPLICABLE.value: "Not applicable"}
_FREE_TEXT = frozenset({"notes", "vulnerabilities", *CONTACT_FIELDS})
_TELEPHONE: Final = re.compile(r"\+[0-9]+(?:[ .-][0-9]+)*")
_CHUNK = 2_000
_WIDEST = 40
# The headings stand on row 4, as in the published lists.
_ABOVE = 3


class List(NamedTuple):
    """One sheet: its name, up to three lines above its headings, its fields and its rows."""

    name: str
    banner: Sequence[str]
    columns: Sequence[str]
    rows: Iterable[Sequence[Any]]


def as_workbook(lists: Iterable[List]) -> bytes:
    """The sheets as XLSX, written row by row; the headings are the names under which the importer knows the fields."""
    book = Workbook(write_only=True)
    for listed in lists:
        _write(book, listed)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _write(book: Workbook, listed: List) -> None:
    sheet = book.create_sheet(listed.name)
    headings = [title(name) for name in listed.columns]
    sheet.freeze_panes = f"A{_ABOVE + 2}"
    for number, heading in enumerate(headings, 1):
        sheet.column_dimensions[get_column_letter(number)].width = max(12, min(len(heading) + 4, _WIDEST))
    for line in listed.banner:
        sheet.append([_bold(sheet, line)])
    for _ in range(_ABOVE - len(listed.banner)):
        sheet.append([])
    sheet.append([_bold(sheet, heading) for heading in headings])
    telephones = {number for number, name in enumerate(listed.columns) if name == "contact_telephone"}
    for row in listed.rows:
        sheet.append(
            [_telephone(sheet, value) if number in telephones else in_workbook(value)
             for number, value in enumerate(row)]
        )  # fmt: skip


def _telephone(sheet: Any, value: Any) -> Any:
    """A number such as +44 1632 960001 as it is, in a cell of text: no spreadsheet takes that for a formula.

    Anything else, or with anything but figures and what stands between them, is protected as everywhere.
    """
    if not isinstance(value, str) or not _TELEPHONE.fullmatch(value):
        return in_workbook(value)
    cell = WriteOnlyCell(sheet, value)
    # Stays text when somebody edits it.
    cell.number_format = FORMAT_TEXT
    return cell


def _bold(sheet: Any, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, in_workbook(text))
    cell.font = Font(bold=True)
    return cell


@dataclass(frozen=True)
class Pathways:
    """What may be told of the entries that come before: by the key of an entry."""

    named: dict[int, list[str]]

    @classmethod
    def among(cls, entries: Any, *, whole: bool) -> "Pathways":
        """Those between these entries; `whole`: all there are."""
        links = UpgradePathLink.objects.all()
        if not whole:
            shown = entries.order_by().values("pk")
            links = links.filter(entry__in=shown, predecessor__in=shown)
        named: dict[int, list[str]] = {}
        pairs = links.order_by("predecessor__cpl_entry_id").values_list("entry_id", "predecessor__cpl_entry_id")
        for entry, predecessor in pairs:
            named.setdefault(entry, []).append(predecessor)
        return cls(named)

    def cell(self, key: int, state: str) -> str:
        """Entry IDs, N/A, or nothing: *not yet provided*, and also where all that come before are hidden."""
        if state == PathwayState.NOT_APPLICABLE:
            return _NOTHING_BEFORE
        return ", ".join(self.named.get(key, ())) if state == PathwayState.THESE_ENTRIES else ""


def listed_rows(entries: Any, columns: Sequence[str], pathways: Pathways) -> Iterator[list[Any]]:
    """A row for each of the entries, in the order of these columns of the list."""
    told = [name for name in columns if name != "predecessors"]
    sources = [_FROM.get(name, name) for name in told]
    rows = entries.order_by("cpl_entry_id").values_list("pk", "pathway_state", *sources)
    for key, state, *cells in rows.iterator(chunk_size=_CHUNK):
        found = dict(zip(told, cells, strict=True))
        found["cpa_date_kind"] = found["cpa_date_kind"].title()
        found["predecessors"] = pathways.cell(key, state)
        yield [found[name] for name in columns]


def record_rows(
    entries: Any, columns: Sequence[str], pathways: Pathways, *, with_blank: bool = False
) -> Iterator[list[Any]]:
    """A row for each entry with a FIR record, which `entries` joins as `information` where it may be seen.

    With the columns of the contact, `entries` joins that as `contact`. `with_blank`: a row also for each entry that
    has no record.
    """
    rows = entries if with_blank else entries.filter(information__isnull=False)
    rows = rows.order_by("cpl_entry_id").values_list(*_record_sources(columns))
    for line in rows.iterator(chunk_size=_CHUNK):
        yield _record_line(dict(zip(_record_sources(columns), line, strict=True)), columns, pathways)


def _record_sources(columns: Sequence[str]) -> list[str]:
    of_entry = ["pk", "pathway_state", "cpl_entry_id", "device_model__manufacturer__name", "model_name"]
    of_record = [f"information__{part}" for name in _OF_RECORD for part in (name, f"{name}_state")]
    dates = ["information__withdrawn_on", "information__withdrawal_reason", "information__contact_state"]
    contact = [f"contact__{name.removeprefix('contact_')}" for name in CONTACT_FIELDS if name in columns]
    return [*of_entry, "firmware_version", *of_record, *dates, *contact]


def _record_line(found: dict[str, Any], columns: Sequence[str], pathways: Pathways) -> list[Any]:
    cells = {
        "predecessors": pathways.cell(found["pk"], found["pathway_state"]),
        "manufacturer": found["device_model__manufacturer__name"],
        "withdrawn_on": found["information__withdrawn_on"],
        "withdrawal_reason": found["information__withdrawal_reason"],
    }
    return [cells[name] if name in cells else _cell(found, name) for name in columns]


def _cell(found: dict[str, Any], name: str) -> Any:
    if name in _OF_RECORD:
        return answer_cell(name, found[f"information__{name}"], found[f"information__{name}_state"])
    if name in CONTACT_FIELDS:
        value = found[f"contact__{name.removeprefix('contact_')}"]
        return answer_cell(name, value, found["information__contact_state"])
    return found[name]


def answer_cell(name: str, value: Any, state: str | None) -> Any:
    """A voluntary answer as a cell: the value, or in words that it was declined or does not apply, or blank."""
    if state != FieldState.SUPPLIED:
        return _IN_WORDS.get(state or "", "")
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value is None or isinstance(value, date):
        return value
    return protected_word(value) if name in _FREE_TEXT else _LABELS.get(value, value)
