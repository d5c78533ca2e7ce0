"""What the manufacturer says of a version to some Parties only."""

from typing import ClassVar

import pghistory
from django.db import models
from django.db.models import Q

from accounts.access import PartyGrant
from cpl.choices import NotesAudience, Source
from cpl.models.fields import choice_check, never_deleted
from cpl.models.firmware_information import FirmwareInformation
from cpl.models.manufacturer import Manufacturer
from cpl.querysets import RestrictedNotesQuerySet


@pghistory.track()
class RestrictedNotes(models.Model):  # type: ignore[django-manager-missing]  # guardian, base of its grants, has no types
    """Notes beside a FIR record, for the manufacturer's own people, SECAS and whom they name.

    Never deleted: notes that no longer hold are emptied, with a reason.
    """

    information = models.OneToOneField(FirmwareInformation, on_delete=models.PROTECT, related_name="restricted_notes")
    text = models.TextField("restricted notes", max_length=4000, blank=True)
    source = models.CharField(max_length=20, choices=Source, default=Source.MANUFACTURER)
    given_on = models.DateField("given on")
    emptied_reason = models.CharField("why there is no text any more", max_length=300, blank=True)
    audience = models.CharField(max_length=20, choices=NotesAudience, default=NotesAudience.NOBODY_ELSE)

    objects = RestrictedNotesQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "restricted notes"
        ordering = ["information"]
        default_permissions = ()
        permissions: ClassVar = [("view_restricted_notes", "Can read restricted notes")]
        constraints = [
            models.CheckConstraint(
                condition=Q(text__regex=r"\S", emptied_reason="") | Q(text="", emptied_reason__regex=r"\S"),
                name="notes_say_something_or_why_not",
            ),
            choice_check("source", Source, name="notes_source_known"),
            choice_check("audience", NotesAudience, name="notes_audience_known"),
        ]
        triggers = [never_deleted()]

    def __str__(self) -> str:
        return f"Restricted notes on {self.information.entry}"

    @property
    def maker(self) -> Manufacturer:
        """Whose notes they are."""
        return self.information.maker


class NotesGrant(PartyGrant):
    """A Party may read these notes."""

    content_object = models.ForeignKey(RestrictedNotes, on_delete=models.PROTECT, related_name="grants")
