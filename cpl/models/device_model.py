"""Device Models: manufacturer identifier, model identifier, hardware version and revision."""

from functools import lru_cache

import pghistory
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Concat
from django.urls import reverse

from cpl.choices import DeviceType, EsmeVariant
from cpl.models.fields import choice_check, hex_check, never_deleted
from cpl.models.manufacturer import Manufacturer, ManufacturerIdentifier
from cpl.models.search_text import refresh_search_text
from cpl.querysets import DeviceModelQuerySet


@lru_cache(maxsize=65_536)
def _address(code: str, duis: str) -> str:
    return reverse("cpl:device_model", args=[code, duis])


@pghistory.track(exclude=["duis_model"])
class DeviceModel(models.Model):
    """One kind of device as the list and DUIS name it. CH covers hub and gas proxy: one Device Model."""

    manufacturer = models.ForeignKey(Manufacturer, on_delete=models.PROTECT, related_name="device_models")
    identifier = models.ForeignKey(ManufacturerIdentifier, on_delete=models.PROTECT, related_name="device_models")
    device_type = models.CharField(max_length=6, choices=DeviceType)
    esme_variant = models.CharField("ESME variant", max_length=3, choices=EsmeVariant, blank=True)
    name = models.CharField("model name", max_length=200)
    model_identifier = models.CharField(max_length=4)
    hardware_version = models.CharField(max_length=2)
    hardware_revision = models.CharField(max_length=2)
    duis_model = models.GeneratedField(
        expression=Concat(F("model_identifier"), F("hardware_version"), F("hardware_revision")),
        output_field=models.CharField(max_length=8),
        db_persist=True,
        verbose_name="device model as DUIS writes it",
    )

    objects = DeviceModelQuerySet.as_manager()

    class Meta:
        verbose_name = "Device Model"
        ordering = ["manufacturer__name", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["identifier", "model_identifier", "hardware_version", "hardware_revision"],
                name="device_model_once",
            ),
            # Entries repeat these two columns and refer to them, so that one table answers a search.
            models.UniqueConstraint(fields=["id", "manufacturer", "device_type"], name="device_model_owner_and_type"),
            hex_check("model_identifier", 4, name="model_identifier_hex"),
            hex_check("hardware_version", 2, name="hardware_version_hex"),
            hex_check("hardware_revision", 2, name="hardware_revision_hex"),
            choice_check("device_type", DeviceType, name="device_type_known"),
            choice_check("esme_variant", EsmeVariant, name="esme_variant_known", blank=True),
            models.CheckConstraint(
                condition=Q(esme_variant="") | Q(device_type=DeviceType.ESME),
                name="esme_variant_only_on_esme",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="device_model_named"),
        ]
        indexes = [models.Index(fields=["duis_model"])]
        triggers = [
            never_deleted(),
            refresh_search_text(
                "id",
                "name",
                "manufacturer",
                "identifier",
                "model_identifier",
                "hardware_version",
                "hardware_revision",
                "esme_variant",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page: /models/7A01-406F0811/."""
        return _address(self.identifier.code, self.duis_model)
