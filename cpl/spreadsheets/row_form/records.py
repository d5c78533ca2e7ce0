"""The form of a row of the Firmware Information Repository as it used to be: a spreadsheet."""

from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cpl import identifiers
from cpl.actions.imports.records import ContactDetails
from cpl.choices import FieldState, Recommendation, Stage, Urgency
from cpl.models import VOLUNTARY_FIELDS, Contact, CPLEntry, FirmwareInformation, Manufacturer
from cpl.spreadsheets import cells
from cpl.spreadsheets.cells import CellError
from cpl.spreadsheets.columns import normalise
from cpl.spreadsheets.reader import Cell
from cpl.spreadsheets.row_form import readings
from cpl.spreadsheets.row_form.listed import require
from cpl.spreadsheets.row_form.readings import Parse, longest
from cpl.spreadsheets.row_form.row import Row

CONTACT_COLUMNS = ("contact_team", "contact_email", "contact_telephone")

# A release may be announced before it comes.
_AHEAD = timedelta(days=366)

_STAGE = {
    **dict.fromkeys(("production", "prod", "live", "released", "release", "final"), Stage.PRODUCTION.value),
    **dict.fromkeys(
        ("test", "testing", "trial", "beta", "uat", "pilot", "preproduction", "notproduction"),
        Stage.TEST.value,
    ),
}
_RECOMMENDATION = {
    **dict.fromkeys(("recommended", "recommend", "yes", "y", "preferred"), Recommendation.RECOMMENDED.value),
    **dict.fromkeys(("acceptable", "accepted", "optional", "neutral"), Recommendation.ACCEPTABLE.value),
    **dict.fromkeys(
        ("donotdeploy", "donotuse", "notrecommended", "avoid", "withdrawn"),
        Recommendation.DO_NOT_DEPLOY.value,
    ),
}
_URGENCY = {
    **dict.fromkeys(("routine", "low", "normal", "none", "no", "noturgent"), Urgency.ROUTINE.value),
    **dict.fromkeys(("soon", "medium", "moderate"), Urgency.SOON.value),
    **dict.fromkeys(("urgent", "high", "critical", "immediate", "yes"), Urgency.URGENT.value),
}

BLANK: tuple[Any, str] = (None, FieldState.NOT_SUPPLIED.value)
_STATES = {
    "blank": BLANK,
    "declined": (None, FieldState.DECLINED.value),
    "not_applicable": (None, FieldState.NOT_APPLICABLE.value),
}


def parsers(as_of: date) -> dict[str, Parse]:
    """How each column is read; a voluntary field becomes a pair of value and state."""
    return {
        "cpl_entry_id": readings.entry_id,
        "manufacturer": readings.text(longest(Manufacturer, "name")),
        "model_name": readings.text(longest(CPLEntry, "model_name")),
        "firmware_version": readings.identifier(identifiers.FIRMWARE_VERSION),
        "firmware_label": readings.text(longest(CPLEntry, "firmware_label")),
        "predecessors": _predecessors,
        "release_date": _voluntary(readings.day(as_of + _AHEAD)),
        "stage": _voluntary(readings.words("release stage", _STAGE, "Production, Test")),
        "recommendation": _voluntary(
            readings.words("recommendation", _RECOMMENDATION, "Recommended, Acceptable, Do not deploy")
        ),
        "urgency": _voluntary(readings.words("urgency", _URGENCY, "Routine, Soon, Urgent")),
        "interrupts_hub_power": _voluntary(cells.yes_no),
        "irreversible": _voluntary(cells.yes_no),
        "needs_site_visit": _voluntary(cells.yes_no),
        "portal_link": _voluntary(_web_address),
        "vulnerabilities": _voluntary(_long_text("vulnerabilities")),
        "notes": _voluntary(_long_text("notes")),
        "contact_team": _voluntary(readings.text(longest(Contact, "team"))),
        "contact_email": _voluntary(_email),
        "contact_telephone": _voluntary(_telephone),
    }


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


def _voluntary(parse: Parse) -> Parse:
    def read(cell: Cell) -> tuple[Any, str]:
        word = cells.voluntary(cell)
        return _STATES[word] if word else (parse(cell), FieldState.SUPPLIED.value)

    return read


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


def _predecessors(cell: Cell) -> Any:
    # What is declined is not known: the pathway has no word of its own for it (domain.md).
    return cells.NOT_PROVIDED if cells.voluntary(cell) == "declined" else cells.entry_ids(cell)


def _long_text(name: str) -> Parse:
    return readings.text(longest(FirmwareInformation, name), multiline=True)


def _email(cell: Cell) -> str:
    value = cells.text(cell, longest(Contact, "email"))
    try:
        validate_email(value)
    except ValidationError:
        raise CellError(
            f"'{value}' is not an e-mail address.", "Write one address, such as firmware@maker.example."
        ) from None
    return value


def _telephone(cell: Cell) -> str:
    value = cells.text(cell, longest(Contact, "telephone"))
    if not any(character.isdecimal() for character in value):
        raise CellError(f"'{value}' is not a telephone number.", "Write one number, such as +44 20 7946 0000.")
    return value


def _web_address(cell: Cell) -> str:
    value = cells.text(cell, longest(FirmwareInformation, "portal_link"))
    if not _is_web_address(value):
        raise CellError(
            f"'{value}' is not a web address.", "Write the whole address, beginning with https:// or http://."
        )
    scheme, colon, rest = value.partition(":")
    return scheme.lower() + colon + rest


def _is_web_address(value: str) -> bool:
    """Only http and https: other schemes would run or open something when a reader follows the link."""
    try:
        parts = urlsplit(value)
        host = parts.hostname
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(host) and not any(map(str.isspace, value))


def same_words(one: str, other: str) -> bool:
    """Whether two names are the same but for case, spaces and punctuation."""
    return normalise(one) == normalise(other)
