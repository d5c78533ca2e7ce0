"""The publication log: append-only, each record chained to the one before it by its hash."""

from django.db import models
from django.db.models import Q

from cpl.choices import LogKind
from cpl.models.entry import CPLEntry
from cpl.models.fields import append_only, choice_check, hash_check
from cpl.models.issue import CPLIssue
from cpl.querysets import PublicationRecordQuerySet


class PublicationRecord(models.Model):
    """One publication, correction, removal or withdrawal.

    The chain runs over number, time, kind and `body_digest`, never over the body itself: a reader who may not see
    a restricted body can verify the chain all the same. `salt` keeps a short body from being guessed.
    """

    number = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    kind = models.CharField(max_length=25, choices=LogKind)
    entry = models.ForeignKey(CPLEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="log_records")
    issue = models.ForeignKey(CPLIssue, on_delete=models.PROTECT, null=True, blank=True, related_name="log_records")
    body = models.JSONField(default=dict)
    salt = models.CharField(max_length=32)
    body_digest = models.CharField(max_length=64)
    previous = models.CharField("digest of the record before", max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    objects = PublicationRecordQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            choice_check("kind", LogKind, name="log_kind_known"),
            models.CheckConstraint(condition=Q(number__gte=1), name="log_number_positive"),
            hash_check("body_digest", name="log_body_digest_hex"),
            hash_check("previous", name="log_previous_hex"),
            hash_check("digest", name="log_digest_hex"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"Record {self.number}"


class LogCheckpoint(models.Model):
    """The head of the log at a moment, signed with Ed25519."""

    record = models.ForeignKey(PublicationRecord, on_delete=models.PROTECT, related_name="checkpoints")
    at = models.DateTimeField()
    digest = models.CharField("digest of that record", max_length=64)
    key_id = models.CharField("key", max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ["-pk"]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"Checkpoint at record {self.record_id}"
