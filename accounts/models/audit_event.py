"""What was done, by whom: stands alone, so that it outlives what it speaks of."""

import pgtrigger
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models.functions import Upper

from accounts.choices import Channel, PartyCategory, Role


class AuditEvent(models.Model):
    """One act. Names are copied, not linked: deleting or renaming a person or record leaves it unchanged.

    The database refuses to update, delete or truncate, whoever asks.
    """

    name = models.CharField("event", max_length=60)
    at = models.DateTimeField(auto_now_add=True)
    actor = models.CharField("who", max_length=254, blank=True)
    actor_name = models.CharField("name", max_length=150, blank=True)
    party = models.CharField("as which Party", max_length=200, blank=True)
    party_category = models.CharField("Party category", max_length=30, choices=PartyCategory, blank=True)
    role = models.CharField("in which role", max_length=30, choices=Role, blank=True)
    channel = models.CharField("by which door", max_length=10, choices=Channel, default=Channel.PROCESS)
    address = models.GenericIPAddressField("from which address", null=True, blank=True)
    object_type = models.CharField("kind of object", max_length=60, blank=True)
    object_key = models.CharField("key of object", max_length=60, blank=True)
    object_label = models.CharField("object", max_length=300, blank=True)
    owner = models.CharField("whose object", max_length=200, blank=True)
    before = models.JSONField(null=True, blank=True)
    after = models.JSONField(null=True, blank=True)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "audit event"
        indexes = [
            models.Index(fields=["name", "-at"]),
            models.Index(fields=["-at"]),
            models.Index(
                fields=["actor", "-at"], opclasses=["varchar_pattern_ops", "timestamptz_ops"], name="audit_actor"
            ),
            models.Index(fields=["party", "-at"], name="audit_party"),
            models.Index(fields=["owner", "name", "-at"], condition=~models.Q(owner=""), name="audit_owner"),
            models.Index(fields=["object_type", "object_key"], condition=~models.Q(object_key=""), name="audit_object"),
            # What an auditor types is the beginning of a name, in any case, or a whole address.
            models.Index(OpClass(Upper("party"), name="text_pattern_ops"), name="audit_party_begins"),
            models.Index(
                OpClass(Upper("owner"), name="text_pattern_ops"),
                condition=~models.Q(owner=""),
                name="audit_owner_begins",
            ),
            models.Index(
                OpClass(Upper("object_label"), name="text_pattern_ops"),
                condition=~models.Q(object_label=""),
                name="audit_object_begins",
            ),
            models.Index(fields=["address", "-at"], condition=models.Q(address__isnull=False), name="audit_address"),
        ]
        triggers = [
            # A second trigger, written by hand in migration 0002, refuses TRUNCATE too, and heeds no setting by which
            # pgtrigger's own can be told to look away.
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.name} {self.object_label}"
