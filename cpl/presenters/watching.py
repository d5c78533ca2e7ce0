"""Rows of the models that a person watches, the same on the page and in the export."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from accounts.access import Person
from cpl.models import CPLEntry, DeviceModel
from cpl.presenters.results import results
from cpl.selectors.notices import OpenNotice
from cpl.selectors.versions import Summary, Version
from cpl.selectors.watching import Since, happened_since, notices_of

HEADINGS: Final = (
    "Manufacturer", "Model name", "Manufacturer identifier", "Device Model (DUIS)", "Device type",
    "Recommended firmware version", "Recommended CPL Entry ID", "Basis of recommendation", "Newest firmware version",
    "Newest published on", "Open notices", "Watched since", "Published since", "Withdrawn since", "Removed since",
)  # fmt: skip


@dataclass(frozen=True)
class Watched:
    """One watched Device Model, with its summary, open notices, and what happened since it is watched."""

    model: DeviceModel
    summary: Summary
    notices: list[OpenNotice]
    since: Since

    def cells(self) -> list[object]:
        """The row as an export writes it, in the order of HEADINGS."""
        model, summary, since = self.model, self.summary, self.since
        recommended, newest = summary.recommended, summary.newest
        return [
            model.manufacturer.name, model.name, model.identifier.code, model.duis_model, model.device_type,
            _name(recommended), recommended.entry_id if recommended else "", summary.basis, _name(newest),
            newest.published_on if newest else None, "; ".join(f"{one.reference} {one.title}" for one in self.notices),
            since.day, _names(since.published), _names(since.withdrawn), _names(since.removed),
        ]  # fmt: skip


def _name(version: Version | None) -> str:
    return (version.firmware_version or "none") if version else ""


def _names(versions: Sequence[Version]) -> str:
    return ", ".join(f"{_name(version)} ({version.entry_id})" for version in versions)


def watched(person: Person, models: Mapping[int, date]) -> list[Watched]:
    """The models of these keys, in this order, each since its day."""
    visible = CPLEntry.objects.visible_to(person).with_information(person)
    return [
        Watched(
            row.model,
            row.summary,
            notices_of(row.summary.notices, row.summary.versions),
            happened_since(models[row.model.pk], row.summary.versions),
        )
        for row in results(person, visible, list(models), [])
    ]
