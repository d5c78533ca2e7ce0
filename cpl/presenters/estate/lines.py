"""Lines and campaigns of an answer as rows of an export."""

from typing import Final

from accounts.links import absolute
from cpl.selectors.estate.campaigns import Campaign
from cpl.selectors.estate.lines import Line

HEADINGS: Final = (
    "Manufacturer", "Model name", "Manufacturer identifier", "Device Model (DUIS)", "Device type",
    "Installed firmware version", "Devices", "Rows of the file", "Devices by label", "Standing", "On the list",
    "Why removed or withdrawn", "CPL Entry ID", "Released or published on", "Recommended firmware version",
    "Recommended CPL Entry ID", "Basis of recommendation", "Releases behind", "Days behind", "Route", "Steps",
    "Through", "On the way", "Urgency", "Open notices", "CPA certificate", "CPA certificate date", "Contact",
    "Page of the route",
)  # fmt: skip

CAMPAIGN_HEADINGS: Final = (
    "Manufacturer", "Model name", "Manufacturer identifier", "Device Model (DUIS)", "Device type", "From", "Through",
    "To", "To CPL Entry ID", "Devices", "Steps", "On the way", "Urgency", "Open notices", "Contact",
    "Page of the route",
)  # fmt: skip


def cells(line: Line) -> list[object]:
    """A row of the export, in the order of HEADINGS. The contact is a page, on which each look is recorded."""
    return [
        line.manufacturer, line.model_name, line.kind.manufacturer_code, line.kind.duis_model, line.device_type,
        line.firmware_version, line.devices, line.rows, _labels(line), line.standing_words, line.status_words,
        line.reason, line.entry_id, line.released_on, line.target_version, line.target_entry_id, line.basis,
        line.releases_behind, line.days_behind, line.route_words, line.steps, _way(line), "; ".join(line.flags),
        line.urgency_words, _notices(line), line.certificate_kind, line.certificate_ends, _page(line.contact_address),
        _page(line.route_address),
    ]  # fmt: skip


def campaign_cells(campaign: Campaign) -> list[object]:
    """A row of the campaign list, in the order of CAMPAIGN_HEADINGS."""
    line = campaign.line
    return [
        line.manufacturer, line.model_name, line.kind.manufacturer_code, line.kind.duis_model, line.device_type,
        campaign.from_version, _way(line), campaign.to_version, line.target_entry_id, line.devices, line.steps,
        "; ".join(line.flags), line.urgency_words, _notices(line), _page(line.contact_address),
        _page(line.route_address),
    ]  # fmt: skip


def _labels(line: Line) -> str:
    return "; ".join(f"{label}: {devices}" for label, devices in line.by_label if label)


def _way(line: Line) -> str:
    return " → ".join(line.through)


def _notices(line: Line) -> str:
    return ", ".join(notice.reference for notice in line.notices if notice.is_open)


def _page(address: str) -> str:
    return absolute(address) if address else ""
