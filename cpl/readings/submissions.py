"""How each field is read that only submissions have."""

from datetime import date
from typing import Any

from cpl.choices import PathwayState
from cpl.models import CPLEntry
from cpl.readings import parsing, records
from cpl.readings.cells import Cell
from cpl.readings.parsing import Parse, longest
from cpl.readings.references import canonical
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
        "predecessors": _predecessors,
        "pathway_state": parsing.words("answer", _PATHWAY_STATE, "These entries, N/A, Not yet provided"),
        "reason": parsing.text(longest(CPLEntry, "removal_reason"), multiline=True),
        "reference": parsing.text(longest(CPLEntry, "removal_reference")),
        "removed_on": parsing.day(as_of),
    }


def _predecessors(cell: Cell) -> Any:
    """As in a spreadsheet, where submissions may be named too: each in the one writing of its reference, and once."""
    named = records.predecessors(cell)
    return tuple(dict.fromkeys(map(canonical, named))) if isinstance(named, tuple) else named
