"""The versions of a Device Model: which is recommended, which is newest, and what stands against them.

Versions are ordered by release date, never by number: codings differ (hex, BCD, mixed), and a real meter's
successor to 10030A08 is 01040605.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import BooleanField, F, Q, Value

from cpl.choices import Audience, Recommendation, Stage, Urgency
from cpl.querysets import CPLEntryQuerySet

BY_MANUFACTURER: Final = "Recommended by the manufacturer"
BY_RULE: Final = "Newest production version on the list; the manufacturer has named none"


@dataclass(frozen=True, slots=True)
class Version:
    """What pages say of one version; `matched` tells whether it is one that the search was about."""

    pk: int
    model: int
    entry_id: str
    firmware_version: str
    label: str
    published_on: date | None
    removed_on: date | None
    audience: str
    smets: str
    release_date: date | None
    stage: str
    recommendation: str
    urgency: str
    interrupts_hub_power: bool | None
    irreversible: bool | None
    needs_site_visit: bool | None
    withdrawn_on: date | None
    matched: bool

    @property
    def order(self) -> tuple[date, date, str]:
        """Sorts by release date where it was given, else by the day of publication."""
        published = self.published_on or date.min
        return (self.release_date or published, published, self.entry_id)

    @property
    def is_listed(self) -> bool:
        """On the Central Products List today."""
        return self.removed_on is None

    @property
    def is_deployable(self) -> bool:
        """On the list, and neither withdrawn, nor for test, nor advised against."""
        advised_against = self.recommendation == Recommendation.DO_NOT_DEPLOY
        return self.is_listed and not self.withdrawn_on and self.stage != Stage.TEST and not advised_against

    @property
    def is_test(self) -> bool:
        """A test version."""
        return self.stage == Stage.TEST

    @property
    def is_urgent(self) -> bool:
        """The manufacturer asks for this version urgently."""
        return self.urgency == Urgency.URGENT

    @property
    def is_restricted(self) -> bool:
        """For named Parties only."""
        return self.audience == Audience.NAMED_PARTIES

    @property
    def flags(self) -> list[str]:
        """What its upgrade does, in words."""
        words = (
            (self.interrupts_hub_power, "Interrupts hub power"),
            (self.irreversible, "Cannot be undone"),
            (self.needs_site_visit, "Needs a site visit"),
        )
        return [word for given, word in words if given]


@dataclass(frozen=True)
class Summary:
    """The versions of one Device Model, newest first, and what follows from them."""

    versions: list[Version]
    recommended: Version | None
    basis: str

    @property
    def newest(self) -> Version | None:
        """The newest version on the list, whatever its stage; if all are removed, the newest of those."""
        listed = [version for version in self.versions if version.is_listed]
        return next(iter(listed or self.versions), None)

    @property
    def listed(self) -> int:
        """How many versions are on the list."""
        return sum(version.is_listed for version in self.versions)

    @property
    def removed(self) -> int:
        """How many versions were removed from the list."""
        return len(self.versions) - self.listed

    @property
    def matched(self) -> list[Version]:
        """The versions that a search was about, unless it was about the whole model."""
        found = [version for version in self.versions if version.matched]
        return found if len(found) < len(self.versions) else []

    @property
    def flags(self) -> list[str]:
        """What to know before choosing this model's recommended or newest version."""
        urgent = (
            ["Urgent"] if any(version.is_urgent and version.is_listed for version in self.versions) else []
        )
        return urgent + (self.recommended.flags if self.recommended else [])


_COLUMNS = (
    "pk", "device_model_id", "cpl_entry_id", "firmware_version", "firmware_label", "published_on", "removed_on",
    "audience", "smets_chts_version", "fir__release_date", "fir__stage", "fir__recommendation", "fir__urgency",
    "fir__interrupts_hub_power", "fir__irreversible", "fir__needs_site_visit", "fir__withdrawn_on",
)  # fmt: skip


def versions_of(
    visible: CPLEntryQuerySet, models: Sequence[int], match: Q | None = None
) -> dict[int, list[Version]]:
    """The visible versions of each model, newest first; `match` marks those a search was about. One query."""
    marked = Value(True) if match is None or not match else match
    matched = {"matched": _as_boolean(marked)}
    rows = (
        visible.filter(device_model__in=models)
        .order_by()
        .annotate(**matched)
        .values_list(*_COLUMNS, "matched")
    )
    grouped: dict[int, list[Version]] = defaultdict(list)
    for row in rows:
        version = Version(
            *(value if value is not None else default for value, default in zip(row, _EMPTY, strict=True))
        )
        grouped[version.model].append(version)
    return {
        model: sorted(found, key=lambda version: version.order, reverse=True)
        for model, found in grouped.items()
    }


_EMPTY = (0, 0, "", "", "", None, None, "", "", None, "", "", "", None, None, None, None, False)
"""An entry without a FIR record says nothing: what the missing row's columns read as."""


def _as_boolean(condition: Q | Value) -> F | Value | Q:
    if isinstance(condition, Q):
        from django.db.models import ExpressionWrapper

        return ExpressionWrapper(condition, output_field=BooleanField())  # type: ignore[return-value]
    return Value(True, output_field=BooleanField())


def summarise(versions: Iterable[Version]) -> Summary:
    """Work out the recommended version.

    The manufacturer's own recommendation first, if that version may be deployed; else the newest production
    version on the list. A version whose stage was not supplied is not taken for production.
    """
    newest_first = sorted(versions, key=lambda version: version.order, reverse=True)
    deployable = [version for version in newest_first if version.is_deployable]
    named = [version for version in deployable if version.recommendation == Recommendation.RECOMMENDED]
    production = [version for version in deployable if version.stage == Stage.PRODUCTION]
    if named:
        return Summary(newest_first, named[0], BY_MANUFACTURER)
    if production:
        return Summary(newest_first, production[0], BY_RULE)
    return Summary(newest_first, None, "")
