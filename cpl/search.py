"""Search: from what somebody typed to the Device Models they may see, best first.

What a person may not see is filtered before anything is matched, counted or ranked.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection
from django.db.models import Case, Count, F, IntegerField, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce

from cpl.filters import FACETS, SearchRequest
from cpl.identifiers import squash
from cpl.models import CPLEntry
from cpl.querysets import CPLEntryQuerySet

PAGE_SIZE: Final = 25
MOST_VALUES: Final = 30
"""Values of one facet that a page shows, the most frequent ones; typing a name narrows better than a long list."""
MOST_WORDS: Final = 8
SHORTEST_PART: Final = 3
"""Shorter words are looked for at the start of words only: fewer letters than three have no trigram inside."""
SHORTEST_PART_OF_HASH: Final = 6
"""Four digits occur in one hash in a thousand by chance; six in one in 280,000."""

Grain = QuerySet[CPLEntry, Any]

_BYTE = r"(?:0x)?[0-9A-Fa-f]{2}"
_BYTES = re.compile(rf"(?<!\S){_BYTE}(?: {_BYTE})+(?!\S)", re.IGNORECASE)
_HASH_IN_BLOCKS = re.compile(r"(?<!\S)[0-9A-Fa-f]{8}(?: [0-9A-Fa-f]{8}){7}(?!\S)")
_MODEL_ADDRESS = re.compile(r"(?<!\S)([0-9A-Fa-f]{4})-([0-9A-Fa-f]{8})(?:-([0-9A-Fa-f]{8}))?(?!\S)")
_PUNCTUATION = re.compile(r"[,;/\"'“”‘’()\[\]]|(?<!\S)sha-?256:?", re.IGNORECASE)


@dataclass(frozen=True)
class Term:
    """One word: as typed, and as an identifier where it can be one (`04:53:16:CB` is 045316CB)."""

    typed: str
    identifier: str = ""

    @property
    def writings(self) -> tuple[str, ...]:
        """What to look for: `0x…` and `:` only occur in identifiers, other words may be either."""
        if not self.identifier:
            return (self.typed,)
        if ":" in self.typed or self.typed[:2].lower() == "0x":
            return (self.identifier,)
        return tuple(dict.fromkeys((self.typed.upper(), self.identifier)))

    def __str__(self) -> str:
        """How it was understood, in words."""
        if self.identifier and self.identifier != self.typed.upper():
            return f"identifier {self.identifier}"
        return f"“{self.typed}”"


def understand(text: str) -> tuple[Term, ...]:
    """Split what was typed or pasted into terms; only the first MOST_WORDS of them are searched for.

    Bytes written apart (`04 53 16 CB`), a hash in blocks and a model as its page's address writes it
    (`7A01-8B0B030D-01040605`) are read as what they are; quotation marks and the like are no part of a word.
    """
    return _terms(text)[:MOST_WORDS]


def left_out(text: str) -> tuple[Term, ...]:
    """The terms beyond MOST_WORDS, which a page must own up to."""
    return _terms(text)[MOST_WORDS:]


def _terms(text: str) -> tuple[Term, ...]:
    # Nothing but signs is searched for as it is, and not taken for an empty search, which lists everything.
    plain = " ".join(_PUNCTUATION.sub(" ", text).split()) or text
    plain = _MODEL_ADDRESS.sub(lambda found: " ".join(filter(None, found.groups())), plain)
    plain = _HASH_IN_BLOCKS.sub(lambda found: found.group().replace(" ", ""), plain)
    joined = _BYTES.sub(lambda found: re.sub("0x", "", found.group(), flags=re.IGNORECASE).replace(" ", ":"), plain)
    return tuple(Term(word, squash(word)) for word in dict.fromkeys(joined.split()))


def _holds(term: Term) -> Q:
    found = Q()
    for writing in term.writings:
        found |= Q(search_text__has=writing) if len(writing) >= SHORTEST_PART else Q(search_text__has_start=writing)
    if len(term.identifier) >= SHORTEST_PART_OF_HASH:
        found |= Q(firmware_hash__contains=term.identifier)
    return found


def matching(terms: Sequence[Term]) -> Q:
    """Entries that hold every term."""
    found = Q()
    for term in terms:
        found &= _holds(term)
    return found


def _distance(term: Term) -> Case:
    """0: a whole word; 1: the start of one; 2: inside."""
    return Case(
        *(When(search_text__has_word=writing, then=Value(0)) for writing in term.writings),
        *(When(search_text__has_start=writing, then=Value(1)) for writing in term.writings),
        default=Value(2),
        output_field=IntegerField(),
    )


def rank(terms: Sequence[Term]) -> Any:
    """How far an entry is from what was typed: the smaller the better."""
    total: Any = Value(0)
    for term in terms:
        total = total + _distance(term)
    return total


def exact_entry(visible: CPLEntryQuerySet, terms: Sequence[Term]) -> CPLEntry | None:
    """The one entry that an Entry ID, a hash, or a model with a firmware version names, its Entry ID alone loaded;
    else None.
    """
    # Its page reads the rest: most searches name no entry, and pay for this question all the same.
    found = list(visible.filter(_exactly(terms)).order_by().only("cpl_entry_id")[:2]) if terms else []
    return found[0] if len(found) == 1 else None


def _exactly(terms: Sequence[Term]) -> Q:
    words = [term.identifier for term in terms]
    none = Q(pk__in=[])
    if len(terms) == 1:
        named = Q(cpl_entry_id__in={terms[0].typed, terms[0].typed.upper()})
        return named | Q(firmware_hash=words[0]) if len(words[0]) == 64 else named
    *before, firmware = words
    model = "".join(before)
    if len(firmware) != 8 or not all(before) or len(model) not in (8, 12):
        return none
    exact = Q(firmware_version=firmware, device_model__duis_model=model[-8:])
    return exact & Q(device_model__identifier__code=model[:4]) if len(model) == 12 else exact


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet with the number of Device Models behind it."""

    value: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One way to narrow a search: its name in the address, its label and its values with counts."""

    name: str
    label: str
    values: list[FacetValue]
    hidden: int = 0


@dataclass(frozen=True)
class Found:
    """One page of a search: keys of Device Models in order, the number of all, and the facets."""

    models: list[int]
    total: int
    facets: list[Facet]

    @property
    def chips(self) -> list[tuple[str, str, FacetValue]]:
        """The chosen values, each with the name and label of its facet."""
        return [(facet.name, facet.label, value) for facet in self.facets for value in facet.values if value.chosen]


_COLUMN = {
    "type": "device_type",
    "maker": "maker",
    "variant": "esme_variant",
    "smets": "smets_chts_version",
    "status": "status",
}
_ORDER = {
    "best": "min(rank), bool_or(status = 'listed') DESC, max(newest) DESC, device_model_id",
    "newest": "max(newest) DESC, device_model_id",
    "name": "min(name), device_model_id",
    "maker": "min(maker), min(name), device_model_id",
    "versions": "sum(versions) DESC, device_model_id",
}
_STATUS_LABEL = {"listed": "On the list", "removed": "Removed"}


def _grain(visible: CPLEntryQuerySet, terms: Sequence[Term]) -> Grain:
    """Matching entries folded to one row for each model, SMETS version and status: what facets count."""
    status = Case(When(removed_on__isnull=True, then=Value("listed")), default=Value("removed"))
    return (
        visible.filter(matching(terms))
        .order_by()
        .annotate(status=status)
        .values("device_model_id", "smets_chts_version", "status")
        .annotate(
            rank=Min(rank(terms)),
            versions=Count("pk"),
            newest=Max(Coalesce(F("published_on"), F("removed_on"))),
        )
    )


def _conditions(request: SearchRequest, but: str = "") -> tuple[str, list[Any]]:
    """The chosen facets as SQL; a facet's own counts leave its own choice out."""
    chosen = {name: values for name, values in request.chosen.items() if name != but}
    sql = "".join(f" AND {_COLUMN[name]} = ANY(%s)" for name in chosen)
    return f"WHERE true{sql}", [list(values) for values in chosen.values()]


