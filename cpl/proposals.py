"""What a submission says, read from the words its author typed: the same readings as for a spreadsheet's cells.

Nothing here judges whether that may be published: `cpl.rules` does.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final, NamedTuple

from django.conf import settings
from django.utils import timezone

from cpl.choices import FieldState, PathwayState, SubmissionKind
from cpl.identifiers import DeviceModelParts, split_duis_model
from cpl.models import VOLUNTARY_FIELDS, Submission
from cpl.readings import listed, records, submissions
from cpl.readings.parsing import Parse, Reading, Readings
from cpl.readings.records import ContactDetails

Kind = SubmissionKind

MODEL_FIELDS: Final = ("device_type", "esme_variant", "manufacturer_identifier", "device_model", "model_name")
CERTIFICATE_FIELDS: Final = (
    "zigbee_certificate",
    "dlms_certificate",
    "cpa_certificate",
    "cpa_date_kind",
    "cpa_date",
)
VERSION_FIELDS: Final = ("firmware_version", "firmware_label", "firmware_hash", "smets_chts_version", "gbcs_version")
CONTACT_FIELDS: Final = ("contact_team", "contact_email", "contact_telephone")
PATHWAY_FIELDS: Final = ("pathway_state", "predecessors")
CORRECTABLE: Final = (
    "model_name",
    "firmware_label",
    "smets_chts_version",
    "gbcs_version",
    *CERTIFICATE_FIELDS,
)
"""What a correction may change: identity and hash of a published entry are final."""

FIELDS: Final[Mapping[SubmissionKind, tuple[str, ...]]] = {
    Kind.NEW_ENTRY: (
        *MODEL_FIELDS, *VERSION_FIELDS, *CERTIFICATE_FIELDS, *PATHWAY_FIELDS, *VOLUNTARY_FIELDS, *CONTACT_FIELDS,
    ),
    Kind.INFORMATION: (*VOLUNTARY_FIELDS, *CONTACT_FIELDS, *PATHWAY_FIELDS),
    Kind.CORRECTION: (*CORRECTABLE, "reason"),
    Kind.HASH: ("firmware_hash",),
    Kind.ADDED_MODEL: (*MODEL_FIELDS, *VERSION_FIELDS),
    Kind.CONTACT: CONTACT_FIELDS,
    Kind.PATHWAY: PATHWAY_FIELDS,
    Kind.WITHDRAWAL: ("reason",),
    Kind.REMOVAL: ("reason", "reference", "removed_on"),
}  # fmt: skip
"""Keys of `Submission.content` that each kind reads; a voluntary field `x` has its answer beside it as `x_answer`."""

ANSWERS: Final[Mapping[str, FieldState]] = {
    "give": FieldState.SUPPLIED,
    "decline": FieldState.DECLINED,
    "not_applicable": FieldState.NOT_APPLICABLE,
    "later": FieldState.NOT_SUPPLIED,
}
"""How a voluntary field may be answered: *give it, decline, does not apply, later*."""


class Unreadable(NamedTuple):
    """A field that cannot be read: what was typed, what is wrong with it, and the cure."""

    field: str
    typed: str
    message: str
    cure: str


class Pathway(NamedTuple):
    """The entries that may be upgraded to this one: CPL Entry IDs, or references of submissions (S-000017)."""

    state: PathwayState
    predecessors: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """A submission's content, typed. What is blank or unreadable is in neither `values` nor `answers`."""

    kind: SubmissionKind
    values: Mapping[str, Any] = field(default_factory=dict)
    # By voluntary field: its value, or None with the state that says why there is none; *later* is left out.
    answers: Mapping[str, tuple[Any, FieldState]] = field(default_factory=dict)
    pathway: Pathway | None = None
    unreadable: tuple[Unreadable, ...] = ()
    # By field: read, but odd.
    remarks: Mapping[str, str] = field(default_factory=dict)

    @property
    def model_parts(self) -> DeviceModelParts | None:
        """The Device Model as three parts, from the joined form; None where it was not given."""
        joined = self.values.get("device_model")
        return split_duis_model(joined) if joined else None

    @property
    def contact(self) -> ContactDetails | None:
        """The contact that is given, if any."""
        parts = [self.values.get(name, "") for name in CONTACT_FIELDS]
        return ContactDetails(*parts) if any(parts) else None


def read(submission: Submission) -> Proposal:
    """What the submission says as of today."""
    return read_content(SubmissionKind(submission.kind), submission.content, timezone.localdate())


