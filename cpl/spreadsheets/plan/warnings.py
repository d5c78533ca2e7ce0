"""What a person should look at although it is accepted: implausible, but not impossible."""

from collections import defaultdict

from cpl.spreadsheets.plan import pathways, records
from cpl.spreadsheets.plan.draft import Draft
from cpl.spreadsheets.row_form import Row


def warn(draft: Draft) -> None:
    """Note everything odd between accepted rows, and between them and the repository."""
    _hashes_used_twice(draft)
    _identifiers_of_others(draft)
    records.warn_of_other_names(draft)
    records.warn_of_answers_kept(draft)
    records.warn_of_withdrawals(draft)
    pathways.warn_of_pathways_kept(draft)


def _hashes_used_twice(draft: Draft) -> None:
    first: dict[str, Row] = {}
    for row in draft.accepted_listed():
        if value := row.given("firmware_hash"):
            earlier = first.setdefault(value, row)
            if earlier is not row:
                row.warn("firmware_hash", f"{earlier.entry_id} in {earlier.place} has the same hash.")
            elif others := _other_holders(draft, value):
                row.warn("firmware_hash", f"The same hash is in the repository for {', '.join(others)}.")


def _other_holders(draft: Draft, value: str) -> list[str]:
    """Entries of the repository with this hash; those in the workbook speak for themselves."""
    return [name for name in draft.known.hashes.get(value, ())[:5] if name not in draft.claims]


def _identifiers_of_others(draft: Draft) -> None:
    """One identifier may serve several manufacturers; said once, when a pair of them is new."""
    makers: dict[str, list[str]] = defaultdict(list)
    for maker, code in sorted(draft.known.uses):
        makers[code].append(maker)
    for row in draft.accepted_listed():
        key = draft.key(row)
        if key is None or (maker := draft.maker_of(row.entry_id)) in makers[key.manufacturer_identifier]:
            continue
        others = makers[key.manufacturer_identifier]
        if others:
            names = ", ".join(draft.maker_name(other) for other in others)
            row.warn("manufacturer_identifier", f"{key.manufacturer_identifier} is also used by {names}.")
        others.append(maker)
