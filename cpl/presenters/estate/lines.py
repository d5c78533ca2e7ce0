"""Lines and campaigns of an answer as rows of an export."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from accounts.links import absolute
from cpl.selectors.estate.campaigns import Campaign
from cpl.selectors.estate.lines import Line

_KIND: Final = (
    "Manufacturer", "Model name", "Manufacturer identifier", "Device Model (DUIS)", "Device type",
    "Installed firmware version", "Devices", "Rows of the file",
)  # fmt: skip
_SAID: Final = (
    "Standing", "On the list",
    "Why removed or withdrawn", "CPL Entry ID", "Released or published on", "Recommended firmware version",
    "Recommended CPL Entry ID", "Basis of recommendation", "Releases behind", "Days behind", "Route", "Steps",
    "Through", "On the way", "Urgency", "Open notices", "CPA certificate", "CPA certificate date", "Contact",
    "Page of the contact", "Page of the route",
)  # fmt: skip

CAMPAIGN_HEADINGS: Final = (
    "Manufacturer", "Model name", "Manufacturer identifier", "Device Model (DUIS)", "Device type", "From", "Through",
    "To", "To CPL Entry ID", "Devices", "Steps", "On the way", "Urgency", "Open notices", "Contact",
    "Page of the contact", "Page of the route",
)  # fmt: skip
COUNTS: Final = ("Devices", "Rows of the file", "Releases behind", "Days behind")
LINKS: Final = ("Page of the contact", "Page of the route")
"""Headings of whole numbers, and of addresses."""

MOST_LABEL_COLUMNS: Final = 20
"""With more labels than that they stand in one cell, joined."""
_JOINED: Final = "Devices by label"


@dataclass(frozen=True)
class Labels:
    """Where an export has the devices of each label: a column for each, or all in one cell. '' is "no label"."""

    each: tuple[str, ...]
    is_joined: bool

    @classmethod
    def of(cls, lines: Iterable[Line]) -> "Labels":
        """Those of the lines; no column at all where the file has no labels."""
        found = sorted({label for line in lines for label, _ in line.by_label}, key=lambda one: (not one, one))
        if not any(found):
            return cls((), is_joined=False)
        return cls(tuple(found), is_joined=len(found) > MOST_LABEL_COLUMNS)

    @property
    def headings(self) -> tuple[str, ...]:
        """Of the columns. No label can be taken for another column, or for something to be run."""
        if self.is_joined:
            return (_JOINED,)
        return tuple(f"Devices: {label}" if label else "Devices without a label" for label in self.each)

    def cells(self, line: Line) -> list[object]:
        """A line's part of them."""
        if self.is_joined:
            return ["; ".join(f"{label}: {devices}" for label, devices in line.by_label if label)]
        counted = dict(line.by_label)
        return [counted.get(label, 0) for label in self.each]


def headings(labels: Labels) -> Sequence[str]:
    """Of the export of lines."""
    return (*_KIND, *labels.headings, *_SAID)


def counts(labels: Labels) -> Sequence[str]:
    """Which of them are of whole numbers."""
    return COUNTS if labels.is_joined else (*COUNTS, *labels.headings)


def cells(line: Line, labels: Labels) -> list[object]:
    """A row of the export, in the order of its headings. Of a contact it names the team; the details are on a page on
    which each look is recorded.
    """
    return [
        line.manufacturer, line.model_name, line.kind.manufacturer_code, line.kind.duis_model, line.device_type,
        line.firmware_version, line.devices, line.rows, *labels.cells(line), line.standing_words, line.status_words,
        line.reason, line.entry_id, line.released_on, line.target_version, line.target_entry_id, line.basis,
        line.releases_behind, line.days_behind, line.route_words, line.steps, _way(line), "; ".join(line.flags),
        line.urgency_words, _notices(line), line.certificate_kind, line.certificate_ends, line.contact_name,
        _page(line.contact_address), _page(line.route_address),
    ]  # fmt: skip


def campaign_cells(campaign: Campaign) -> list[object]:
    """A row of the campaign list, in the order of CAMPAIGN_HEADINGS."""
    line = campaign.line
    return [
        line.manufacturer, line.model_name, line.kind.manufacturer_code, line.kind.duis_model, line.device_type,
        campaign.from_version, _way(line), campaign.to_version, line.target_entry_id, line.devices, line.steps,
        "; ".join(line.flags), line.urgency_words, _notices(line), line.contact_name,
        _page(line.contact_address), _page(line.route_address),
    ]  # fmt: skip


def _behind(line: Line) -> str:
    """Whether a newer version is recommended; '' for a version that is not known here."""
    return ("Yes" if line.is_behind else "No") if line.is_known else ""


def _way(line: Line) -> str:
    return " → ".join(line.through)


def _notices(line: Line) -> str:
    return ", ".join(notice.reference for notice in line.notices if notice.is_open)


def _page(address: str) -> str:
    return absolute(address) if address else ""
