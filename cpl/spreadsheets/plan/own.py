"""What a manufacturer's own spreadsheet may say: only of its own products, and only what it may submit.

What the manufacturer may not see was not even loaded (`known.own`): for the checks here it does not exist.
"""

from cpl.spreadsheets.columns import title
from cpl.spreadsheets.plan import device_models
from cpl.spreadsheets.plan.draft import Draft
from cpl.spreadsheets.row_form import Row
from cpl.spreadsheets.row_form.listed import is_removed

_FIXED = "A submission cannot change it. Write it as on the list, or ask SECAS."


def check(draft: Draft) -> None:
    """Refuse rows of the list that are not this manufacturer's, or ask for what it cannot submit."""
    for row in draft.accepted_listed():
        if not _is_of_others(draft, row):
            _same_facts_of_model(draft, row)
            _not_a_removal(draft, row)


def _is_of_others(draft: Draft, row: Row) -> bool:
    """The same words whether or not the list has such an entry of another manufacturer."""
    name, makers = row.given("manufacturer"), draft.known.makers
    if name is None or device_models.says(row, "maker") in makers:
        return False
    row.refuse(
        "manufacturer",
        f"You cannot submit products of {name}.",
        f"Delete the row, or write the manufacturer as on the list: {', '.join(sorted(makers.values()))}.",
    )
    return True


def _same_facts_of_model(draft: Draft, row: Row) -> None:
    key = draft.key(row)
    known = draft.known.models.get(key) if key else None
    for fact, name in device_models.FIELDS.items() if known else ():
        old, new = getattr(known, fact), device_models.says(row, fact)
        if new not in (None, old):
            listed = draft.maker_name(old) if fact == "maker" else old
            row.refuse(name, f"{title(name)} of this Device Model is {listed or 'blank'} on the list.", _FIXED)


def _not_a_removal(draft: Draft, row: Row) -> None:
    known = draft.known.entries.get(row.entry_id)
    if is_removed(row) and not (known and known.is_removed):
        row.refuse(
            "removed_on",
            f"{row.entry_id} would leave the list; a manufacturer’s spreadsheet removes nothing.",
            "Keep the row on the sheet CPL without a date of removal. To take a version back, submit a withdrawal.",
        )
