"""Who is concerned by a Device Model: who watches it, and who has checked a version of it."""

from django.conf import settings
from django.db import models

from accounts.models import Party
from cpl.choices import InterestKind
from cpl.models.device_model import DeviceModel
from cpl.models.fields import choice_check
from cpl.querysets import ModelInterestQuerySet


class ModelInterest(models.Model):
    """A person watches a Device Model for their Party, or asked there for the route from a version of it.

    It is the Party's own: no manufacturer and no other Party learns of it.
    """

    device_model = models.ForeignKey(DeviceModel, on_delete=models.PROTECT, related_name="interests")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="interests")
    kind = models.CharField(max_length=10, choices=InterestKind)
    since = models.DateTimeField(auto_now_add=True)
    last_at = models.DateTimeField("last time")

    objects = ModelInterestQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["device_model", "party", "person", "kind"], name="interest_once"),
            choice_check("kind", InterestKind, name="interest_kind_known"),
        ]
        indexes = [models.Index(fields=["party", "device_model"]), models.Index(fields=["person", "kind"])]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.device_model_id}"
