"""Whom to ask for an image."""

import pghistory
from django.db import models
from django.db.models import Q

from cpl.models.fields import never_deleted
from cpl.models.manufacturer import Manufacturer


@pghistory.track()
class Contact(models.Model):
    """A team of a manufacturer. Never public: consumers must not ring manufacturers."""

    manufacturer = models.ForeignKey(Manufacturer, on_delete=models.PROTECT, related_name="contacts")
    team = models.CharField("name or team", max_length=200, blank=True)
    email = models.EmailField("e-mail address", blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    confirmed_on = models.DateField("last confirmed on", null=True, blank=True)

    class Meta:
        ordering = ["manufacturer__name", "team", "email", "telephone"]
        constraints = [
            models.UniqueConstraint(fields=["manufacturer", "team", "email", "telephone"], name="contact_once"),
            models.CheckConstraint(
                condition=~Q(team="") | ~Q(email="") | ~Q(telephone=""), name="contact_says_something"
            ),
        ]
        triggers = [never_deleted()]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.team, self.email, self.telephone) if part)
