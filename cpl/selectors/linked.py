"""Versions read together with what links them, and with whether any open notice names one of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, F, Func, Q

from cpl.querysets import CPLEntryQuerySet
from cpl.routes import Link
from cpl.selectors.versions import COLUMNS, Version, as_boolean


class Listing(NamedTuple):
    """The visible versions of some Device Models, each list in no order, and the links between them, by model.

    `is_noticed` tells whether an open notice names one of these versions, read by the person or not: where none does,
    `open_notices` has nothing to find.
    """

    versions: dict[int, list[Version]]
    links: dict[int, list[Link]]
    is_noticed: bool


def listing(visible: CPLEntryQuerySet, models: Sequence[int], match: Q | None = None) -> Listing:
    """As `versions_of`, with what else a list of models needs to know of its versions. One query.

    Links may begin at a version that is not visible: no order is made of those.
    """
    rows = visible.filter(device_model__in=models).order_by()
    rows = with_links(rows.annotate(matched=as_boolean(match)))
    versions: dict[int, list[Version]] = defaultdict(list)
    links: dict[int, list[Link]] = defaultdict(list)
    some_noticed = False
    for *row, before, noticed in rows.values_list(*COLUMNS, "matched", "before", "noticed"):
        version = Version._make(row)
        versions[version.model].append(version)
        links[version.model] += [(old, version.pk) for old in before]
        some_noticed = some_noticed or noticed
    return Listing(versions, links, some_noticed)


class Linked(NamedTuple):
    """The visible versions of one Device Model in no order, the links between them, and `is_noticed` as above."""

    versions: list[Version]
    links: Sequence[Link]
    is_noticed: bool


Told = tuple[Version, Iterable[int], bool]
"""A version, the keys of what it names as its predecessors, and whether an open notice names it."""


def linked(found: Iterable[Told]) -> Linked:
    """What was read of the versions that a person sees of one model, of which the links to others are left out."""
    told = list(found)
    keys = {version.pk for version, _, _ in told}
    links = sorted((old, new.pk) for new, olds, _ in told for old in olds if old in keys)
    return Linked([version for version, _, _ in told], links, any(noticed for _, _, noticed in told))


def linked_versions(visible: CPLEntryQuerySet, model: int) -> Linked:
    """The visible versions of one model. One query; `visible` as above."""
    rows = with_links(visible.filter(device_model=model).order_by())
    found = rows.values_list(*COLUMNS, "before", "noticed")
    return linked((Version(*row), before, noticed) for *row, before, noticed in found)


def with_links(entries: CPLEntryQuerySet) -> CPLEntryQuerySet:
    """Each entry with `before`, the keys of what it names as its predecessors, seen or not, and `noticed`: whether an
    open notice names it, read by whomever.
    """
    before = Func(F("pk"), template=_BEFORES, output_field=ArrayField(BigIntegerField()))
    return entries.annotate(before=before, noticed=Func(F("pk"), template=_NOTICED, output_field=BooleanField()))


_BEFORES: Final = (
    "ARRAY(SELECT l.predecessor_id FROM cpl_upgradepathlink l WHERE l.entry_id = %(expressions)s"
    " ORDER BY l.predecessor_id)"
)
_NOTICED: Final = (
    "EXISTS(SELECT 1 FROM cpl_noticeversion v JOIN cpl_notice n ON n.id = v.notice_id"
    " WHERE v.entry_id = %(expressions)s AND n.state = 'published' OFFSET 0)"
)
"""Ready SQL, looked up by index for each row: composing either from querysets took longer than running it."""
