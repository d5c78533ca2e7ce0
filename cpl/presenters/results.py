"""Rows of the search results, the same on the page and in the export."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from accounts.access import Person
from cpl.models import DeviceModel
from cpl.presenters.routes import route_address, urgency_words
from cpl.querysets import CPLEntryQuerySet
from cpl.search import Term, matching
from cpl.selectors.linked import listing
from cpl.selectors.notices import NONE_OPEN, open_notices
from cpl.selectors.urgency import PairUrgency, pair_urgency
from cpl.selectors.versions import Summary, Version, summarise

HEADINGS: Final = (
    "Manufacturer", "Model name", "Manufacturer identifier", "Model identifier", "Hardware version",
    "Hardware revision", "Device Model (DUIS)", "Device type", "ESME variant", "Recommended firmware version",
    "Recommended CPL Entry ID", "Basis of recommendation", "Newest firmware version", "Newest published on", "Flags",
    "Versions on the list", "Versions removed", "Versions matched", "Urgency from the versions matched", "Open notices",
)  # fmt: skip


@dataclass(frozen=True)
class Installed:
    """A version that the search was about, as one that may be in the house: how urgent it is to go on from there."""

    version: Version
    urgency: PairUrgency | None
    address: str

    @property
    def words(self) -> str:
        """For the export: the version and how urgent it is to go from it to the recommended one."""
        return f"{_version(self.version)}: {urgency_words(self.urgency)}" if self.urgency else ""


@dataclass(frozen=True)
class Result:
    """One Device Model of a result list with the summary of its visible versions."""

    model: DeviceModel
    summary: Summary

    @property
    def installed(self) -> list[Installed]:
        """The versions that the search was about, with the way from each to the recommended one."""
        return [self._installed(version) for version in self.summary.matched]

    @property
    def not_named(self) -> list[Version]:
        """Those of them that no open notice names, where one stands against another version of the model.

        Not one against which a notice stands that the person may not read: of it nothing is said.
        """
        if not self.summary.open_notices:
            return []
        notices = self.summary.notices
        return [one for one in self.summary.matched if not notices.on(one.pk) and not notices.stand_against(one.pk)]

    def _installed(self, version: Version) -> Installed:
        target = self.summary.recommended
        if target is None or target.pk == version.pk:
            return Installed(version, None, "")
        urgency = pair_urgency(version, target, self.summary.notices)
        return Installed(version, urgency, route_address(self.model, version))

    def cells(self) -> list[object]:
        """The row as an export writes it, in the order of HEADINGS."""
        model, summary = self.model, self.summary
        recommended, newest = summary.recommended, summary.newest
        return [
            model.manufacturer.name, model.name, model.identifier.code, model.model_identifier,
            model.hardware_version, model.hardware_revision, model.duis_model, model.device_type, model.esme_variant,
            _version(recommended), recommended.entry_id if recommended else "", summary.basis,
            _version(newest), newest.published_on if newest else None, "; ".join(summary.flags),
            summary.listed, summary.removed, ", ".join(_version(version) for version in summary.matched),
            "; ".join(filter(None, (installed.words for installed in self.installed))),
            ", ".join(notice.reference for notice in summary.open_notices),
        ]  # fmt: skip


def _version(version: Version | None) -> str:
    """No version at all is blank; a version without a number is a Type 2 device's."""
    return (version.firmware_version or "none") if version else ""


def results(person: Person, visible: CPLEntryQuerySet, models: Sequence[int], terms: Sequence[Term]) -> list[Result]:
    """The Device Models of these keys, in this order. Two queries, and one more where an open notice names a version
    that the person sees; none without keys.
    """
    if not models:
        return []
    found = DeviceModel.objects.select_related("manufacturer", "identifier").in_bulk(models)
    listed = listing(visible, models, matching(terms))
    notices = open_notices(person, models) if listed.is_noticed else NONE_OPEN
    return [Result(found[key], summarise(listed.versions[key], listed.links[key], notices)) for key in models]
