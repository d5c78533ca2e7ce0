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
    TEST_ONLY = "test_only"
    URGENT = "urgent"
    INTERRUPTS_HUB_POWER = "interrupts_hub_power"
    NEEDS_SITE_VISIT = "needs_site_visit"


_NOT = r"\b(?:do|must|should|shall|can|may|is|are)(?: ?not| never|n't)"
_PUT_ON = r"(?:deploy|install|use|upgrade|roll(?:ed)? out|activate|distribute)"
_PHRASES: Final = {
    Signal.DO_NOT_DEPLOY: (
        rf"{_NOT}(?: to)?(?: be)? {_PUT_ON}|\bdon't {_PUT_ON}|\bnever (?:be )?{_PUT_ON}|\bnot (?:to be|recommended)\b"
        r"|\brecalled\b|\bwithdrawn\b|\bsuperseded by\b|\bno longer (?:supported|recommended)\b"
    ),
    Signal.TEST_ONLY: r"\bnot for production\b|\b(?:for )?tests?(?:ing)?(?: use| purposes)? only\b",
    Signal.URGENT: r"\burgent(?:ly)?\b",
    Signal.INTERRUPTS_HUB_POWER: r"\binterrupt(?:s|ed)? (?:the )?(?:communications )?hub(?:'s)? power",
    Signal.NEEDS_SITE_VISIT: r"\b(?:needs?|requires?) an? (?:on-?)?site visit",
}
_PATTERNS: Final = {signal: re.compile(phrase, re.IGNORECASE) for signal, phrase in _PHRASES.items()}
_DENIED: Final = re.compile(r"(?:\bno|\bnon|\bnot|n't|\bnever)(?: \w+){0,2}[ -]$", re.IGNORECASE)
"""A denial in the two words before a phrase turns it round: *not an urgent upgrade*, *does not interrupt*."""
_DENIABLE: Final = frozenset({Signal.URGENT, Signal.INTERRUPTS_HUB_POWER, Signal.NEEDS_SITE_VISIT})


@lru_cache(maxsize=8192)
def signals(note: str) -> frozenset[Signal]:
    """The signals that a note gives; none for an empty one. The same few notes recur: each is read once."""
    text = " ".join(note.replace("’", "'").split())
    return frozenset(signal for signal in Signal if _says(signal, text))


def _says(signal: Signal, text: str) -> bool:
    found = _PATTERNS[signal].finditer(text)
    return any(signal not in _DENIABLE or not _DENIED.search(text[: match.start()]) for match in found)
