"""Revisions of a notice as one person may read them: of each, the versions that they could have read of it then."""

from collections import defaultdict
from collections.abc import Iterable
from copy import copy
from typing import Any

from django.apps import apps
from django.db.models import Exists, OuterRef

from accounts.access import Person
from cpl.choices import Audience
from cpl.models import Notice, NoticeRevision
from cpl.selectors import history
from cpl.selectors.model_past import Track, was_open


def revisions_for(person: Person, notice: Notice) -> list[NoticeRevision]:
    """All of its revisions, the first one first, without what each says of versions that were hidden from the person
    when it was written: as in the history of the Device Model (`was_open`). Two queries.

    What they may not see today is left in, as of every notice: pages name visible versions alone.
    """
    tracks = _tracks(person, notice)
    return [_as_read(revision, tracks) for revision in notice.revisions.all()]


def _as_read(revision: NoticeRevision, tracks: dict[str, Track]) -> NoticeRevision:
    said = revision.content["versions"]
    shown = {entry: one for entry, one in said.items() if entry not in tracks or was_open(tracks[entry], revision.at)}
    read = copy(revision)
    read.content = {**revision.content, "versions": shown}
    return read


def _tracks(person: Person, notice: Notice) -> dict[str, Track]:
    """The states of the versions named that are for everybody today and were not once: no others can be opened up."""
    events = apps.get_model("cpl", "CPLEntryEvent").objects
    closed = events.filter(pgh_obj=OuterRef("pgh_obj"), audience=Audience.NAMED_PARTIES)
    named = events.filter(pgh_obj__notice_versions__notice=notice).exclude(pgh_obj__audience=Audience.NAMED_PARTIES)
    rows = named.filter(Exists(closed)).select_related("pgh_obj").order_by("pgh_id")
    return {entry: _track(states, person) for entry, states in _by_entry(rows).items()}


def _by_entry(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.pgh_obj.cpl_entry_id].append(row)
    return found


def _track(rows: list[Any], person: Person) -> Track:
    shown = history.readable(rows, rows[0].pgh_obj, person)
    return Track([(row.pgh_created_at, each) for row, each in zip(rows, shown, strict=True)])
