"""How each field is read that only submissions have."""

from datetime import date

from cpl.choices import PathwayState
from cpl.models import CPLEntry
from cpl.readings import parsing
from cpl.readings.parsing import Parse, longest
from cpl.readings.words import normalise

_PATHWAY_STATE = {
    normalise(word): value
    for value, words in {
        PathwayState.THESE_ENTRIES.value: ("these_entries", "these entries"),
        PathwayState.NOT_APPLICABLE.value: ("not_applicable", "N/A", "nothing comes before"),
        PathwayState.NOT_PROVIDED.value: ("not_provided", "not yet provided", "later"),
    }.items()
    for word in words
}


def parsers(as_of: date) -> dict[str, Parse]:
    """How each field is read; `as_of` is the day from which dates are judged."""
    return {
        "pathway_state": parsing.words("answer", _PATHWAY_STATE, "These entries, N/A, Not yet provided"),
        "reason": parsing.text(longest(CPLEntry, "removal_reason"), multiline=True),
        "reference": parsing.text(longest(CPLEntry, "removal_reference")),
        "removed_on": parsing.day(as_of),
    }
