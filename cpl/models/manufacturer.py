"""Manufacturers and the identifiers they use."""

import pghistory
from django.db import models
from django.db.models.functions import Upper

from accounts.models import Party
from cpl.models.fields import hex_check, never_deleted
from cpl.models.search_text import refresh_search_text


@pghistory.track()
class ManufacturerIdentifier(models.Model):
    """Four hex digits. One may serve several manufacturers, and a manufacturer may use several."""

    code = models.CharField("manufacturer identifier", max_length=4, unique=True)

    class Meta:
        ordering = ["code"]
        constraints = [hex_check("code", 4, name="manufacturer_identifier_hex")]
        triggers = [never_deleted(), refresh_search_text("identifier_id", "code")]

    def __str__(self) -> str:
        return self.code


@pghistory.track()
class Manufacturer(models.Model):
    """A maker of devices; often not a SEC Party."""

    name = models.CharField(max_length=200)
    identifiers = models.ManyToManyField(ManufacturerIdentifier, related_name="manufacturers")
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="manufacturers",
        help_text="The Party whose people speak for this manufacturer, where there is one.",
    )

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(Upper("name"), name="manufacturer_name_once")]
        triggers = [never_deleted(), refresh_search_text("manufacturer_id", "name")]

    def __str__(self) -> str:
        return self.name