def _statement(request: SearchRequest, grain: Grain, size: int) -> tuple[str, list[Any]]:
    """One statement for page, total and facets: the matching entries are gathered once."""
    sql, parameters = grain.query.sql_with_params()
    where, chosen = _conditions(request)
    parts = [
        f"SELECT 'page', json_agg(device_model_id) FROM (SELECT device_model_id FROM found {where}"
        f" GROUP BY device_model_id ORDER BY {_ORDER[request.sort]} LIMIT %s OFFSET %s) p",
        f"SELECT 'total', to_json(count(DISTINCT device_model_id)) FROM found {where}",
    ]
    values = [*parameters, *chosen, size, (request.page - 1) * size, *chosen]
    for name, column in _COLUMN.items():
        where, chosen = _conditions(request, but=name)
        parts.append(
            f"SELECT '{name}', json_agg(json_build_array(value, models) ORDER BY models DESC, value) FROM"
            f" (SELECT {column} AS value, count(DISTINCT device_model_id) AS models FROM found {where}"
            f" GROUP BY {column}) f WHERE value <> ''"
        )
        values += chosen
    return _WITH.format(grain=sql, parts=" UNION ALL ".join(parts)), values


_WITH = """
    WITH grain AS MATERIALIZED ({grain}),
    found AS MATERIALIZED (
        SELECT g.*, m.device_type, m.esme_variant, m.name, f.name AS maker
        FROM grain g JOIN cpl_devicemodel m ON m.id = g.device_model_id
        JOIN cpl_manufacturer f ON f.id = m.manufacturer_id
    )
    {parts}
"""


def find(visible: CPLEntryQuerySet, request: SearchRequest, *, size: int = PAGE_SIZE) -> Found:
    """Return one page of the Device Models among `visible` entries that match, with total and facets."""
    grain = _grain(visible, understand(request.text))
    if grain.query.is_empty():
        return Found([], 0, [])
    with connection.cursor() as cursor:
        cursor.execute(*_statement(request, grain, size))
        answer = {name: _decoded(value) for name, value in cursor.fetchall()}
    facets = [_facet(request, name, answer[name] or []) for name in _COLUMN]
    return Found(answer["page"] or [], answer["total"], facets)


def _decoded(value: Any) -> Any:
    """JSON columns of a raw query arrive as text."""
    return json.loads(value) if isinstance(value, str) else value


def _facet(request: SearchRequest, name: str, counts: list[list[Any]]) -> Facet:
    """The most frequent values; a chosen one stays on the page even when nothing is behind it any more."""
    chosen = request.chosen.get(name, ())
    shown = [pair for place, pair in enumerate(counts) if place < MOST_VALUES or pair[0] in chosen]
    missing = [[value, 0] for value in chosen if value not in {value for value, _ in counts}]
    values = [
        FacetValue(value, _STATUS_LABEL.get(value, value), count, value in chosen)
        for value, count in [*shown, *missing]
    ]
    return Facet(name, FACETS[name], values, hidden=len(counts) - len(shown))
