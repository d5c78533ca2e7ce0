"""Rows of firmware information beside the entries they speak of and the records that the repository has."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from cpl.actions.imports import fold_maker
from cpl.actions.imports.records import Record
from cpl.choices import FieldState, Recommendation, Source, Stage, Urgency
from cpl.models import VOLUNTARY_FIELDS, FirmwareInformation
from cpl.models.fields import label_of
from cpl.readings.records import BLANK, ContactDetails
from cpl.spreadsheets.plan.draft import Draft
from cpl.spreadsheets.plan.known import KnownRecord
from cpl.spreadsheets.row_form import Row, shown
from cpl.spreadsheets.row_form.records import answers, same_words

_LABELS = {**dict(Stage.choices), **dict(Recommendation.choices), **dict(Urgency.choices)}
_EMPTY = {name: None if FirmwareInformation._meta.get_field(name).null else "" for name in VOLUNTARY_FIELDS}
_COLUMN = {"contact": "contact_team"}
_WITHDRAWAL = ("withdrawn_on", "withdrawal_reason")
_WHO_WITHDRAWS = "a withdrawal is submitted by its manufacturer, not imported."


def claim_records(draft: Draft) -> None:
    """Refuse a second row about the same entry."""
    claims: dict[str, Row] = {}
    for row in draft.records:
        first = claims.setdefault(row.entry_id, row) if row.entry_id else row
        if first is not row:
            row.refuse(
                "cpl_entry_id",
                f"{row.entry_id} stands in {first.place} already.",
                "Delete one of the two rows, or correct its CPL Entry ID.",
            )


def check_withdrawn(draft: Draft) -> None:
    """Refuse to write over a record that its manufacturer withdrew."""
    for row in draft.accepted_records():
        known = draft.known.records.get(row.entry_id)
        if known and known.is_withdrawn and news(draft, row):
            row.refuse(
                "cpl_entry_id",
                f"The manufacturer withdrew the firmware information of {row.entry_id}.",
                "Delete the row; only the manufacturer can give the information again.",
            )


def check(draft: Draft) -> bool:
    """Refuse rows whose entry does not exist or is another one than they say; returns whether any was."""
    rows = list(draft.accepted_records())
    for row in rows:
        if not draft.exists(row.entry_id):
            row.refuse("cpl_entry_id", *_unknown(draft, row.entry_id))
        else:
            _same_version(draft, row)
            _same_maker(draft, row)
    return any(row.refused for row in rows)


def warn_of_other_names(draft: Draft) -> None:
    """Tell of rows that call the model otherwise than the list does."""
    for row in draft.accepted_records():
        name, listed = row.given("model_name"), _listed_name(draft, row.entry_id)
        if name and listed and not same_words(name, listed):
            row.warn("model_name", f"“{name}” is “{listed}” on the list.")


def warn_of_answers_kept(draft: Draft) -> None:
    """Tell of cells that differ from what the manufacturer answered in the portal, which goes before them."""
    for row in draft.accepted_records():
        for name, day in _kept(draft, row).items():
            row.warn(_COLUMN.get(name, name), kept_words(day))


def warn_of_withdrawals(draft: Draft) -> None:
    """Tell of rows that say otherwise of a withdrawal than the portal: none is made or taken back by an import."""
    for row in draft.accepted_records():
        known = draft.known.records.get(row.entry_id)
        before = {name: getattr(known, name, None) or None for name in _WITHDRAWAL}
        for name in _WITHDRAWAL:
            if name in row.values and row.given(name) != before[name]:
                row.warn(name, f"{shown(before[name]) or 'Nothing'} is in the portal and stays: {_WHO_WITHDRAWS}")


def news(draft: Draft, row: Row) -> dict[str, tuple[Any, str]]:
    """What the row says anew of each voluntary field, without what the manufacturer answered in the portal."""
    kept = _kept(draft, row)
    return {name: answer for name, answer in _differing(draft, row).items() if name not in kept}


def record(said: Mapping[str, tuple[Any, str]], known: KnownRecord | None, given_on: date) -> Record:
    """The whole record after the import: what is not said leaves what is known, and its provenance, as it is."""
    before = known.answers if known else dict.fromkeys(VOLUNTARY_FIELDS, BLANK)
    given = {name: [Source.FIR_WORKBOOK.value, given_on.isoformat()] for name in said}
    after = {**before, **said}
    return Record(
        tuple(_stored(name, *after[name]) for name in VOLUNTARY_FIELDS),
        {**(known.provenance if known else {}), **given},
    )


def changes(said: Mapping[str, tuple[Any, str]], known: KnownRecord) -> list[list[str]]:
    """Field, old and new value of each voluntary field that a row changes."""
    return [[title_of(name), described(*known.answers[name]), described(*answer)] for name, answer in said.items()]


def kept_words(day: str) -> str:
    """Why a cell is not taken: the manufacturer's own word goes before a workbook's."""
    on = f" on {shown(date.fromisoformat(day))}" if day else ""
    return f"The manufacturer answered this in the portal{on}; its answer is kept."


def _differing(draft: Draft, row: Row) -> dict[str, tuple[Any, str]]:
    known = draft.known.records.get(row.entry_id)
    return {name: answer for name, answer in answers(row).items() if not known or answer != known.answers[name]}


def _kept(draft: Draft, row: Row) -> dict[str, str]:
    """By field the day of the manufacturer's own answer, where the row says otherwise and is not its own."""
    known = draft.known.records.get(row.entry_id)
    if known is None or draft.known.scope.is_own:
        return {}
    days = {name: known.answered_by_maker(name) for name in _differing(draft, row)}
    return {name: day for name, day in days.items() if day is not None}


