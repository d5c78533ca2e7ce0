"""Remembering what was looked for and not found."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from cpl.models import SearchMiss
from cpl.search import Term

STILL_TYPING = timedelta(minutes=1)


def record_miss(*, text: str, terms: Sequence[Term], by: User) -> SearchMiss:
    """Keep what was typed with the Party, never the person; letters added while typing mend the last miss."""
    party = by.active_memberships[0].party if by.active_memberships else None
    values = {"text": text[:200], "understood": ", ".join(map(str, terms))[:300]}
    recent = SearchMiss.objects.filter(party=party, at__gt=timezone.now() - STILL_TYPING).first()
    if recent and (text.startswith(recent.text) or recent.text.startswith(text)):
        SearchMiss.objects.filter(pk=recent.pk).update(**values, at=timezone.now())
        return recent
    return SearchMiss.objects.create(party_id=party, **values)