def read_content(kind: SubmissionKind, content: Mapping[str, Any], as_of: date) -> Proposal:
    """The same from words alone; `as_of` is the day from which dates are judged."""
    readings = {name: _reading(kind, name, content, as_of) for name in FIELDS[kind]}
    values = dict(_values(readings))
    return Proposal(
        kind,
        values,
        dict(_answers(kind, content, readings)),
        _pathway(kind, values, readings),
        tuple(_unreadable(content, readings)),
        {name: reading.warning for name, reading in readings.items() if reading.warning},
    )


def is_given(content: Mapping[str, Any], name: str) -> bool:
    """Whether the author chose to give this voluntary field: said so, or typed something without choosing."""
    answer = content.get(f"{name}_answer", "")
    return answer == "give" or (not answer and any(str(content.get(key, "")).strip() for key in _typed_in(name)))


def _typed_in(name: str) -> tuple[str, ...]:
    return CONTACT_FIELDS if name == "contact" else (name,)


def _reading(kind: SubmissionKind, name: str, content: Mapping[str, Any], as_of: date) -> Reading:
    parse = _parsers(as_of).get(name)
    typed = str(content.get(name, "") or "").strip()
    owner = "contact" if name in CONTACT_FIELDS else name
    skipped = kind in _WITH_ANSWERS and name in _PAIRS and not is_given(content, owner)
    if parse is None or not typed or skipped:
        return Reading(None)
    return Readings(parse).read(typed)


_WITH_ANSWERS: Final = (Kind.NEW_ENTRY, Kind.INFORMATION)
_PAIRS: Final = frozenset({*VOLUNTARY_FIELDS, *CONTACT_FIELDS})


def _parsers(as_of: date) -> dict[str, Parse]:
    """Readings by field: of the list, of the FIR, and what only submissions have."""
    return _made_for(as_of, tuple(settings.SMETS_CHTS_VERSIONS), tuple(settings.GBCS_VERSIONS))


@lru_cache(maxsize=4)
def _made_for(as_of: date, *lists: tuple[str, ...]) -> dict[str, Parse]:
    """Made once for a day and the lists that they judge by: making them takes longer than reading a submission."""
    return {**listed.parsers(as_of), **records.parsers(as_of), **submissions.parsers(as_of)}


def _values(readings: Mapping[str, Reading]) -> Iterator[tuple[str, Any]]:
    """What was given of the fields that are no voluntary ones."""
    for name, reading in readings.items():
        if name not in VOLUNTARY_FIELDS and (value := _value(name, reading)) not in (None, "", ()):
            yield name, value


def _value(name: str, reading: Reading) -> Any:
    """A voluntary field is read as a pair of value and state."""
    return reading.value[0] if name in _PAIRS and reading.value else reading.value


def _answers(
    kind: SubmissionKind, content: Mapping[str, Any], readings: Mapping[str, Reading]
) -> Iterator[tuple[str, tuple[Any, FieldState]]]:
    for name in VOLUNTARY_FIELDS if kind in _WITH_ANSWERS else ():
        if is_given(content, name):
            value, state = _contact(readings) if name == "contact" else readings[name].value or records.BLANK
        else:
            value, state = None, ANSWERS.get(str(content.get(f"{name}_answer", "")), FieldState.NOT_SUPPLIED)
        if state != FieldState.NOT_SUPPLIED and (value is not None or state != FieldState.SUPPLIED):
            yield name, (value, FieldState(state))


def _contact(readings: Mapping[str, Reading]) -> tuple[Any, str]:
    parts = [_value(name, readings[name]) or "" for name in CONTACT_FIELDS]
    return (ContactDetails(*parts), FieldState.SUPPLIED.value) if any(parts) else records.BLANK


def _pathway(kind: SubmissionKind, values: Mapping[str, Any], readings: Mapping[str, Reading]) -> Pathway | None:
    """Beside other facts *not yet provided* says nothing; only a submission of a pathway takes one back by it."""
    state = values.get("pathway_state")
    if state == PathwayState.NOT_PROVIDED and kind != Kind.PATHWAY:
        return None
    if state is None or (state == PathwayState.THESE_ENTRIES and readings["predecessors"].error):
        return None
    named = values.get("predecessors", ()) if state == PathwayState.THESE_ENTRIES else ()
    return Pathway(PathwayState(state), tuple(named) if isinstance(named, tuple) else ())


def _unreadable(content: Mapping[str, Any], readings: Mapping[str, Reading]) -> Iterator[Unreadable]:
    for name, reading in readings.items():
        if reading.error:
            yield Unreadable(name, str(content.get(name, "")), reading.error.message, reading.error.cure)
