"""How many releases a version is behind, for a reader from whom versions of its model are hidden today."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import F, Q, QuerySet

from accounts.models import User
from cpl.models import CPLEntry
from cpl.selectors.estate.answering import is_release
from cpl.selectors.known import KnownModel, known_models


def hidden_entries(person: User) -> Collection[int]:
    """The keys of the published entries that this person does not see, or not with their FIR record. One query."""
    return list(hidden_from(person).filter(published_on__isnull=False).values_list("pk", flat=True))


def hidden_from(person: User, **among: object) -> QuerySet[CPLEntry]:
    """The entries `among` some, published or not, that this person does not see, or not with their FIR record."""
    # `information` is an annotation, which CPLEntry has no field for.
    seen: Any = CPLEntry.objects.visible_to(person).with_information(person).order_by()
    whole = seen.filter(Q(fir__isnull=True) | Q(information__pk=F("fir__pk")), **among)
    # NOT IN: PostgreSQL takes the list for short and hashes it; by NOT EXISTS it reads it anew for each entry (16 s).
    return CPLEntry.objects.order_by().filter(**among).exclude(pk__in=whole.values("pk"))


def partly_hidden(person: User, models: Collection[int]) -> Mapping[int, KnownModel]:
    """What the person knows of those of these Device Models of which a version is hidden. One query where none is."""
    hidden = CPLEntry.objects.order_by().filter(pk__in=hidden_entries(person), device_model__in=models)
    return known_of(person, set(hidden.values_list("device_model", flat=True)))


def known_of(person: User, models: Collection[int]) -> Mapping[int, KnownModel]:
    """What the person knows of these Device Models. No query without any."""
    return known_models(person, sorted(models)) if models else {}


def releases_between(known: KnownModel, here: int, there: int) -> int:
    """How many of the versions that the person sees one lags behind with the first: up to the other, included."""
    rank = known.network.rank
    releases = (key for key, one in known.versions.items() if key == there or is_release(one))
    return sum(rank[here] < rank[key] <= rank[there] for key in releases)
