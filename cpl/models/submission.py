"""Submissions: what somebody asks SECAS to publish, and everything that happened to it."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Party
from cpl.choices import Confirmation, StepKind, SubmissionKind, SubmissionState
from cpl.models.contact import Contact
from cpl.models.device_model import DeviceModel
from cpl.models.entry import CPLEntry
from cpl.models.fields import append_only, choice_check, never_deleted
from cpl.models.issue import CPLIssue
from cpl.models.manufacturer import Manufacturer
from cpl.querysets import SubmissionQuerySet
from cpl.workflow import MOVES


def _person(name: str) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=name
    )


class SubmissionBatch(models.Model):
    """A spreadsheet of which each row became a submission."""

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    created_by = _person("sent by")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name_plural = "submission batches"
        triggers = [append_only()]

    def __str__(self) -> str:
        return self.file_name


class SubmissionPreview(models.Model):
    """A spreadsheet that somebody looks at before its rows become submissions; theirs alone, and thrown away soon."""

    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    shown = models.JSONField(default=dict, help_text="What the preview shows: sheets, requests, refused rows.")
    fingerprint = models.CharField(max_length=64, help_text="What the preview showed; deciding must find the same.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["author", "-created_at"])]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        """Its page: /submissions/spreadsheet/17/."""
        return reverse("cpl:submissions_spreadsheet_preview", args=[self.pk])


class Submission(models.Model):
    """One request of one kind. Its state moves only along `cpl.workflow.MOVES`: the database refuses other moves.

    `content` holds what its author typed, by field; `cpl.proposals.read` says what it means.
    """

    kind = models.CharField(max_length=15, choices=SubmissionKind)
    state = models.CharField(max_length=12, choices=SubmissionState, default=SubmissionState.DRAFT)
    state_since = models.DateTimeField("in this state since")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="submissions")
    manufacturer = models.ForeignKey(
        Manufacturer, on_delete=models.PROTECT, null=True, blank=True, related_name="submissions"
    )
    device_model = models.ForeignKey(
        DeviceModel, on_delete=models.PROTECT, null=True, blank=True, related_name="submissions"
    )
    entry = models.ForeignKey(CPLEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="submissions")
    contact = models.ForeignKey(Contact, on_delete=models.PROTECT, null=True, blank=True, related_name="submissions")
    content = models.JSONField(default=dict, blank=True)
    edition = models.PositiveIntegerField(default=1, help_text="Rises with every change of the content.")
    problems = models.JSONField(default=list, blank=True, help_text="What the named checks found last.")
    checked_at = models.DateTimeField(null=True, blank=True)
    confirmation = models.CharField(max_length=15, choices=Confirmation, default=Confirmation.NOT_NEEDED)
    created_by = _person("begun by")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    writers = models.JSONField(
        default=list,
        blank=True,
        editable=False,
        help_text="Keys of the people who began, changed or sent it; who changed it last stands last.",
    )
    submitted_by = _person("submitted by")
    submitted_at = models.DateTimeField("first submitted at", null=True, blank=True)
    held_by = _person("held by")
    accepted_by = _person("accepted by")
    accepted_at = models.DateTimeField(null=True, blank=True)
    published_by = _person("published by")
    published_at = models.DateTimeField(null=True, blank=True)
    issue = models.ForeignKey(CPLIssue, on_delete=models.PROTECT, null=True, blank=True, related_name="submissions")
    batch = models.ForeignKey(
        SubmissionBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="submissions"
    )

    objects = SubmissionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["state", "state_since"]),
            models.Index(fields=["party", "-changed_at"]),
        ]
        constraints = [
            choice_check("kind", SubmissionKind, name="submission_kind_known"),
            choice_check("state", SubmissionState, name="submission_state_known"),
            choice_check("confirmation", Confirmation, name="submission_confirmation_known"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"])
                | Q(submitted_by__isnull=False, submitted_at__isnull=False),
                name="submitted_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "published", "loaded"])
                | Q(accepted_by__isnull=False, accepted_at__isnull=False),
                name="accepted_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "loaded"])
                | Q(published_by__isnull=False, published_at__isnull=False, issue__isnull=False),
                name="published_by_somebody_in_an_issue",
            ),
            # Separation of duties (domain.md): whoever publishes neither accepted nor submitted.
            models.CheckConstraint(
                condition=Q(published_by__isnull=True)
                | (~Q(published_by=F("accepted_by")) & ~Q(published_by=F("submitted_by"))),
                name="publisher_is_somebody_else",
            ),
            models.CheckConstraint(
                condition=Q(issue__isnull=True) | Q(state__in=["accepted", "published", "loaded"]),
                name="only_accepted_in_an_issue",
            ),
        ]
        triggers = [
            never_deleted(),
            pgtrigger.FSM(
                name="moves_along_the_table",
                field="state",
                transitions=[
                    (origin.value, move.target.value) for move in MOVES.values() for origin in sorted(move.origins)
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        """Its page: /submissions/17/."""
        return reverse("cpl:submission", args=[self.pk])

    @property
    def reference(self) -> str:
        """What people call it: S-000017."""
        return f"S-{self.pk:06}" if self.pk else "New submission"


class SubmissionStep(models.Model):
    """Something that happened to a submission: a move, words said, a decision. Append-only; names are copied."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=12, choices=StepKind)
    at = models.DateTimeField()
    by = _person("by")
    by_name = models.CharField(max_length=150)
    by_party = models.CharField(max_length=200, blank=True)
    from_state = models.CharField(max_length=12, choices=SubmissionState, blank=True)
    to_state = models.CharField(max_length=12, choices=SubmissionState, blank=True)
    words = models.TextField(blank=True)
    internal = models.BooleanField("for SECAS and auditors only", default=False)
    details = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["kind", "at"])]
        constraints = [choice_check("kind", StepKind, name="step_kind_known")]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.kind}"


class Waiver(models.Model):
    """A moderator let an advising problem pass, with a reason. `key` names the very problem: check and value."""

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="waivers")
    check_name = models.CharField(max_length=60)
    key = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    by = _person("waived by")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["submission", "check_name", "key"], name="waived_once"),
            models.CheckConstraint(condition=Q(reason__regex=r"\S"), name="waiver_has_reason"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.check_name}"


class SavedView(models.Model):
    """Filters of the moderation queue that a person gave a name; a shared one is there for all of SECAS."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=60)
    query = models.CharField("filters", max_length=500, blank=True)
    shared = models.BooleanField("for everybody in SECAS", default=False)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["person", "name"], name="saved_view_name_once")]

    def __str__(self) -> str:
        return self.name