def described(value: Any, state: str) -> str:
    """An answer as people read it: *not supplied*, *declined* and *not applicable* never read alike."""
    if state != FieldState.SUPPLIED:
        return str(FieldState(state).label)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, ContactDetails):
        return ", ".join(part for part in value if part)
    return str(_LABELS.get(value) or shown(value))


def _stored(name: str, value: Any, state: str) -> tuple[Any, str]:
    return (_EMPTY[name] if value is None else value, state)


def title_of(name: str) -> str:
    """A voluntary field as people read it."""
    return label_of(FirmwareInformation, name)


def _unknown(draft: Draft, entry_id: str) -> tuple[str, str]:
    if first := draft.claims.get(entry_id):
        return f"{entry_id} stands in {first.place}, which is refused.", "Correct that row first."
    add = "add its entry to the sheet CPL" if draft.known.scope.is_own else "import the list that has it first"
    return (
        f"{entry_id} is on no list: neither in this workbook nor in the repository.",
        f"Correct the CPL Entry ID, or {add}.",
    )


def _same_version(draft: Draft, row: Row) -> None:
    said, listed = row.given("firmware_version"), _version(draft, row.entry_id)
    if said and said != listed:
        row.refuse(
            "firmware_version",
            f"{row.entry_id} has firmware version {listed or '(none)'} on the list, here it has {said}.",
            "Correct the CPL Entry ID or the firmware version.",
        )


def _same_maker(draft: Draft, row: Row) -> None:
    said, listed = row.given("manufacturer"), draft.maker_of(row.entry_id)
    if said and fold_maker(said) != listed:
        row.refuse(
            "manufacturer",
            f"{row.entry_id} is of {draft.maker_name(listed)} on the list, here it is of {said}.",
            "Correct the CPL Entry ID or the manufacturer.",
        )


def _version(draft: Draft, entry_id: str) -> str:
    known = draft.known.entries.get(entry_id)
    return known.firmware_version if known else draft.claims[entry_id].given("firmware_version") or ""


def _listed_name(draft: Draft, entry_id: str) -> str:
    row, known = draft.claims.get(entry_id), draft.known.entries.get(entry_id)
    if row and not row.refused and row.given("model_name"):
        return str(row.given("model_name"))
    return str(known.fact("model_name")) if known else ""
