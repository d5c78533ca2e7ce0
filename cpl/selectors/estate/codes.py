"""Manufacturers by name, for estate files that name them instead of giving their identifiers."""

from collections import defaultdict

from cpl.choices import Audience
from cpl.estate.makers import maker_key
from cpl.models import CPLEntry


def maker_codes() -> dict[str, str]:
    """The identifier of each manufacturer by `cpl.estate.makers.maker_key` of its name, where it has one alone.

    Of what is published for all SEC Parties alone, so that it is the same for everybody and tells nobody of a maker,
    or of an identifier, that they may not know of. Of two makers with one key neither is in it. One query.
    """
    listed = CPLEntry.objects.filter(published_on__isnull=False, audience=Audience.ALL_PARTIES)
    found: dict[str, set[str]] = defaultdict(set)
    for name, code in listed.order_by().values_list("manufacturer__name", "device_model__identifier__code").distinct():
        found[maker_key(name)].add(code)
    return {key: codes.pop() for key, codes in found.items() if key and len(codes) == 1}
