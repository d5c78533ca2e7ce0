"""The form of a row of the Firmware Information Repository as it used to be: a spreadsheet."""

from typing import Any

from cpl.choices import FieldState
from cpl.models import VOLUNTARY_FIELDS
from cpl.readings.records import BLANK, ContactDetails
from cpl.readings.words import normalise
from cpl.spreadsheets.row_form.listed import require
from cpl.spreadsheets.row_form.row import Row

CONTACT_COLUMNS = ("contact_team", "contact_email", "contact_telephone")


def check(row: Row) -> None:
    """Note what is wrong between the cells of the row; make one field of the contact's three columns."""
    require(row, "cpl_entry_id")
    if any(name in row.values for name in CONTACT_COLUMNS):
        row.values["contact"] = _contact(row)


def answer(row: Row, name: str) -> tuple[Any, str]:
    """Value and state of a voluntary field; *not supplied* where the sheet has no such column."""
    return row.values.get(name) or BLANK


def answers(row: Row) -> dict[str, tuple[Any, str]]:
    """What the row says of each voluntary field, without those it leaves blank."""
    return {name: given for name in VOLUNTARY_FIELDS if (given := answer(row, name))[1] != FieldState.NOT_SUPPLIED}


def _contact(row: Row) -> tuple[Any, str]:
    """One contact from three columns: supplied where any of them is, else what they say in place of it."""
    parts = [answer(row, name) for name in CONTACT_COLUMNS]
    texts = [value or "" for value, _ in parts]
    if any(texts):
        return ContactDetails(*texts), FieldState.SUPPLIED.value
    states = {state for _, state in parts}
    for state in (FieldState.DECLINED.value, FieldState.NOT_APPLICABLE.value):
        if state in states:
            return None, state
    return BLANK


def same_words(one: str, other: str) -> bool:
    """Whether two names are the same but for case, spaces and punctuation."""
    return normalise(one) == normalise(other)
