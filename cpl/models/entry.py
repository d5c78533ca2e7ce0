"""CPL Entries: a Device Model with a firmware version, as the Central Products List names it."""

from functools import lru_cache
from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.access import PartyGrant
from cpl.choices import TYPE_2, Audience, CpaDateKind, DeviceType, PathwayState, Source
from cpl.models.device_model import DeviceModel
from cpl.models.fields import choice_check, event_indexes, hex_check, never_deleted, pathway_state_is_true
from cpl.models.manufacturer import Manufacturer
from cpl.models.search_text import keep_search_text
from cpl.querysets import CPLEntryQuerySet

if TYPE_CHECKING:
    from cpl.models.contact import Contact
    from cpl.models.firmware_information import FirmwareInformation
    from cpl.models.restricted_notes import RestrictedNotes


@lru_cache(maxsize=65_536)
def entry_address(entry_id: str) -> str:
    """The page of an entry; kept, for a page of results links to fifty and working one out takes 60 µs."""
    return reverse("cpl:entry", args=[entry_id])


HASH_IS_FINAL = pgtrigger.Trigger(
    name="published_hash_is_final",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__published_on__isnull=False)
    & (
        (~pgtrigger.Q(old__firmware_hash="") & pgtrigger.Q(old__firmware_hash__df=pgtrigger.F("new__firmware_hash")))
        | pgtrigger.Q(new__published_on__isnull=True)
    ),
    func="""
        RAISE EXCEPTION 'The hash of published entry % is final, and publishing cannot be undone', OLD.cpl_entry_id
            USING ERRCODE = 'integrity_constraint_violation';
    """,
)


IDENTITY_IS_FINAL = pgtrigger.Trigger(
    name="published_identity_is_final",
    when=pgtrigger.Before,
    operation=pgtrigger.Update,
    condition=pgtrigger.Q(old__published_on__isnull=False)
    & (
        pgtrigger.Q(old__cpl_entry_id__df=pgtrigger.F("new__cpl_entry_id"))
        | pgtrigger.Q(old__firmware_version__df=pgtrigger.F("new__firmware_version"))
        | pgtrigger.Q(old__device_model__df=pgtrigger.F("new__device_model"))
        | pgtrigger.Q(old__removed_on__isnull=False, new__removed_on__isnull=True)
    ),
    func="""
        RAISE EXCEPTION 'Published entry % keeps its ID, model and version, and a removal cannot be taken back',
            OLD.cpl_entry_id USING ERRCODE = 'integrity_constraint_violation';
    """,
)


