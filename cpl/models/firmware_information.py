"""What the manufacturer says of a version. Voluntary: each field says whether and how it was answered."""

from typing import Any

import pghistory
from django.db import models
from django.db.models import Q

from accounts.access import PartyGrant
from cpl.choices import Audience, FieldState, Recommendation, Stage, Urgency
from cpl.models.contact import Contact
from cpl.models.entry import CPLEntry
from cpl.models.fields import choice_check, event_indexes, never_deleted
from cpl.models.manufacturer import Manufacturer
from cpl.querysets import FirmwareInformationQuerySet

_BLANK_TEXT = ("stage", "recommendation", "urgency", "vulnerabilities", "notes", "portal_link")
_BLANK_NULL = ("contact", "release_date", "interrupts_hub_power", "irreversible", "needs_site_visit")

VOLUNTARY_FIELDS = (
    "contact",
    "portal_link",
    "release_date",
    "stage",
    "recommendation",
    "urgency",
    "interrupts_hub_power",
    "irreversible",
    "needs_site_visit",
    "vulnerabilities",
    "notes",
)
"""In the order in which pages and exports show them."""


def _state_field() -> Any:
    return models.CharField(max_length=15, choices=FieldState, default=FieldState.NOT_SUPPLIED)


def _state_constraints() -> list[models.CheckConstraint]:
    """A field has a value exactly when its state is *supplied*."""
    return [_state_matches_value(name) for name in VOLUNTARY_FIELDS] + [
        choice_check(f"{name}_state", FieldState, name=f"fir_{name}_state_known") for name in VOLUNTARY_FIELDS
    ]


def _state_matches_value(name: str) -> models.CheckConstraint:
    empty = Q(**{name: ""}) if name in _BLANK_TEXT else Q(**{f"{name}__isnull": True})
    supplied = Q(**{f"{name}_state": FieldState.SUPPLIED})
    return models.CheckConstraint(condition=(supplied & ~empty) | (~supplied & empty), name=f"fir_{name}_and_state")


@pghistory.track(meta=event_indexes("fir_event"))
class FirmwareInformation(models.Model):  # type: ignore[django-manager-missing]  # as CPLEntry
    """The FIR record of one entry. Its manufacturer may withdraw it with a reason; it is never deleted.

    Read it through `visible_to` or, beside entries, through `CPLEntry.objects.with_information`.
    """

    entry = models.OneToOneField(CPLEntry, on_delete=models.PROTECT, related_name="fir")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="records")
    contact_state = _state_field()
    portal_link = models.URLField("manufacturer's portal", max_length=300, blank=True)
    portal_link_state = _state_field()
    release_date = models.DateField(null=True, blank=True)
    release_date_state = _state_field()
    stage = models.CharField("release stage", max_length=12, choices=Stage, blank=True)
    stage_state = _state_field()
    recommendation = models.CharField(max_length=15, choices=Recommendation, blank=True)
    recommendation_state = _state_field()
    urgency = models.CharField(max_length=10, choices=Urgency, blank=True)
    urgency_state = _state_field()
    interrupts_hub_power = models.BooleanField("interrupts hub power", null=True, blank=True)
    interrupts_hub_power_state = _state_field()
    irreversible = models.BooleanField("cannot be undone", null=True, blank=True)
    irreversible_state = _state_field()
    needs_site_visit = models.BooleanField("needs a site visit", null=True, blank=True)
    needs_site_visit_state = _state_field()
    vulnerabilities = models.TextField(max_length=4000, blank=True)
    vulnerabilities_state = _state_field()
    notes = models.TextField("additional information", max_length=4000, blank=True)
    notes_state = _state_field()
    provenance = models.JSONField(
        default=dict,
        blank=True,
        help_text='For each field where it came from and when: {"stage": ["source", "date"]}.',
    )
    withdrawn_on = models.DateField("withdrawn by its manufacturer on", null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=300, blank=True)
    audience = models.CharField(max_length=20, choices=Audience, default=Audience.ALL_PARTIES)

    objects = FirmwareInformationQuerySet.as_manager()

    class Meta:
        verbose_name = "FIR record"
        ordering = ["entry__cpl_entry_id"]
        constraints = [
            *_state_constraints(),
            choice_check("stage", Stage, name="fir_stage_known", blank=True),
            choice_check("recommendation", Recommendation, name="fir_recommendation_known", blank=True),
            choice_check("urgency", Urgency, name="fir_urgency_known", blank=True),
            choice_check("audience", Audience, name="fir_audience_known"),
            # A link is followed by a click: nothing but the web may stand there.
            models.CheckConstraint(
                condition=Q(portal_link="") | Q(portal_link__regex="^https?://"), name="portal_link_is_web_address"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True, withdrawal_reason="")
                | Q(withdrawn_on__isnull=False, withdrawal_reason__regex=r"\S"),
                name="withdrawn_needs_reason_and_date",
            ),
        ]
        triggers = [never_deleted()]

    def __str__(self) -> str:
        return f"FIR record of {self.entry}"

    @property
    def is_restricted(self) -> bool:
        """Whether only named Parties may see the record."""
        return self.audience == Audience.NAMED_PARTIES

    @property
    def maker(self) -> Manufacturer:
        """Whose record it is."""
        return self.entry.manufacturer


class InformationGrant(PartyGrant):
    """A Party may see this FIR record although it is not for all SEC Parties."""

    content_object = models.ForeignKey(FirmwareInformation, on_delete=models.PROTECT, related_name="grants")
