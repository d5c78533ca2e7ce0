"""What the page of an answer is asked for: which lines, in which order, which page of them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlencode

from django.http import QueryDict

from cpl.choices import EstateRoute, EstateStanding, EstateStatus
from cpl.selectors.estate.choosing import ANY_WITHOUT, NO_LABEL, Chosen
from cpl.selectors.estate.lines import STANDINGS, Judged, Told

FIRST: Final = "devices"
SORTS: Final[Mapping[str, tuple[str, Callable[[Judged], Any]]]] = {
    "devices": ("most devices first", lambda line: -line.devices),
    "model": ("by manufacturer and model", lambda line: (line.maker.casefold(), line.model_name.casefold())),
    "standing": ("the worst standing first", lambda line: -STANDINGS.index(line.standing)),
    "behind": ("the longest behind first", lambda line: -(line.days_behind or 0)),
}
"""Orders by their name in the address: in words, and by what they sort. Of equals the most devices first."""

ROUTES: Final[Mapping[str, str]] = {
    **{one.value: str(one.label) for one in EstateRoute},
    ANY_WITHOUT: "None known, for any reason",
}
"""What may be asked of routes, in words."""

_NAMES: Final = {
    "label": "Label", "maker": "Manufacturer", "model": "Device Model", "standing": "Standing",
    "status": "On the list", "route": "Route", "urgent": "Urgent, on the list or not", "words": "Find",
    "behind": "Behind, route known or not",
}  # fmt: skip


@dataclass(frozen=True)
class Chip:
    """A choice in use, in words, and the address without it."""

    name: str
    words: str
    address: str


@dataclass(frozen=True)
class Asked:
    """Read from an address; whatever makes no sense there is left out, never an error."""

    chosen: Chosen
    sort: str = FIRST

    @classmethod
    def from_query(cls, query: QueryDict) -> "Asked":
        """`?standing=behind&sort=model`."""
        sort = query.get("sort", FIRST)
        return cls(Chosen.from_query(query), sort if sort in SORTS else FIRST)

    @property
    def address(self) -> str:
        """The query string that leads to the same lines in the same order; '' for all, most devices first."""
        sort = "" if self.sort == FIRST else urlencode({"sort": self.sort})
        return "&".join(filter(None, (self.chosen.as_query(), sort)))

    def turned(self, **chosen: Any) -> "Asked":
        """The same with other choices."""
        return replace(self, chosen=replace(self.chosen, **chosen))

    def sorted_by(self, sort: str) -> "Asked":
        """The same in another order."""
        return replace(self, sort=sort)

    @property
    def sort_words(self) -> str:
        """The order in words."""
        return SORTS[self.sort][0]

    def in_order(self, lines: Iterable[Told]) -> list[Told]:
        """The lines in the order that is asked for; they come most devices first."""
        return list(lines) if self.sort == FIRST else sorted(lines, key=SORTS[self.sort][1])

    def chips(self) -> list[Chip]:
        """Every choice in use."""
        words = {name: getattr(self.chosen, name) for name in _NAMES} | self._in_words()
        return [
            Chip(_NAMES[name], "" if value is True else value, replace(self, chosen=self.chosen.without(name)).address)
            for name, value in words.items()
            if value
        ]

    def _in_words(self) -> dict[str, str]:
        chosen, words = self.chosen, {}
        if chosen.label == NO_LABEL:
            words["label"] = "without one"
        if chosen.standing:
            words["standing"] = str(EstateStanding(chosen.standing).label)
        if chosen.status:
            words["status"] = str(EstateStatus(chosen.status).label)
        if chosen.route:
            words["route"] = ROUTES[chosen.route]
        return words
