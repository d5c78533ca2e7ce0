"""Rows of the list against one another and against the entries that the repository has.

An entry is named once, a Device Model has each firmware version once, a CPL Entry ID is never reused, and
what is published of a hash or a removal stays.
"""

from cpl.actions.imports import ModelKey
from cpl.spreadsheets.columns import SheetKind, title
from cpl.spreadsheets.plan.draft import Draft
from cpl.spreadsheets.plan.known import KnownEntry
from cpl.spreadsheets.row_form import Row, shown
from cpl.spreadsheets.row_form.listed import is_removed, require_whole_entry

_NEVER_REUSED = (
    "A CPL Entry ID is opaque and never reused: give the new {what} a new CPL Entry ID, or correct the cell."
)


def claim_entries(draft: Draft) -> None:
    """Refuse a row that names the same entry as an earlier one, whether or not that one is right."""
    for row in draft.listed:
        if entry_id := row.entry_id:
            first = draft.claims.setdefault(entry_id, row)
            if first is not row:
                row.refuse("cpl_entry_id", f"{entry_id} stands in {first.place} already.", _twice(row, first))


def claim_versions(draft: Draft) -> None:
    """Refuse a row that gives a Device Model a firmware version which an earlier row gives it."""
    claims: dict[tuple[ModelKey, str], Row] = {}
    for row in draft.listed:
        key, version = draft.key(row), row.values.get("firmware_version")
        if key is None or version is None or row.has_problem_with("cpl_entry_id"):
            continue
        first = claims.setdefault((key, version), row)
        if first is not row and not row.has_problem_with("firmware_version"):
            row.refuse(
                "firmware_version",
                f"This Device Model with firmware version {version or '(none)'} stands in {first.place} "
                f"already, as {first.entry_id or 'an entry without ID'}.",
                "Delete one of the two rows, or correct the Device Model or the firmware version.",
            )


def compare_with_repository(draft: Draft) -> None:
    """Refuse rows that contradict what the repository holds for good."""
    for row in draft.accepted_listed():
        known = draft.known.entries.get(row.entry_id)
        if known is None:
            _new_entry(draft, row)
        else:
            _known_entry(draft, row, known)
    refused = (row for row in draft.listed if row.problems and row.values.get("firmware_version") is not None)
    draft.recognised = {holder for row in refused if (holder := _holder(draft, row))}


def _twice(row: Row, first: Row) -> str:
    if row.layout.kind is not first.layout.kind:
        return "An entry is either listed or removed: delete it from one of the two sheets."
    return "Delete one of the two rows, or correct its CPL Entry ID."


def _new_entry(draft: Draft, row: Row) -> None:
    if row.layout.kind is not SheetKind.CPL:  # whose rows were asked for all of it already
        require_whole_entry(row)
    if holder := _holder(draft, row):
        row.refuse(
            "firmware_version",
            f"This Device Model with this firmware version is in the repository already, as {holder}.",
            f"Use the CPL Entry ID {holder}, or correct the Device Model or the firmware version.",
        )


def _holder(draft: Draft, row: Row) -> str | None:
    """The entry of the repository that has the row's Device Model and firmware version."""
    key = draft.key(row)
    return draft.known.versions.get((key, row.values.get("firmware_version") or "")) if key else None


def _known_entry(draft: Draft, row: Row, known: KnownEntry) -> None:
    _same_model(draft, row, known)
    _same_version(row, known)
    _same_hash(row, known)
    if known.is_removed and not is_removed(row):
        row.refuse(
            "cpl_entry_id",
            f"{row.entry_id} was removed from the list on {shown(known.fact('removed_on'))} "
            f"({shown(known.fact('removal_reason'))}).",
            "A removed entry does not return: list the version again under a new CPL Entry ID, "
            "or move the row to the sheet of removed entries.",
        )


def _same_model(draft: Draft, row: Row, known: KnownEntry) -> None:
    key = draft.key(row)
    for name, old, new in zip(ModelKey._fields, known.model, key or known.model, strict=True):
        if old != new:
            row.refuse(
                name if name in row.layout.columns else "device_model",
                f"{row.entry_id} has {title(name)} {old} in the repository, here it has {new}.",
                _NEVER_REUSED.format(what="Device Model"),
            )


def _same_version(row: Row, known: KnownEntry) -> None:
    new = row.values.get("firmware_version", known.firmware_version)
    if new != known.firmware_version:
        row.refuse(
            "firmware_version",
            f"{row.entry_id} has firmware version {known.firmware_version or '(none)'} in the repository, "
            f"here it has {new or '(none)'}.",
            _NEVER_REUSED.format(what="firmware version"),
        )


def _same_hash(row: Row, known: KnownEntry) -> None:
    old, new = known.fact("firmware_hash"), row.given("firmware_hash")
    if old and new and old != new and known.fact("published_on"):
        row.refuse(
            "firmware_hash",
            f"The hash of {row.entry_id} is published as {old} and cannot change.",
            "A correction of a published hash is made as an explained event of its own, not by an import. "
            "Restore the published hash here.",
        )
