"""How each voluntary field of firmware information is read, as a pair of value and state."""

from datetime import date, timedelta
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from cpl import identifiers
from cpl.choices import FieldState, Recommendation, Stage, Urgency
from cpl.models import Contact, CPLEntry, FirmwareInformation, Manufacturer
from cpl.readings import cells, parsing
from cpl.readings.cells import Cell, CellError
from cpl.readings.parsing import Parse, longest

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


class ContactDetails(NamedTuple):
    """A team of a manufacturer, as a workbook names it."""

    team: str
    email: str
    telephone: str


def parsers(as_of: date) -> dict[str, Parse]:
    """How each column is read; a voluntary field becomes a pair of value and state."""
    return {
        "cpl_entry_id": parsing.entry_id,
        "manufacturer": parsing.text(longest(Manufacturer, "name")),
        "model_name": parsing.text(longest(CPLEntry, "model_name")),
        "firmware_version": parsing.identifier(identifiers.FIRMWARE_VERSION),
        "firmware_label": parsing.text(longest(CPLEntry, "firmware_label")),
        "predecessors": predecessors,
        "release_date": _voluntary(parsing.day(as_of + _AHEAD)),
        "stage": _voluntary(parsing.words("release stage", _STAGE, "Production, Test")),
        "recommendation": _voluntary(
            parsing.words("recommendation", _RECOMMENDATION, "Recommended, Acceptable, Do not deploy")
        ),
        "urgency": _voluntary(parsing.words("urgency", _URGENCY, "Routine, Soon, Urgent")),
        "interrupts_hub_power": _voluntary(cells.yes_no),
        "irreversible": _voluntary(cells.yes_no),
        "needs_site_visit": _voluntary(cells.yes_no),
        "portal_link": _voluntary(_web_address),
        "vulnerabilities": _voluntary(_long_text("vulnerabilities")),
        "notes": _voluntary(_long_text("notes")),
        "contact_team": _voluntary(parsing.text(longest(Contact, "team"))),
        "contact_email": _voluntary(_email),
        "contact_telephone": _voluntary(_telephone),
        "withdrawn_on": parsing.day(as_of + _AHEAD),
        "withdrawal_reason": parsing.text(longest(FirmwareInformation, "withdrawal_reason"), multiline=True),
    }


def _voluntary(parse: Parse) -> Parse:
    def read(cell: Cell) -> tuple[Any, str]:
        word = cells.voluntary(cell)
        return _STATES[word] if word else (parse(cells.without_protection(cell)), FieldState.SUPPLIED.value)

    return read


def predecessors(cell: Cell) -> Any:
    """The CPL Entry IDs in a cell, or why there are none; raises CellError."""
    # What is declined is not known: the pathway has no word of its own for it (domain.md).
    return cells.NOT_PROVIDED if cells.voluntary(cell) == "declined" else cells.entry_ids(cell)


def _long_text(name: str) -> Parse:
    return parsing.text(longest(FirmwareInformation, name), multiline=True)


def _email(cell: Cell) -> str:
    value = cells.text(cell, longest(Contact, "email"))
    try:
        validate_email(value)
    except ValidationError:
        raise CellError(
            f"“{value}” is not an e-mail address.", "Write one address, such as firmware@maker.example."
        ) from None
    return value


def _telephone(cell: Cell) -> str:
    value = cells.text(cell, longest(Contact, "telephone"))
    if not any(character.isdecimal() for character in value):
        raise CellError(f"“{value}” is not a telephone number.", "Write one number, such as +44 20 7946 0000.")
    return value


def _web_address(cell: Cell) -> str:
    value = cells.text(cell, longest(FirmwareInformation, "portal_link"))
    if not _is_web_address(value):
        raise CellError(
            f"“{value}” is not a web address.", "Write the whole address, beginning with https:// or http://."
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
