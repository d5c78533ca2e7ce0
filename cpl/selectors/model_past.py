"""Everything that was ever recorded of one Device Model, as far as one person may know it, and the model as at a day.

What is not visible to the person today has no past for them; of what is, `history.readable` says which states they
may read. Notices are those that they may read today. Rows that one transaction wrote bear one time and count as one.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, Final, NamedTuple

from django.apps import apps
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.dateparse import parse_date

from accounts.access import Person
from cpl.choices import NoticeEvent, PathwayState
from cpl.models import CPLEntry, DeviceModel, FirmwareInformation, Notice, NoticeRevision
from cpl.routes import Link
from cpl.selectors import history
from cpl.selectors.known import KnownModel
from cpl.selectors.notices import OpenNotice, OpenNotices
from cpl.selectors.pathways import network_of
from cpl.selectors.versions import Version, by_date, summarise


class PastVersion(Version):
    """A version as it stood at the end of a day: what was out and what had lapsed is told of that day."""

    day: date

    def is_out_on(self, today: date) -> bool:
        """Published and released by that day, however much later it is asked."""
        return super().is_out_on(min(today, self.day))

    @property
    def certificate_flag(self) -> str:
        """That the date of its certificate had passed by that day."""
        return super().certificate_flag if self.cpa_date and self.cpa_date < self.day else ""

    def get_absolute_url(self) -> str:
        """The page of its entry as at that day."""
        return f"{super().get_absolute_url()}?as_at={self.day}"


class Transition(NamedTuple):
    """A state of a row with the one before it, if that is shown; `first` of all that are shown."""

    at: datetime
    before: Any
    after: Any
    first: bool


@dataclass(frozen=True)
class Track:
    """The states of one record in the order of writing; None for each that is not shown."""

    states: Sequence[tuple[datetime, Any]] = ()

    def at(self, moment: datetime) -> Any:
        """The state that stood at a moment; None if there was none, or none that is shown."""
        return next((row for at, row in reversed(self.states) if at <= moment), None)

    @property
    def times(self) -> set[datetime]:
        """When it was written."""
        return {at for at, _ in self.states}

    def transitions(self) -> Iterator[Transition]:
        """Each state that is shown against the one before; what one transaction wrote counts as one.

        None stands for a state that is not shown, and with it what led to it. Times only rise, as in `at`: a
        transaction that began earlier and wrote later is told with those of its time.
        """
        moments = sorted(self.times)
        states = [self.at(moment) for moment in moments]
        seen = False
        for at, before, after in zip(moments, [None, *states], states, strict=False):
            if after is not None:
                yield Transition(at, before, after, first=not seen)
                seen = True


@dataclass(frozen=True)
class VersionPast:
    """One version that the person sees today, with what the list and its manufacturer ever said of it."""

    entry: CPLEntry
    own: Track
    said: Track

    def at(self, moment: datetime) -> tuple[Any, Any]:
        """Its rows at a moment: the list's, or None; and the FIR record's, or None."""
        own = self.own.at(moment)
        return own, self.said.at(moment) if own else None

    @cached_property
    def told(self) -> Track:
        """The states of the FIR record that could be read: none while the entry itself could not."""
        return Track([(at, self.at(at)[1]) for at in sorted(self.own.times | self.said.times)])

    @property
    def name(self) -> str:
        """Its firmware version; where it has none, its Entry ID."""
        return self.entry.firmware_version or self.entry.cpl_entry_id


def was_open(own: Track, at: datetime) -> bool:
    """Whether a version could be read when a revision of a notice was written: what was said of it then is told to
    nobody else, though it be open today. For the history of a model and for the revisions on the notice's own page.
    """
    return own.at(at) is not None


class LinkRow(NamedTuple):
    """A link between two versions as it was written: whether it stood from then on."""

    at: datetime
    link: int
    old: int
    new: int
    stands: bool
    context: Any


class Predecessors(NamedTuple):
    """What may be upgraded to a version as the person may know it: these, or nothing, or not yet provided."""

    named: frozenset[int] = frozenset()
    nothing: bool = False


@dataclass(frozen=True)
class ModelThen:
    """A Device Model as it stood at the end of a day: `entries` and `records` are the rows of then, by entry."""

    day: date
    known: KnownModel
    entries: Mapping[int, Any]
    records: Mapping[int, Any]


@dataclass(frozen=True)
class ModelPast:
    """The past of one Device Model for one person. Versions and notices by key, rows in the order of writing."""

    model: int
    versions: Mapping[int, VersionPast]
    links: Sequence[LinkRow]
    notices: Mapping[int, Sequence[NoticeRevision]]

    @cached_property
    def by_entry_id(self) -> dict[str, int]:
        """The keys of versions by CPL Entry ID."""
        return {each.entry.cpl_entry_id: key for key, each in self.versions.items()}

    def as_at(self, day: date) -> ModelThen:
        """The model at the end of a day in London; without versions if none was recorded yet."""
        moment = history.end_of(day)
        rows = {key: each.at(moment) for key, each in self.versions.items()}
        entries = {key: own for key, (own, _) in rows.items() if own}
        records = {key: rows[key][1] for key in entries}
        versions = {key: _version(self.versions[key].entry, *rows[key], day) for key in entries}
        dated = {version.pk: version for version in by_date(versions.values())}
        states = {key: version.pathway_state for key, version in dated.items()}
        network = network_of(self.links_at(moment, dated), list(dated), states)
        notices = self.notices_at(moment, dated)
        summary = summarise(dated.values(), network.links, notices)
        return ModelThen(day, KnownModel(self.model, dated, network, notices, summary), entries, records)

    def links_at(self, moment: datetime, among: Iterable[int]) -> list[Link]:
        """The links that stood at a moment between these versions."""
        last = {row.link: row for row in self.links if row.at <= moment}
        keys = set(among)
        return sorted((row.old, row.new) for row in last.values() if row.stands and {row.old, row.new} <= keys)

    def predecessors_at(self, key: int, moment: datetime) -> Predecessors:
        """What might be upgraded to a version at a moment, as far as the person may know the state of then."""
        own = self.versions[key].own.at(moment)
        if own is None:
            return Predecessors()
        last = {row.link: row for row in self.links_to.get(key, ()) if row.at <= moment}
        named = frozenset(
            row.old for row in last.values() if row.stands and row.new == key and self._was(row.old, moment)
        )
        return Predecessors(named, nothing=not named and own.pathway_state == PathwayState.NOT_APPLICABLE)

    def _was(self, key: int, moment: datetime) -> bool:
        return key in self.versions and self.versions[key].own.at(moment) is not None

    @cached_property
    def links_to(self) -> dict[int, list[LinkRow]]:
        """Every row of a link that ever led to a version, by its key."""
        ever: dict[int, set[int]] = defaultdict(set)
        for row in self.links:
            ever[row.link].add(row.new)
        found: dict[int, list[LinkRow]] = defaultdict(list)
        for row in self.links:
            for key in ever[row.link]:
                found[key].append(row)
        return found

    def notices_at(self, moment: datetime, among: Iterable[int]) -> OpenNotices:
        """The notices in force at a moment, as far as the person may read them now, about these versions."""
        keys = set(among)
        found: dict[int, list[OpenNotice]] = defaultdict(list)
        for revisions in self.notices.values():
            last = next((each for each in reversed(revisions) if each.at <= moment), None)
            for one in open_in(last, self.by_entry_id) if last else []:
                if one.entry in keys:
                    found[one.entry].append(one)
        return OpenNotices(dict(found))


def open_in(revision: NoticeRevision, by_entry_id: Mapping[str, int]) -> list[OpenNotice]:
    """What a revision says of these versions; nothing once it withdrew the notice."""
    return [] if revision.event == NoticeEvent.WITHDRAWN else named_in(revision, by_entry_id)


def named_in(revision: NoticeRevision, by_entry_id: Mapping[str, int]) -> list[OpenNotice]:
    """What a revision says of those of its versions that are among these."""
    fields, versions = revision.content.get("fields", {}), revision.content.get("versions", {})
    deadline = fields.get("deadline")
    return [
        OpenNotice(
            pk=revision.notice_id, entry=by_entry_id[entry_id], status=status, words=words,
            title=fields.get("title", ""), kind=fields.get("kind", ""), severity=fields.get("severity", ""),
            urgency=fields.get("urgency", ""), deadline=parse_date(deadline) if deadline else None,
        )
        for entry_id, (status, words) in versions.items()
        if entry_id in by_entry_id
    ]  # fmt: skip


_NAMES: Final = {column.name for column in CPLEntry._meta.concrete_fields}
_OF_ENTRY: Final = tuple(name for name in Version._fields if name in _NAMES)
_OF_RECORD: Final = tuple(
    column.name for column in FirmwareInformation._meta.concrete_fields
    if column.name in Version._fields and column.name not in _NAMES
)  # fmt: skip


def _version(entry: CPLEntry, own: Any, record: Any, day: date) -> PastVersion:
    columns = {name: getattr(own, name) for name in _OF_ENTRY}
    if record is not None:
        columns |= {name: getattr(record, name) for name in _OF_RECORD}
    version = PastVersion(pk=entry.pk, model=entry.device_model_id, entry_id=entry.cpl_entry_id, **columns)
    version.day = min(day, timezone.localdate())
    return version


def past_of(person: Person, model: DeviceModel, entries: Mapping[int, CPLEntry]) -> ModelPast:
    """The past of the model. Four queries.

    `entries` are all that the person may see of it today, by key, loaded `with_information` for the same person.
    """
    own, said = _own_rows(entries), _said_rows(entries)
    versions = {
        key: VersionPast(entry, _track(own[key], entry, person), _track(said[key], entry.information, person))
        for key, entry in entries.items()
    }
    return ModelPast(model.pk, versions, _link_rows(entries), _revisions(person, model, entries))


def _track(rows: Sequence[Any], record: Any, person: Person) -> Track:
    shown = history.readable(rows, record, person)
    return Track([(row.pgh_created_at, each) for row, each in zip(rows, shown, strict=True)])


def _events(name: str) -> Any:
    return apps.get_model("cpl", name).objects


def _own_rows(entries: Mapping[int, CPLEntry]) -> dict[int, list[Any]]:
    rows = _events("CPLEntryEvent").filter(pgh_obj__in=list(entries))
    return _grouped(rows, "pgh_obj_id")


def _said_rows(entries: Mapping[int, CPLEntry]) -> dict[int, list[Any]]:
    records = [entry.information.pk for entry in entries.values() if entry.information]
    rows = _events("FirmwareInformationEvent").filter(pgh_obj__in=records)
    return _grouped(rows.defer("provenance"), "entry_id")


def _grouped(rows: Any, column: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows.select_related("pgh_context").order_by("pgh_id"):
        found[getattr(row, column)].append(row)
    return found


def _link_rows(entries: Mapping[int, CPLEntry]) -> list[LinkRow]:
    """Every row of the links that ever led to one of these versions; who is at their other end is asked later."""
    events = _events("UpgradePathLinkEvent")
    ours = events.filter(entry__in=list(entries)).order_by().values("pgh_obj_id")
    rows = events.filter(pgh_obj_id__in=ours).select_related("pgh_context").order_by("pgh_id")
    return [
        LinkRow(row.pgh_created_at, row.pgh_obj_id, row.predecessor_id, row.entry_id, row.pgh_label != "delete",
                row.pgh_context)
        for row in rows
    ]  # fmt: skip


def _revisions(person: Person, model: DeviceModel, entries: Mapping[int, CPLEntry]) -> dict[int, list[NoticeRevision]]:
    """Every revision of the notices that ever named one of these versions, newest notice first, revisions in order."""
    names = [entry.cpl_entry_id for entry in entries.values()]
    naming = NoticeRevision.objects.filter(notice=OuterRef("pk"), content__versions__has_any_keys=names)
    readable = Notice.objects.visible_to(person).filter(Exists(naming), manufacturer=model.manufacturer_id)
    rows = NoticeRevision.objects.filter(notice__in=readable.order_by().values("pk")).order_by("-notice_id", "number")
    found: dict[int, list[NoticeRevision]] = defaultdict(list)
    for row in rows:
        found[row.notice_id].append(row)
    return dict(found)
