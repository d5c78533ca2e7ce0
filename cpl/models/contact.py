"""Whom to ask for an image."""

import pghistory
from django.db import models
from django.db.models import Q
from django.urls import reverse

from accounts.access import PartyGrant
from cpl.choices import ContactAudience
from cpl.models.fields import choice_check, never_deleted
from cpl.models.manufacturer import Manufacturer
from cpl.querysets import ContactQuerySet


@pghistory.track()
class Contact(models.Model):  # type: ignore[django-manager-missing]  # guardian, base of its grants, has no types
    """A team of a manufacturer. Never public: consumers must not ring manufacturers.

    Its e-mail address and telephone number are on its own page only, where each look is recorded.
    """

    manufacturer = models.ForeignKey(Manufacturer, on_delete=models.PROTECT, related_name="contacts")
    team = models.CharField("name or team", max_length=200, blank=True)
    email = models.EmailField("e-mail address", blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    confirmed_on = models.DateField("last confirmed on", null=True, blank=True)
    audience = models.CharField(max_length=20, choices=ContactAudience, default=ContactAudience.WITH_NEED)

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["manufacturer__name", "team", "email", "telephone"]
        constraints = [
            models.UniqueConstraint(fields=["manufacturer", "team", "email", "telephone"], name="contact_once"),
            models.CheckConstraint(
                condition=~Q(team="") | ~Q(email="") | ~Q(telephone=""), name="contact_says_something"
            ),
            choice_check("audience", ContactAudience, name="contact_audience_known"),
        ]
        triggers = [never_deleted()]

    def __str__(self) -> str:
        """The team alone: what names a contact in a list, a log or a title must not give its details away."""
        return self.team or "Contact without a name"

    def get_absolute_url(self) -> str:
        """Its page: /contacts/17/. Opening it is recorded."""
        return reverse("cpl:contact", args=[self.pk])

    @property
    def maker(self) -> Manufacturer:
        """Whose contact it is."""
        return self.manufacturer


class ContactGrant(PartyGrant):
    """A Party may see this contact although it is for named Parties only."""

    content_object = models.ForeignKey(Contact, on_delete=models.PROTECT, related_name="grants")
