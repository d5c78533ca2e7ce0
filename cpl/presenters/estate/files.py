"""What a file that is taken away of an estate check is called, and what its second sheet says of it."""

import re
from typing import Any, Final

from django.utils import timezone
from django.utils.text import slugify

from cpl.models import EstateCheck
from cpl.presenters.estate.asked import Asked

About = list[tuple[str, Any]]

LONGEST: Final = 60
_ENDING: Final = re.compile(r"\.(csv|tsv|txt|xlsx|xlsm|xls)$", re.IGNORECASE)


def file_name(check: EstateCheck, *parts: str, is_filtered: bool = False) -> str:
    """The name of a file, without day and ending: "gains-of-november-campaigns-filtered". Only a-z, 0-9, - and _."""
    named = slugify(_ENDING.sub("", check.name))[:LONGEST].strip("-_") or f"estate-{check.pk}"
    return "-".join([named, *parts, *(["filtered"] if is_filtered else [])])


def is_filtered(asked: Asked) -> bool:
    """Whether some lines are left out."""
    return not asked.chosen.is_everything


def about(check: EstateCheck, asked: Asked, *, rows: int, devices: int) -> About:
    """Where the rows of a file come from, and what they leave out."""
    return [*about_check(check), ("Filters", filters(asked)), ("Rows in this file", rows), ("Devices in them", devices)]


def about_check(check: EstateCheck) -> About:
    """Which check it is, whose, and of what day."""
    return [
        ("Estate check", check.name), ("Party", check.party.name), ("Devices counted on", _day(check.counted_at)),
        ("Checked against the list on", _day(check.finished_at)),
    ]  # fmt: skip


def filters(asked: Asked) -> str:
    """The filters in words: "Standing: Up to date; Urgent to upgrade"."""
    used = [f"{chip.name}: {chip.words}" if chip.words else chip.name for chip in asked.chips()]
    return "; ".join(used) or "None"


def _day(moment: Any) -> Any:
    return timezone.localdate(moment) if moment else ""
