"""The versions of a Device Model: which is recommended, which is newest, and what stands against them.

Versions are ordered by release date, never by number: codings differ (hex, BCD, mixed), and a real meter's
successor to 10030A08 is 01040605.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, Q, Value
from django.utils import timezone

from cpl.choices import Audience, PathwayState, Recommendation, Stage, Urgency
from cpl.models import CPLEntry
from cpl.models.entry import entry_address
from cpl.notes import Signal, signals
from cpl.querysets import CPLEntryQuerySet
from cpl.routes import Link, in_order
from cpl.selectors.certificates import lapsed, lapsed_on
from cpl.selectors.notices import NONE_OPEN, OpenNotice, OpenNotices

INTERRUPTS: Final = "Interrupts hub power"
SITE_VISIT: Final = "Needs a site visit"
BY_MANUFACTURER: Final = "Recommended by the manufacturer"
BY_RULE: Final = "The newest production version that nothing here advises against"


class Version(NamedTuple):
    """What pages say of one version; `matched` tells whether it is one that the search was about.

    Everything from `release_date` to `notes` is None without a FIR record that the person may see.
    """

    pk: int
    model: int
    entry_id: str
    firmware_version: str
    published_on: date | None
    removed_on: date | None
    audience: str
    pathway_state: str = PathwayState.NOT_PROVIDED.value
    cpa_date: date | None = None
    cpa_date_kind: str = ""
    release_date: date | None = None
    stage: str | None = None
    recommendation: str | None = None
    urgency: str | None = None
    interrupts_hub_power: bool | None = None
    irreversible: bool | None = None
    needs_site_visit: bool | None = None
    withdrawn_on: date | None = None
    notes: str | None = None
    matched: bool = True

    @classmethod
    def of(cls, entry: CPLEntry) -> "Version":
        """The version of an entry that was loaded with the FIR record that the person may see."""
        own = [getattr(entry, column) for column in _OF_ENTRY]
        record = entry.information
        return cls(*own, *(getattr(record, column) for column in _OF_RECORD)) if record else cls(*own)

    def get_absolute_url(self) -> str:
        """The page of its entry."""
        return entry_address(self.entry_id)

    @property
    def is_listed(self) -> bool:
        """On the Central Products List today."""
        return self.removed_on is None

    @property
    def said(self) -> frozenset[Signal]:
        """What the note plainly says, where the structured field for it was left open."""
        return signals(self.notes or "")

    @property
    def is_advised_against(self) -> bool:
        """The manufacturer says not to deploy it, in the field for it or in the note: the careful reading counts."""
        return self.recommendation == Recommendation.DO_NOT_DEPLOY or Signal.DO_NOT_DEPLOY in self.said

    @property
    def is_retracted(self) -> bool:
        """Its manufacturer withdrew it, or advises against it."""
        return self.withdrawn_on is not None or self.is_advised_against

    @property
    def is_deployable(self) -> bool:
        """On the list, and neither withdrawn, nor for test, nor advised against."""
        return self.is_deployable_on(timezone.localdate())

    def is_deployable_on(self, today: date) -> bool:
        """The same where the day is known already: asking for it takes longer than everything else."""
        here = self.is_listed and self.is_out_on(today)
        return here and not (self.is_retracted or self.is_test)

    @property
    def is_out(self) -> bool:
        """Published and released, not only announced for a day to come."""
        return self.is_out_on(timezone.localdate())

    def is_out_on(self, today: date) -> bool:
        """The same on a day that is known already."""
        return all(day is None or day <= today for day in (self.published_on, self.release_date))

    @property
    def is_test(self) -> bool:
        """A test version, or one whose note says that it is for tests only."""
        return self.stage == Stage.TEST or Signal.TEST_ONLY in self.said

    @property
    def is_barred(self) -> bool:
        """Removed, withdrawn, for test, advised against or not out yet: no route leads through it unless it must."""
        return not self.is_deployable

    @property
    def disturbs(self) -> bool:
        """Upgrading to it interrupts power or needs a visit."""
        interrupts = self._does(self.interrupts_hub_power, Signal.INTERRUPTS_HUB_POWER)
        return interrupts or self._does(self.needs_site_visit, Signal.NEEDS_SITE_VISIT)

    def _does(self, given: bool | None, signal: Signal) -> bool:
        """What the field says, or the note where the field is open."""
        return signal in self.said if given is None else given

    @property
    def is_urgent(self) -> bool:
        """The manufacturer asks for this version urgently: in the field for it, or in the note if that is open."""
        return self.urgency == Urgency.URGENT if self.urgency else Signal.URGENT in self.said

    @property
    def is_restricted(self) -> bool:
        """For named Parties only."""
        return self.audience == Audience.NAMED_PARTIES

    @property
    def certificate_flag(self) -> str:
        """That the date of its CPA certificate has passed, in a few words; '' before that, and once it is removed."""
        return lapsed(self.cpa_date, self.cpa_date_kind) if self.cpa_date and self.is_listed else ""

    @property
    def certificate_flag_with_date(self) -> str:
        """The same with the day."""
        return lapsed_on(self.cpa_date, self.cpa_date_kind) if self.certificate_flag else ""

    @property
    def flags(self) -> list[str]:
        """What its upgrade does, in words."""
        words = (
            (self._does(self.interrupts_hub_power, Signal.INTERRUPTS_HUB_POWER), INTERRUPTS),
            (self.irreversible, "Cannot be undone"),
            (self._does(self.needs_site_visit, Signal.NEEDS_SITE_VISIT), SITE_VISIT),
        )
        return [word for holds, word in words if holds]


@dataclass(frozen=True)
class Summary:
    """The versions of one Device Model, newest first by pathway and release, and what follows from them.

    `notices` are the open ones that the person may read. What pages ask several times is worked out once.
    """

    versions: list[Version]
    recommended: Version | None
    basis: str
    notices: OpenNotices = NONE_OPEN

    @property
    def against_recommended(self) -> list[OpenNotice]:
        """Open notices that stand against the version recommended: its manufacturer's word is told with them."""
        return self.notices.against(self.recommended.pk) if self.recommended else []

    @property
    def passed_over(self) -> list[Version]:
        """Newer production versions on the list that the rule left for what is told against them here: an open notice,
        their withdrawal, or their manufacturer's advice. None where the manufacturer named the recommended version.
        """
        if self.basis != BY_RULE or self.recommended is None:
            return []
        newer = self.versions[: self.versions.index(self.recommended)]
        production = [version for version in newer if version.is_listed and version.stage == Stage.PRODUCTION]
        return [one for one in production if one.is_retracted or self.notices.against(one.pk)]

    @property
    def basis_in_full(self) -> str:
        """The basis, with how many newer versions were passed over."""
        number = len(self.passed_over)
        versions = f"{number} version{'' if number == 1 else 's'}"
        return f"{self.basis}; older than {versions} that something stands against" if number else self.basis

    @cached_property
    def open_notices(self) -> list[OpenNotice]:
        """Each open notice that stands against a version of the model, once, the latest first."""
        against = {one.pk: one for version in self.versions for one in self.notices.against(version.pk)}
        return [against[key] for key in sorted(against, reverse=True)]

    @cached_property
    def newest(self) -> Version | None:
        """The newest version on the list, whatever its stage; if all are removed, the newest of those."""
        listed = [version for version in self.versions if version.is_listed]
        return next(iter(listed or self.versions), None)

    @cached_property
    def newer_urgent(self) -> Version | None:
        """A version newer than the recommended one that the manufacturer asks for urgently."""
        place = self.versions.index(self.recommended) if self.recommended else 0
        return next((version for version in self.versions[:place] if version.is_urgent and version.is_deployable), None)

    @cached_property
    def listed(self) -> int:
        """How many versions are on the list."""
        return sum(version.is_listed for version in self.versions)

    @property
    def removed(self) -> int:
        """How many versions were removed from the list."""
        return len(self.versions) - self.listed

    @cached_property
    def matched(self) -> list[Version]:
        """The versions that a search was about, unless it was about the whole model."""
        found = [version for version in self.versions if version.matched]
        return found if len(found) < len(self.versions) else []

    @cached_property
    def is_urgent(self) -> bool:
        """Whether anything asks for an upgrade urgently: the manufacturer, of the version to go to or of a newer one,
        or an open notice against a version on the list.

        What a note said of a release in between is over.
        """
        asked = [self.recommended or self.newest, self.newer_urgent]
        if any(version and version.is_deployable and version.is_urgent for version in asked):
            return True
        against = (one for version in self.versions if version.is_listed for one in self.notices.against(version.pk))
        return any(notice.urgency == Urgency.URGENT for notice in against)

    @cached_property
    def flags(self) -> list[str]:
        """What to know before choosing this model's recommended or newest version."""
        urgent = ["Urgent"] if self.is_urgent else []
        shown = self.recommended or self.newest
        lapsed = [shown.certificate_flag] if shown and shown.certificate_flag else []
        notices = [_counted_notices(len(self.open_notices))] if self.notices.by_version and self.open_notices else []
        return urgent + notices + lapsed + (self.recommended.flags if self.recommended else [])


