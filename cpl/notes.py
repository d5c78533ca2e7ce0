"""What a manufacturer's free text plainly says, where nobody filled the structured field.

SECAS suggests these phrases to manufacturers, and in the years of the spreadsheet they were the only place for
such facts. What is read here is shown as *the note says*, never as the field's own value, and is only ever used
to be careful: a version whose note advises against it is not recommended by rule.
"""

import re
from enum import StrEnum
from functools import lru_cache
from typing import Final


class Signal(StrEnum):
    """What a note may say."""

    DO_NOT_DEPLOY = "do_not_deploy"
    URGENT = "urgent"
    INTERRUPTS_HUB_POWER = "interrupts_hub_power"
    NEEDS_SITE_VISIT = "needs_site_visit"


_PHRASES: Final = {
    Signal.DO_NOT_DEPLOY: r"\b(?:do|must|should) not (?:be )?(?:deploy|use|install)|\bsuperseded by a later",
    Signal.URGENT: r"(?<!not )(?<!non-)(?<!no )\burgent(?:ly)?\b",
    Signal.INTERRUPTS_HUB_POWER: r"(?<!not )\binterrupt(?:s|ed)? (?:the )?(?:communications )?hub(?:'s)? power",
    Signal.NEEDS_SITE_VISIT: r"(?<!not )(?<!no )\b(?:needs?|requires?) an? (?:on-?)?site visit",
}
_PATTERNS: Final = {signal: re.compile(phrase, re.IGNORECASE) for signal, phrase in _PHRASES.items()}


@lru_cache(maxsize=8192)
def signals(note: str) -> frozenset[Signal]:
    """The signals that a note gives; none for an empty one. The same few notes recur: each is read once."""
    return frozenset(signal for signal, pattern in _PATTERNS.items() if note and pattern.search(note))
