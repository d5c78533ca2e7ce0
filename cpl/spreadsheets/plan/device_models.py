"""Device Models as the rows of a workbook describe them, row by row, and what that makes of each."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from cpl.actions.imports import ModelFacts, ModelKey, fold_maker
from cpl.choices import TYPE_2, DeviceType
from cpl.spreadsheets.columns import title
from cpl.spreadsheets.plan.draft import Draft
from cpl.spreadsheets.row_form import Row
from cpl.spreadsheets.row_form.listed import is_removed

FIELDS = {"maker": "manufacturer", "device_type": "device_type", "esme_variant": "esme_variant"}
"""What all entries of a Device Model share, with the column that says it."""


def agree(draft: Draft) -> None:
    """Refuse rows that contradict an earlier row on the type, the variant or the maker of their Device Model.

    A Device Model of the repository changes only where all its rows agree on that.
    """
    for key, rows in by_model(draft).items():
        contradicted = _refuse_contradictions(rows)
        _refuse_type_that_cannot_be(draft, key, rows)
        if contradicted and (known := draft.known.models.get(key)):
            _refuse_disputed_change(rows, known)


def settle(draft: Draft) -> None:
    """Work out what will be known of each Device Model, from the rows that are accepted by now."""
    before, names = _names_before(draft), _listed_names(draft)
    draft.models = {
        # Where the rows rename no entry, neither do they rename its Device Model.
        key: _settled(rows, draft.known.models.get(key), names[key] if names[key] != before[key] else set())
        for key, rows in by_model(draft).items()
    }


def by_model(draft: Draft) -> Mapping[ModelKey, list[Row]]:
    """Accepted rows of the list by their Device Model."""
    rows: dict[ModelKey, list[Row]] = defaultdict(list)
    for row in draft.accepted_listed():
        if key := draft.key(row):
            rows[key].append(row)
    return rows


def says(row: Row, fact: str) -> Any:
    """What the row says of its Device Model, or None where it says nothing.

    A blank variant says that there is none; a blank type or maker, possible on a short list of removed
    entries, says nothing.
    """
    value = row.values.get(FIELDS[fact])
    if fact == "maker":
        return fold_maker(value) if value else None
    return value if fact == "esme_variant" else value or None


def _refuse_contradictions(rows: Sequence[Row]) -> bool:
    """Refuse the later of two rows that contradict each other; returns whether any did."""
    said: dict[str, tuple[Any, Row]] = {}
    for row in rows:
        for fact, name in FIELDS.items():
            value = says(row, fact)
            first, earlier = said.setdefault(fact, (value, row)) if value is not None else (None, row)
            if value != first:
                _refuse_contradiction(row, name, earlier)
    return any(row.refused for row in rows)


def _refuse_contradiction(row: Row, name: str, earlier: Row) -> None:
    row.refuse(
        name,
        f"{title(name)} is {row.given(name) or 'blank'} here and {earlier.given(name) or 'blank'} in "
        f"{earlier.place}, for the same Device Model.",
        "Correct whichever row is wrong: all entries of a Device Model share it.",
    )


def _refuse_disputed_change(rows: Sequence[Row], known: ModelFacts) -> None:
    for row in rows:
        for fact, name in FIELDS.items():
            if not row.refused and says(row, fact) not in (None, getattr(known, fact)):
                row.refuse(
                    name,
                    f"{title(name)} differs from the repository, and the rows of this Device Model disagree.",
                    "Correct the rows of this Device Model so that all agree.",
                )


def _refuse_type_that_cannot_be(draft: Draft, key: ModelKey, rows: Sequence[Row]) -> None:
    """Only Type 2 devices may lack a firmware version, so a Device Model with such an entry stays Type 2."""
    without_version = draft.known.versions.get((key, ""))
    for row in rows if without_version else ():
        if row.given("device_type") not in (None, *TYPE_2):
            row.refuse(
                "device_type",
                f"This Device Model has an entry without firmware version ({without_version}): it is Type 2.",
                f"Correct the device type: one of {', '.join(TYPE_2)}.",
            )


def _listed_names(draft: Draft) -> Mapping[ModelKey, set[str]]:
    """For each Device Model the names under which its listed entries will stand, in this file or not.

    Everybody sees the name of a Device Model, so that of an entry which only some may see does not count.
    """
    names: dict[ModelKey, set[str]] = defaultdict(set)
    replaced = {row.entry_id for row in draft.accepted_listed()}
    for entry_id, known in draft.known.entries.items():
        if entry_id not in replaced and not known.is_removed and not known.is_restricted:
            names[known.model].add(known.fact("model_name"))
    for row in draft.accepted_listed():
        key, name = draft.key(row), row.given("model_name")
        if key and name and not is_removed(row) and not _is_restricted(draft, row):
            names[key].add(name)
    return names


def _names_before(draft: Draft) -> Mapping[ModelKey, set[str]]:
    """The same names as the repository has them."""
    names: dict[ModelKey, set[str]] = defaultdict(set)
    for known in draft.known.entries.values():
        if not known.is_removed and not known.is_restricted:
            names[known.model].add(known.fact("model_name"))
    return names


def _is_restricted(draft: Draft, row: Row) -> bool:
    known = draft.known.entries.get(row.entry_id)
    return known is not None and known.is_restricted


def _settled(rows: Sequence[Row], known: ModelFacts | None, listed_names: set[str]) -> ModelFacts:
    """The first row that makes a model names it; later its name changes only where all listed rows agree."""
    first = next((row for row in rows if not is_removed(row)), rows[0])
    facts = known or ModelFacts(first.given("model_name") or "", "", "", "")
    said = {fact: _first_said(rows, fact) for fact in FIELDS}
    changed = facts._replace(**{fact: value for fact, value in said.items() if value is not None})
    if changed.device_type != DeviceType.ESME:
        changed = changed._replace(esme_variant="")
    return changed._replace(name=next(iter(listed_names))) if len(listed_names) == 1 else changed


def _first_said(rows: Sequence[Row], fact: str) -> Any:
    return next((value for row in rows if (value := says(row, fact)) is not None), None)
