"""What was done, by whom: stands alone, so that it outlives what it speaks of."""

import pgtrigger
from django.db import models


class AuditEvent(models.Model):
    """One act. Names are copied, not linked: deleting or renaming a person or record leaves it unchanged.

    The database refuses to update or delete a row, whoever asks.
    """

    name = models.CharField(max_length=60)
    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField(max_length=254, blank=True)
    party = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=60, blank=True)
    object_label = models.CharField(max_length=300, blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["name", "-at"]), models.Index(fields=["-at"])]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.name} {self.object_label}"
