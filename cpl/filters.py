"""What a search asks for, read from its address: shared by the page, its parts and the export."""

from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

FACETS: Final = {
    "type": "Device type",
    "maker": "Manufacturer",
    "variant": "ESME variant",
    "smets": "SMETS / CHTS version",
    "status": "Status of versions",
}
"""Facets by their name in the address, in the order in which the page shows them."""

SORTS: Final = {
    "best": "Best match",
    "newest": "Newest version first",
    "name": "Model name",
    "maker": "Manufacturer",
    "versions": "Most versions first",
}
LONGEST_TEXT: Final = 200
MOST_CHOSEN: Final = 50
"""More values of one facet than any page offers; guards the query against absurd addresses."""


@dataclass(frozen=True)
class SearchRequest:
    """One search: the text as typed, chosen facet values, order and page (from 1)."""

    text: str = ""
    chosen: dict[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "best"
    page: int = 1

    @classmethod
    def from_address(cls, query: QueryDict) -> "SearchRequest":
        """Read `?q=…&type=…&sort=…&page=…`; whatever makes no sense is left out, never an error."""
        chosen = {name: tuple(dict.fromkeys(query.getlist(name)))[:MOST_CHOSEN] for name in FACETS}
        sort = query.get("sort", "best")
        return cls(
            text=" ".join(query.get("q", "").replace("\x00", "").split())[:LONGEST_TEXT],
            chosen={name: tuple(filter(None, _clean(values))) for name, values in chosen.items() if any(values)},
            sort=sort if sort in SORTS else "best",
            page=_page_number(query.get("page", "1")),
        )

    @property
    def is_empty(self) -> bool:
        """Neither text nor facets: everything visible is listed."""
        return not self.text and not self.chosen

    def address(self) -> str:
        """The query string that leads back here, without defaults."""
        pairs = [("q", self.text)] if self.text else []
        pairs += [(name, value) for name in FACETS for value in self.chosen.get(name, ())]
        pairs += [("sort", self.sort)] if self.sort != "best" else []
        pairs += [("page", str(self.page))] if self.page > 1 else []
        return urlencode(pairs)

    def turned(self, name: str, value: str) -> "SearchRequest":
        """The same search with one facet value chosen, or no longer chosen; back on the first page."""
        held = self.chosen.get(name, ())
        values = tuple(v for v in held if v != value) if value in held else (*held, value)
        chosen = {key: vals for key, vals in {**self.chosen, name: values}.items() if vals}
        return replace(self, chosen=chosen, page=1)

    def with_text(self, text: str) -> "SearchRequest":
        """The same search for other words; facets are dropped, for they belonged to the old ones."""
        return SearchRequest(text=text, sort=self.sort)

    def on_page(self, page: int) -> "SearchRequest":
        """Another page of the same search."""
        return replace(self, page=page)

    def sorted_by(self, sort: str) -> "SearchRequest":
        """The same search in another order."""
        return replace(self, sort=sort, page=1)


def _clean(values: tuple[str, ...]) -> list[str]:
    return [value.replace("\x00", "")[:LONGEST_TEXT] for value in values]


def _page_number(text: str) -> int:
    """A whole number from 1 to a million; anything else is the first page."""
    return min(max(int(text), 1), 1_000_000) if text.isascii() and text.isdigit() and len(text) < 12 else 1
