"""Which upgrades would move most devices: from one version to the recommended one, and of a whole Device Model."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cpl.choices import EstateRoute, Urgency
from cpl.selectors.estate.lines import Judged, Line, Told
from cpl.selectors.notices import URGENCIES

_RANK: Final = {urgency: place for place, urgency in enumerate(("", *URGENCIES))}


@dataclass(frozen=True)
class Campaign:
    """All devices of one model with one version, to the recommended version by the best known way.

    `line` has everything else: its route, its contact, its notices.
    """

    line: Line

    @property
    def manufacturer(self) -> str:
        """The maker's name."""
        return self.line.manufacturer

    @property
    def model_name(self) -> str:
        """The Device Model's name."""
        return self.line.model_name

    @property
    def model(self) -> str:
        """The Device Model as addresses write it: 7A01-8B0B030D."""
        return self.line.model

    @property
    def from_version(self) -> str:
        """The version in the houses."""
        return self.line.firmware_version

    @property
    def through(self) -> tuple[str, ...]:
        """The versions between, in order; none where it is one step."""
        return self.line.through

    @property
    def to_version(self) -> str:
        """The recommended version."""
        return self.line.target_version

    @property
    def devices(self) -> int:
        """How many devices it moves."""
        return self.line.devices

    @property
    def is_urgent(self) -> bool:
        """Whether the upgrade is urgent."""
        return self.line.is_urgent

    @property
    def contact(self) -> int | None:
        """The key of the contact to ask for the image, where the reader may look at one."""
        return self.line.contact


@dataclass(frozen=True)
class ModelCampaign:
    """All upgrades of one Device Model to one version: what one arrangement with its manufacturer would move.

    `campaigns` are not empty: the urgent ones first, and of those, as of the others, most devices first.
    """

    campaigns: tuple[Campaign, ...]

    @property
    def first(self) -> Campaign:
        """The one to begin with; maker, model, target and contact are the same in all."""
        return self.campaigns[0]

    @property
    def devices(self) -> int:
        """How many devices all of them move."""
        return sum(one.devices for one in self.campaigns)

    @property
    def urgent_devices(self) -> int:
        """For how many of them the upgrade is urgent."""
        return sum(one.devices for one in self.campaigns if one.is_urgent)

    @property
    def urgency(self) -> str:
        """The greatest urgency of any of them; '' where nobody has said."""
        return max((one.line.urgency for one in self.campaigns), key=lambda urgency: _RANK[urgency])

    @property
    def is_urgent(self) -> bool:
        """Whether one of them is urgent."""
        return self.urgency == Urgency.URGENT

    @property
    def flags(self) -> tuple[str, ...]:
        """What some step of some way does."""
        return tuple(dict.fromkeys(flag for one in self.campaigns for flag in one.line.flags))


def movable(lines: Iterable[Told]) -> list[Told]:
    """Those with devices and a known way to a recommended version, most devices first.

    A version that was removed from the list, or withdrawn, is upgraded from like any other.
    """
    found = [line for line in lines if line.route == EstateRoute.ROUTE and line.devices]
    return sorted(found, key=lambda one: (-one.devices, one.kind))


def together(found: Iterable[Told]) -> list[list[Told]]:
    """What is movable by Device Model and version aimed at: where one is urgent first, then most devices."""
    grouped: dict[tuple[str, str], list[Told]] = {}
    for one in sorted(found, key=lambda one: (not one.is_urgent, -one.devices, one.kind)):
        grouped.setdefault((one.model, one.target_version), []).append(one)
    return sorted(grouped.values(), key=lambda each: (not each[0].is_urgent, -devices_of(each), each[0].kind))


def devices_of(lines: Iterable[Judged]) -> int:
    """How many devices these lines have."""
    return sum(line.devices for line in lines)


def campaigns(lines: Iterable[Line]) -> list[Campaign]:
    """One for each line that is movable, most devices first."""
    return [Campaign(line) for line in movable(lines)]


def by_model(found: Iterable[Campaign]) -> list[ModelCampaign]:
    """The same put together by Device Model and version aimed at: where one is urgent first, then most devices."""
    return [of_model(each) for each in together(one.line for one in found)]


def of_model(lines: Iterable[Line]) -> ModelCampaign:
    """All of one model and one version aimed at, as `together` gives them."""
    return ModelCampaign(tuple(Campaign(line) for line in lines))
