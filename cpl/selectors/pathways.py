"""Which version may be upgraded to which, as far as one person may see.

What was worked out of a Device Model's pathways is kept in the process under the very links, versions and dates that it
was worked out of: a change by any way in (page, import, SQL) asks for another, and none can be served stale.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from cpl.choices import PathwayState
from cpl.models import UpgradePathLink
from cpl.routes import Link, Network

Links = Sequence[Link]
"""Pairs of keys: may be upgraded from, to."""

MOST_KEPT: Final = 1_000
"""Networks kept in each process: at about 50 kB for a model of 60 versions, 50 MB if all are such."""


def links_of_models(models: Iterable[int]) -> dict[int, list[Link]]:
    """Every link between versions of each model, whoever may see them: for orders and counts, not to be shown."""
    rows = UpgradePathLink.objects.filter(entry__device_model__in=list(models))
    found: dict[int, list[Link]] = defaultdict(list)
    for model, old, new in rows.order_by().values_list("entry__device_model_id", "predecessor_id", "entry_id"):
        found[model].append((old, new))
    return found


def network_of(links: Links, dated: Sequence[int], states: Mapping[int, str]) -> Network:
    """The pathways of a Device Model as far as a person sees: `dated` are the keys they see, oldest release first.

    `links` are those among them, `states` has the pathway state of each. A version whose predecessors are all hidden
    is silent for the person.
    """
    answered = {after for _, after in links}
    silent = {key for key, state in states.items() if state != PathwayState.NOT_APPLICABLE and key not in answered}
    return _network(tuple(dated), tuple(links), frozenset(silent))


@lru_cache(maxsize=MOST_KEPT)
def _network(dated: tuple[int, ...], links: tuple[Link, ...], silent: frozenset[int]) -> Network:
    return Network(dated, links, silent)
