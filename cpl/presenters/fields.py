"""An entry field by field, each with its value or the reason why there is none, and where it came from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from cpl.choices import FieldState, PathwayState, Source
from cpl.models import VOLUNTARY_FIELDS, CPLEntry, FirmwareInformation
from cpl.models.fields import label_of
from cpl.selectors.history import shown

NO_RECORD: Final = "no_record"
"""The state of every field where no FIR record is shown. It says nothing of what others were told."""
_NO_RECORD_WORDS: Final = "Not supplied here"


@dataclass(frozen=True)
class Field:
    """One line of the Entry page or of an export: `state` is empty where a value is required by the Code."""

    label: str
    value: Any
    state: str = ""
    source: str = ""
    kind: str = ""
    blank: str = ""

    @property
    def words(self) -> Any:
        """What an export writes: the value, or how the field was answered."""
        if self.state == NO_RECORD:
            return _NO_RECORD_WORDS
        return self.value if self.state in ("", FieldState.SUPPLIED) else FieldState(self.state).label


_LIST_FIELDS = (
    ("cpl_entry_id", "text"), ("device_type", "text"), ("firmware_version", "hex"), ("firmware_label", "text"),
    ("model_name", "text"), ("smets_chts_version", "text"), ("gbcs_version", "text"), ("zigbee_certificate", "text"),
    ("dlms_certificate", "text"), ("cpa_certificate", "text"), ("cpa_date", "date"), ("published_on", "date"),
    ("loaded_on", "date"),
)  # fmt: skip


_BLANK = {
    "loaded_on": "Not recorded here",
    "firmware_version": "None: a Type 2 device",
    "firmware_label": "None given",
}
"""What a missing value means where the list itself has no column or no duty."""


def list_fields(entry: Any, *, blank: Mapping[str, str] = MappingProxyType({})) -> list[Field]:
    """What the Central Products List says. `entry` is an entry, or its row as at another time.

    `blank` says of a field by its name what it means that it is missing, where more is known than usual.
    """
    meaning = {**_BLANK, **blank}
    return [
        Field(_label(entry, name), shown(entry, name), kind=kind, blank=meaning.get(name, ""))
        for name, kind in _LIST_FIELDS
    ]


def _label(entry: Any, name: str) -> str:
    if name == "cpa_date" and entry.cpa_date_kind:
        return f"CPA certificate {entry.get_cpa_date_kind_display().lower()} on"
    return label_of(CPLEntry, name)


def voluntary_fields(information: Any, contact: str = "Given") -> list[Field]:
    """What the manufacturer says, in the order of VOLUNTARY_FIELDS; all in the state NO_RECORD without a FIR record.

    `contact` stands for a contact that was supplied: its details are told on its own page only.
    """
    if information is None:
        return [Field(_name_of(name), None, state=NO_RECORD) for name in VOLUNTARY_FIELDS]
    return [_voluntary(information, name, contact) for name in VOLUNTARY_FIELDS]


def _name_of(voluntary: str) -> str:
    return label_of(FirmwareInformation, voluntary)


def _voluntary(record: Any, name: str, contact: str) -> Field:
    source, given, party = (*record.provenance.get(name, ()), "", "", "")[:3]
    return Field(
        label=_name_of(name),
        value=contact if name == "contact" else shown(record, name),
        state=getattr(record, f"{name}_state"),
        source=provenance(source, given, party),
        kind={"portal_link": "link", "release_date": "date", "notes": "prose"}.get(name, "text"),
    )


def provenance(source: str, given: str | date | None, party: str = "") -> str:
    """Where a fact came from and when, in words; another Party than the manufacturer is named."""
    if not source:
        return ""
    day = date.fromisoformat(given) if isinstance(given, str) and given else given
    words = Source(source).label if source in Source.values else source
    if party and source == Source.OTHER_PARTY:
        words = words.replace("another Party", party)
    return f"{words}, {day.day} {day:%B %Y}" if day else words


def pathway_words(state: str, entry_ids: list[str]) -> str:
    """The three states as an export writes them: entry IDs, N/A, or not yet provided."""
    return PathwayState(pathway_state(state, known=bool(entry_ids))).label if not entry_ids else ", ".join(entry_ids)


def pathway_state(state: str, *, known: bool) -> str:
    """The state as one person may know it: predecessors that are all hidden read as not yet provided.

    Anything else would tell that there are restricted entries.
    """
    return PathwayState.NOT_PROVIDED if state == PathwayState.THESE_ENTRIES and not known else state