def _counted_notices(number: int) -> str:
    return f"{number} open notice{'' if number == 1 else 's'}"


_OF_ENTRY = (
    "pk",
    "device_model_id",
    "cpl_entry_id",
    "firmware_version",
    "published_on",
    "removed_on",
    "audience",
    "pathway_state",
    "cpa_date",
    "cpa_date_kind",
)
_OF_RECORD = (
    "release_date", "stage", "recommendation", "urgency", "interrupts_hub_power", "irreversible",
    "needs_site_visit", "withdrawn_on", "notes",
)  # fmt: skip
COLUMNS = (*_OF_ENTRY, *(f"information__{column}" for column in _OF_RECORD))


def versions_of(visible: CPLEntryQuerySet, models: Sequence[int], match: Q | None = None) -> dict[int, list[Version]]:
    """The visible versions of each model, in no order; `match` marks those a search was about. One query.

    `visible` are the entries `visible_to` somebody `with_information` for the same person.
    """
    rows = visible.filter(device_model__in=models).order_by().annotate(matched=as_boolean(match))
    grouped: dict[int, list[Version]] = defaultdict(list)
    for row in rows.values_list(*COLUMNS, "matched"):
        version = Version._make(row)
        grouped[version.model].append(version)
    return grouped


def as_boolean(condition: Q | None) -> Any:
    """The condition as a column; true where there is none."""
    return ExpressionWrapper(condition or Value(True), output_field=BooleanField())