@pghistory.track(exclude=["search_text"], meta=event_indexes("entry_event"))
class CPLEntry(models.Model):  # type: ignore[django-manager-missing]  # guardian, base of its grants, has no types
    """One entry. Publishing and loading by the DCC are two events; an entry is removed, never deleted."""

    cpl_entry_id = models.CharField("CPL Entry ID", max_length=40)
    device_model = models.ForeignKey(
        DeviceModel, on_delete=models.PROTECT, related_name="entries", db_constraint=False, db_index=False
    )
    manufacturer = models.ForeignKey(
        Manufacturer, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    device_type = models.CharField(max_length=6, choices=DeviceType)
    model_name = models.CharField("model name as listed", max_length=200)
    firmware_version = models.CharField(max_length=8, blank=True)
    firmware_label = models.CharField("manufacturer's own label", max_length=60, blank=True)
    firmware_hash = models.CharField("firmware hash (SHA-256)", max_length=64, blank=True)
    smets_chts_version = models.CharField("SMETS / CHTS version", max_length=30, blank=True)
    gbcs_version = models.CharField("GBCS version", max_length=30, blank=True)
    zigbee_certificate = models.CharField("ZigBee certificate", max_length=60, blank=True)
    dlms_certificate = models.CharField("DLMS certificate", max_length=60, blank=True)
    cpa_certificate = models.CharField("CPA certificate", max_length=60, blank=True)
    cpa_date_kind = models.CharField("CPA date kind", max_length=10, choices=CpaDateKind, blank=True)
    cpa_date = models.DateField("CPA date", null=True, blank=True)
    published_on = models.DateField("published on", null=True, blank=True)
    loaded_on = models.DateField("loaded by the DCC on", null=True, blank=True)
    removed_on = models.DateField("removed on", null=True, blank=True)
    removal_reason = models.CharField(max_length=300, blank=True)
    removal_reference = models.CharField(max_length=100, blank=True)
    pathway_state = models.CharField(max_length=20, choices=PathwayState, default=PathwayState.NOT_PROVIDED)
    pathway_source = models.CharField(max_length=20, choices=Source, blank=True)
    pathway_given_on = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=20, choices=Source, default=Source.CPL_WORKBOOK)
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.ALL_PARTIES)
    search_text = models.TextField(editable=False, default="", db_default="")

    objects = CPLEntryQuerySet.as_manager()

    # What the person of a query may see beside the entry, where `with_information` and its like were asked for it.
    # None wherever they were not: a query that forgets them shows too little, never too much.
    information: "FirmwareInformation | None" = None
    contact: "Contact | None" = None
    restricted_notes: "RestrictedNotes | None" = None

    class Meta:
        verbose_name = "CPL Entry"
        verbose_name_plural = "CPL Entries"
        ordering = ["cpl_entry_id"]
        constraints = [
            models.UniqueConstraint(fields=["cpl_entry_id"], name="entry_id_never_reused"),
            models.UniqueConstraint(fields=["device_model", "firmware_version"], name="entry_version_once_per_model"),
            models.UniqueConstraint(fields=["id", "manufacturer"], name="entry_and_its_manufacturer"),
            models.CheckConstraint(condition=Q(cpl_entry_id__regex=r"^[!-~]+$"), name="entry_id_printable"),
            hex_check("firmware_version", 8, name="firmware_version_hex", blank=True),
            hex_check("firmware_hash", 64, name="firmware_hash_hex", blank=True),
            models.CheckConstraint(
                condition=~Q(firmware_version="") | Q(device_type__in=TYPE_2),
                name="firmware_blank_only_on_type_2",
            ),
            models.CheckConstraint(
                condition=Q(removed_on__isnull=True, removal_reason="", removal_reference="")
                | Q(removed_on__isnull=False, published_on__isnull=False, removal_reason__regex=r"\S"),
                name="removed_needs_reason_and_date",
            ),
            models.CheckConstraint(
                condition=Q(cpa_date__isnull=True, cpa_date_kind="")
                | (Q(cpa_date__isnull=False) & ~Q(cpa_date_kind="")),
                name="cpa_date_has_its_kind",
            ),
            models.CheckConstraint(
                condition=Q(loaded_on__isnull=True) | Q(published_on__isnull=False),
                name="loaded_only_if_published",
            ),
            choice_check("cpa_date_kind", CpaDateKind, name="cpa_date_kind_known", blank=True),
            choice_check("pathway_state", PathwayState, name="pathway_state_known"),
            choice_check("pathway_source", Source, name="pathway_source_known", blank=True),
            choice_check("audience", Audience, name="audience_known"),
            choice_check("source", Source, name="entry_source_known"),
        ]
        indexes = [
            models.Index(fields=["firmware_version"]),
            models.Index(fields=["firmware_hash"], condition=~Q(firmware_hash=""), name="entry_hash"),
            models.Index(fields=["audience"], condition=~Q(audience="all_parties"), name="entry_restricted"),
        ]
        triggers = [
            never_deleted(),
            HASH_IS_FINAL,
            IDENTITY_IS_FINAL,
            keep_search_text(),
            pathway_state_is_true(
                "NEW.id",
                name="new_pathway_state_is_true",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__pathway_state=PathwayState.THESE_ENTRIES),
            ),
            pathway_state_is_true(
                "NEW.id",
                name="pathway_state_is_true",
                # pgtrigger leaves this one class untyped.
                operation=pgtrigger.UpdateOf("pathway_state"),  # type: ignore[no-untyped-call]
            ),
        ]

    def __str__(self) -> str:
        return self.cpl_entry_id

    def get_absolute_url(self) -> str:
        """Its page: /entries/CPL-001003/."""
        return entry_address(self.cpl_entry_id)

    @property
    def is_removed(self) -> bool:
        """Whether the entry has left the list; it stays visible, searchable and on the pathway."""
        return self.removed_on is not None

    @property
    def is_restricted(self) -> bool:
        """Whether only named Parties may see the entry."""
        return self.audience == Audience.NAMED_PARTIES

    @property
    def maker(self) -> Manufacturer:
        """Whose entry it is."""
        return self.manufacturer


class EntryGrant(PartyGrant):
    """A Party may see this entry although it is not for all SEC Parties."""

    content_object = models.ForeignKey(CPLEntry, on_delete=models.PROTECT, related_name="grants")
