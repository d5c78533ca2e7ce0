"""The words that the portal writes where CSAF 2.0 has no field, and by which it knows them again when it reads them.

They stand in notes (section 3.1.5) and in the distribution (section 3.2.1.5), so that people can read them too.
"""

import re
from typing import Final

from cpl.choices import NoticeAudience, Urgency

SUMMARY: Final = "What is wrong"
ACTION: Final = "What to do"
KIND: Final = "Kind of notice"
URGENCY: Final = "How soon to upgrade from an affected version"
DEADLINE: Final = "To be done by"
WITHDRAWN: Final = "Reasoning for Withdrawal"
"""As CSAF 2.1 names the note of a withdrawn document; 2.0 has no name for it."""

DUTY: Final = "Duty to notify"
DUTY_TEXT: Final = (
    "The formal channel for vulnerabilities is Section G3.17 to G3.20 of the Smart Energy Code. "
    "This notice does not replace it."
)
AUTHORITY: Final = "Published in the Firmware Information Repository under the Smart Energy Code."
ADVISORY: Final = "Manufacturer's own advisory"
SYSTEM: Final = "Firmware Information Repository"
REPOSITORY: Final = "Firmware Information Repository"

URGENCY_TEXTS: Final = {urgency.value: str(urgency.label) for urgency in Urgency}

DISTRIBUTION: Final = {
    NoticeAudience.ALL_PARTIES.value: "For SEC Parties and those who act for them. Not for the public.",
    NoticeAudience.CONCERNED.value: "For SEC Parties concerned by the affected Device Models. Not for the public.",
}
"""By audience. What comes after it: `OWN_COPY`, and of a draft `OF_DRAFT` before it."""

OF_DRAFT: Final = "A draft: not to be passed on."
OWN_COPY: Final = "It names the versions that the person who downloaded it may see."

_FIX: Final = "Firmware version {version} of {model} ({entry}) contains a fix."
_FIX_BEGINS, _FIX_ENDS = "Firmware version ", ") contains a fix."
_ENTRY: Final = re.compile(r"[!-~]+")


def fix(version: str, model: str, entry: str) -> str:
    """That a version contains a fix."""
    return _FIX.format(version=version or NO_FIRMWARE, model=model, entry=entry)


def is_fix(text: str) -> bool:
    """Whether a remediation only says which version contains the fix, as `fix` writes it.

    Each part is looked at once: one expression for the whole would try every way to divide a text of a megabyte.
    """
    if not (text.startswith(_FIX_BEGINS) and text.endswith(_FIX_ENDS)):
        return False
    named, _, entry = text[len(_FIX_BEGINS) : -len(_FIX_ENDS)].rpartition(" (")
    return " of " in named[1:-1] and _ENTRY.fullmatch(entry) is not None


NO_FIRMWARE: Final = "none"
"""The name of the branch of a Type 2 device that has no firmware version."""
