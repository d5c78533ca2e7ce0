"""One line of an answer: a model with a firmware version, how many devices have it, and what is said of it."""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar
from urllib.parse import urlencode

from django.urls import reverse

from cpl.choices import EstateRoute, EstateStanding, EstateStatus, Urgency
from cpl.estate.tally import Kind

STANDINGS: Final = (
    EstateStanding.UP_TO_DATE.value,
    EstateStanding.BEHIND.value,
    EstateStanding.NO_ROUTE.value,
    EstateStanding.URGENT.value,
    EstateStanding.UNLISTED.value,
)
"""From the best to the worst."""

UNKNOWN: Final = (EstateStatus.VERSION_NOT_KNOWN.value, EstateStatus.MODEL_NOT_KNOWN.value)
WITHOUT_ROUTE: Final = (EstateRoute.NO_ROUTE.value, EstateRoute.NOT_SAID.value, EstateRoute.NO_TARGET.value)
"""The answers that are given in place of a route; a version that is not known here is another matter."""
BEHIND: Final = (EstateRoute.ROUTE.value, EstateRoute.NO_ROUTE.value, EstateRoute.NOT_SAID.value)
"""The answers that are given where a newer version is recommended."""


@dataclass(frozen=True, slots=True)
class ToldNotice:
    """A notice that stood against the version on the day of the check; `is_open` unless it was withdrawn since."""

    pk: int
    reference: str
    title: str
    urgency: str
    deadline: date | None
    address: str
    is_open: bool = True


class Judged(ABC):
    """What shares, charts, campaigns, filters and orders go by, of a `Line` and of a `Row`, its short form."""

    __slots__ = ()

    kind: Kind
    devices: int
    rows: int
    status: str
    standing: str
    route: str
    urgency: str
    manufacturer: str
    model_name: str
    entry_id: str
    target_version: str
    days_behind: int | None
    released_on: date | None
    certificate_ends: date | None
    by_label: tuple[tuple[str, int], ...]

    @property
    def maker(self) -> str:
        """By what name lines of one maker are put together: its name, or the identifier where no name is known."""
        return self.manufacturer or self.kind.manufacturer_code

    @property
    def model(self) -> str:
        """The Device Model as addresses write it: 7A01-8B0B030D."""
        return f"{self.kind.manufacturer_code}-{self.kind.duis_model}"

    @property
    def is_urgent(self) -> bool:
        """Whether the upgrade to the recommended version is urgent, on the list or not."""
        return self.urgency == Urgency.URGENT

    @property
    def is_without_route(self) -> bool:
        """Known here, and no way is known to a recommended version, or none is recommended; or newer than that one,
        where it may not stay.
        """
        stuck = self.route == EstateRoute.AHEAD and self.standing != EstateStanding.UP_TO_DATE
        return stuck or self.route in WITHOUT_ROUTE

    @property
    def is_behind(self) -> bool:
        """Whether a newer version is recommended, whether or not a way to it is known, on the list or not."""
        return self.route in BEHIND

    @property
    @abstractmethod
    def has_open_notice(self) -> bool:
        """Whether an open notice stands against the version."""


@dataclass(slots=True)
class Row(Judged):
    """A line in short. Not frozen, which would take three times as long: a page of a large estate makes 20,000."""

    kind: Kind
    devices: int
    rows: int
    status: str
    standing: str
    route: str
    urgency: str
    manufacturer: str
    model_name: str
    entry_id: str
    target_version: str
    days_behind: int | None
    released_on: date | None
    certificate_ends: date | None
    is_noticed: bool
    by_label: tuple[tuple[str, int], ...] = ()

    @property
    def has_open_notice(self) -> bool:
        """Whether an open notice stands against the version."""
        return self.is_noticed


@dataclass(frozen=True, slots=True)
class Line(Judged):
    """What is said of one kind, as far as its reader may see today. Words are '' and dates None where nothing is known.

    `devices` and `rows` are those under the label that was chosen, or all; `by_label` has the devices of each label.
    `target_…` is the recommended version, `stops` the firmware versions of the best way to it, both ends included, and
    `flags` what its steps do. `contact` is the key of the contact to ask, whose page shows the details and records who
    looks; `contact_name` its team, `contact_from` the entry that names it. `certificate_kind` tells whether the
    certificate expires or renews then.
    """

    kind: Kind
    devices: int
    rows: int
    status: str
    standing: str
    route: str
    reason: str = ""
    manufacturer: str = ""
    model_name: str = ""
    device_type: str = ""
    model_address: str = ""
    entry_id: str = ""
    entry_address: str = ""
    target_version: str = ""
    target_entry_id: str = ""
    target_address: str = ""
    basis: str = ""
    stops: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    releases_behind: int | None = None
    days_behind: int | None = None
    urgency: str = ""
    notices: tuple[ToldNotice, ...] = ()
    released_on: date | None = None
    certificate_ends: date | None = None
    certificate_kind: str = ""
    contact: int | None = None
    contact_name: str = ""
    contact_from: str = ""
    by_label: tuple[tuple[str, int], ...] = ()

    @property
    def firmware_version(self) -> str:
        """The installed version."""
        return self.kind.firmware_version

    @property
    def through(self) -> tuple[str, ...]:
        """The versions that the way passes between its two ends."""
        return self.stops[1:-1]

    @property
    def steps(self) -> int | None:
        """How many upgrades the way has; None without one."""
        return len(self.stops) - 1 if self.stops else None

    @property
    def is_known(self) -> bool:
        """Whether the version is known here."""
        return self.status not in UNKNOWN

    @property
    def has_open_notice(self) -> bool:
        """Whether an open notice stands against the version."""
        return any(notice.is_open for notice in self.notices)

    @property
    def route_address(self) -> str:
        """The page of the route to the recommended version; '' where the version is not known or there is none."""
        if not (self.is_known and self.model_address and self.target_version):
            return ""
        ends = urlencode({"from": self.firmware_version, "to": self.target_version})
        return f"{self.model_address}route/?{ends}"

    @property
    def contact_address(self) -> str:
        """The page of the contact, where the look is recorded; '' without one."""
        return f"{reverse('cpl:contact', args=[self.contact])}?from={self.contact_from}" if self.contact else ""

    @property
    def status_words(self) -> str:
        """The status as people read it."""
        return str(EstateStatus(self.status).label)

    @property
    def standing_words(self) -> str:
        """The standing as people read it."""
        return str(EstateStanding(self.standing).label)

    @property
    def route_words(self) -> str:
        """The answer about the route as people read it."""
        return str(EstateRoute(self.route).label)

    @property
    def urgency_words(self) -> str:
        """The urgency as people read it; '' where nobody has said."""
        return str(Urgency(self.urgency).label) if self.urgency else ""


Told = TypeVar("Told", bound=Judged)
"""Either of the two."""


def most_first(lines: Iterable[Told]) -> list[Told]:
    """Most devices first; of as many, by model and version."""
    return sorted(lines, key=lambda line: (-line.devices, line.kind))
