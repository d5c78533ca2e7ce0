"""Notices: that certain versions have a fault or a vulnerability, which are affected, and what to do."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast
from django.db.models.lookups import Regex
from django.urls import reverse

from accounts.models import Party
from cpl.choices import NoticeAudience, NoticeEvent, NoticeKind, NoticeState, Severity, Urgency, VersionStatus
from cpl.identifiers import CVE
from cpl.models.entry import CPLEntry
from cpl.models.fields import append_only, choice_check
from cpl.models.manufacturer import Manufacturer
from cpl.querysets import NoticeQuerySet, NoticeVersionQuerySet


def _person(name: str) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=name
    )


class Notice(models.Model):
    """What is said now; `NoticeRevision` keeps what was said before. A draft is its Party's alone.

    The formal channel for vulnerabilities is SEC G3.17 to G3.20: a notice points there and does not replace it.
    """

    kind = models.CharField(max_length=15, choices=NoticeKind)
    state = models.CharField(max_length=10, choices=NoticeState, default=NoticeState.DRAFT)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+", verbose_name="issued by")
    manufacturer = models.ForeignKey(Manufacturer, on_delete=models.PROTECT, related_name="notices")
    title = models.CharField(max_length=200)
    severity = models.CharField(max_length=10, choices=Severity, blank=True)
    urgency = models.CharField(
        "how soon to upgrade from an affected version", max_length=10, choices=Urgency, default=Urgency.ROUTINE
    )
    summary = models.TextField("what is wrong", max_length=4000, blank=True)
    action = models.TextField("what to do", max_length=4000, blank=True)
    deadline = models.DateField("to be done by", null=True, blank=True)
    cves = ArrayField(models.CharField(max_length=30), default=list, blank=True, verbose_name="CVE identifiers")
    advisory_link = models.URLField("manufacturer's own advisory", max_length=500, blank=True)
    references = models.JSONField(
        "other references", default=list, blank=True, help_text='[{"summary": "…", "url": "https://…"}]'
    )
    audience = models.CharField(max_length=15, choices=NoticeAudience, default=NoticeAudience.ALL_PARTIES)
    drafted_from = models.JSONField(
        "CSAF file that it was drafted from", default=dict, blank=True, editable=False,
        help_text='{"id": "…", "version": "…", "publisher": "…"}; empty where it was written here.',
    )  # fmt: skip
    edition = models.PositiveIntegerField(default=1, editable=False, help_text="Rises with every change.")
    revision = models.PositiveIntegerField(default=0, editable=False, help_text="0 until it is published.")
    created_by = _person("begun by")
    created_at = models.DateTimeField(auto_now_add=True)
    published_by = _person("published by")
    published_at = models.DateTimeField(null=True, blank=True)
    revised_at = models.DateTimeField("last revised at", null=True, blank=True)
    withdrawn_by = _person("withdrawn by")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.CharField(max_length=500, blank=True)
    reminded_for = models.DateField("deadline that people were reminded of", null=True, blank=True, editable=False)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "-published_at"])]
        constraints = [
            choice_check("kind", NoticeKind, name="notice_kind_known"),
            choice_check("state", NoticeState, name="notice_state_known"),
            choice_check("severity", Severity, name="notice_severity_known", blank=True),
            choice_check("urgency", Urgency, name="notice_urgency_known"),
            choice_check("audience", NoticeAudience, name="notice_audience_known"),
            models.CheckConstraint(
                condition=Q(state="draft", revision=0)
                | (~Q(state="draft") & Q(published_by__isnull=False, published_at__isnull=False, revision__gt=0)),
                name="notice_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(severity="") & Q(title__regex=r"\S", summary__regex=r"\S")),
                name="notice_published_whole",
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False, withdrawal_reason__regex=r"\S")
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True, withdrawal_reason="")),
                name="notice_withdrawn_with_reason",
            ),
            # A link is followed by a click: nothing but the web may stand there.
            models.CheckConstraint(
                condition=Q(advisory_link="") | Q(advisory_link__regex="^https?://"), name="advisory_link_is_web"
            ),
            # As PostgreSQL writes an array: whatever is empty, or holds a space or comma, would stand in quotes.
            models.CheckConstraint(
                condition=Regex(Cast("cves", models.TextField()), rf"^\{{({CVE}(,{CVE})*)?\}}$"),
                name="notice_cves_well_formed",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_notice_is_kept",
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state=NoticeState.DRAFT),
            ),
            pgtrigger.FSM(
                name="notice_moves",
                field="state",
                transitions=[
                    (NoticeState.DRAFT.value, NoticeState.PUBLISHED.value),
                    (NoticeState.PUBLISHED.value, NoticeState.WITHDRAWN.value),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Its page: /notices/17/."""
        return reverse("cpl:notice", args=[self.pk])

    @property
    def reference(self) -> str:
        """What people call it: N-000017."""
        return notice_reference(self.pk) if self.pk else "New notice"

    @property
    def is_open(self) -> bool:
        """Published and not withdrawn."""
        return self.state == NoticeState.PUBLISHED


def notice_reference(key: int) -> str:
    """What people call a notice: N-000017."""
    return f"N-{key:06}"


class NoticeVersion(models.Model):
    """What a notice says of one version now."""

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="versions")
    entry = models.ForeignKey(CPLEntry, on_delete=models.PROTECT, related_name="notice_versions")
    status = models.CharField(max_length=20, choices=VersionStatus)
    words = models.CharField("why, or what to do on this version", max_length=500, blank=True)

    objects = NoticeVersionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "entry"], name="version_once_in_a_notice"),
            choice_check("status", VersionStatus, name="notice_version_status_known"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id}: {self.entry_id} {self.status}"


class NoticeRevision(models.Model):
    """What a notice said from a moment on, whole, with the reason for the change. Append-only; names are copied."""

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    event = models.CharField(max_length=10, choices=NoticeEvent)
    at = models.DateTimeField()
    by = _person("by")
    by_name = models.CharField(max_length=150)
    by_party = models.CharField(max_length=200)
    words = models.CharField("what changed, and why", max_length=500, blank=True)
    content = models.JSONField(help_text="Every field as it was said, and the status of every version by Entry ID.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["notice", "number"], name="revision_number_once"),
            choice_check("event", NoticeEvent, name="notice_event_known"),
            models.CheckConstraint(condition=Q(event="published") | Q(words__regex=r"\S"), name="revision_has_reason"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{notice_reference(self.notice_id)}, revision {self.number}"