def by_date(versions: Iterable[Version]) -> list[Version]:
    """Oldest first: by release date, if every version has one; else all by the day of publication.

    Release comes weeks before publication, so the two kinds of date must not be mixed in one order.
    """
    found = list(versions)
    by_release = all(version.release_date for version in found)
    return sorted(found, key=lambda version: _day(version, by_release=by_release))


def _day(version: Version, *, by_release: bool) -> tuple[date, date, str]:
    published = version.published_on or date.min
    return (version.release_date or published if by_release else published, published, version.entry_id)


def newest_first(versions: Iterable[Version], links: Iterable[Link] = ()) -> list[Version]:
    """By pathway and date: never by number, and no version stands above one that may be upgraded from it."""
    dated = {version.pk: version for version in by_date(versions)}
    return [dated[key] for key in reversed(in_order(list(dated), links))]


def summarise(versions: Iterable[Version], links: Iterable[Link] = (), notices: OpenNotices = NONE_OPEN) -> Summary:
    """Work out the recommended version.

    The manufacturer's own recommendation first, if that version may be deployed; else the newest production
    version on the list against which no notice is open, whether or not the person may read it: what is recommended to
    one is not known to be wrong by another. A version whose stage was not supplied is not taken for production.
    """
    ordered = newest_first(versions, links)
    today = timezone.localdate()
    deployable = [version for version in ordered if version.is_deployable_on(today)]
    named = [version for version in deployable if version.recommendation == Recommendation.RECOMMENDED]
    if named:
        return Summary(ordered, named[0], BY_MANUFACTURER, notices)
    production = [version for version in deployable if version.stage == Stage.PRODUCTION]
    clear = next((version for version in production if not notices.stand_against(version.pk)), None)
    return Summary(ordered, clear, BY_RULE if clear else "", notices)
