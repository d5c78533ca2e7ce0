"""The versions of a Device Model as rows of its table and of its export."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from cpl.choices import Severity
from cpl.models import CPLEntry
from cpl.presenters.contacts import contact_in_export
from cpl.presenters.fields import pathway_words, voluntary_fields
from cpl.selectors.notices import OpenNotice
from cpl.selectors.pathways import Links
from cpl.selectors.versions import Summary, Version

_VOLUNTARY = [field.label for field in voluntary_fields(None)]
HEADINGS: Final = (
    "CPL Entry ID", "Firmware version", "Manufacturer’s own label", "Status", "Published on", "Loaded by the DCC on",
    "Removed on", "Reason for removal", "SMETS / CHTS version", "GBCS version", "ZigBee certificate",
    "DLMS certificate", "CPA certificate", "CPA date type", "CPA date", "CPA date passed", "Firmware hash (SHA-256)",
    "Previous CPL Entry ID(s)", *_VOLUNTARY, "Withdrawn on", "Reason for withdrawal",
    "Open notices", "What open notices say of it", "Severity in open notices",
)  # fmt: skip


@dataclass(frozen=True)
class VersionRow:
    """One version with its entry and the entries that may be upgraded to it, as far as the person may see."""

    version: Version
    entry: CPLEntry
    recommended: bool
    predecessors: list[CPLEntry]
    notices: list[OpenNotice]

    @property
    def information(self) -> Any:
        """The FIR record, if there is one that the person may see."""
        return self.entry.information

    @property
    def status(self) -> str:
        """Where the version stands, in words."""
        if self.version.withdrawn_on:
            return "Withdrawn by its manufacturer"
        return "On the list" if self.version.is_listed else "Removed"

    def cells(self) -> list[object]:
        """The row as an export writes it, in the order of HEADINGS."""
        entry, information = self.entry, self.information
        before = pathway_words(entry.pathway_state, [found.cpl_entry_id for found in self.predecessors])
        return [
            entry.cpl_entry_id, entry.firmware_version, entry.firmware_label, self.status, entry.published_on,
            entry.loaded_on, entry.removed_on, entry.removal_reason, entry.smets_chts_version, entry.gbcs_version,
            entry.zigbee_certificate, entry.dlms_certificate, entry.cpa_certificate,
            entry.get_cpa_date_kind_display() if entry.cpa_date_kind else "", entry.cpa_date,
            self.version.certificate_flag_with_date, entry.firmware_hash,
            before, *(field.words for field in voluntary_fields(information, contact_in_export(entry))),
            information and information.withdrawn_on, information.withdrawal_reason if information else "",
            "; ".join(notice.reference for notice in self.notices),
            "; ".join(notice.status_words for notice in self.notices),
            "; ".join(str(Severity(notice.severity).label) for notice in self.notices),
        ]  # fmt: skip


def rows_of(summary: Summary, entries: Mapping[int, CPLEntry], links: Links) -> list[VersionRow]:
    """One row a version, newest first."""
    before: dict[int, list[CPLEntry]] = defaultdict(list)
    for old, new in links:
        before[new].append(entries[old])
    return [
        VersionRow(
            version,
            entries[version.pk],
            version is summary.recommended,
            before[version.pk],
            summary.notices.on(version.pk),
        )
        for version in summary.versions
    ]
