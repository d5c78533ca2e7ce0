"""Issues of the Central Products List that are made here: many accepted submissions published as one."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from cpl.choices import IssueState
from cpl.models.entry import CPLEntry
from cpl.models.fields import append_only, choice_check, never_deleted
from cpl.querysets import CPLIssueQuerySet


def _person(name: str) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=name
    )


class CPLIssue(models.Model):
    """One issue: prepared, published at once or at a set time, then loaded by the DCC. Never deleted."""

    number = models.CharField("number of issue", max_length=30, unique=True)
    issue_date = models.DateField("date of issue")
    state = models.CharField(max_length=12, choices=IssueState, default=IssueState.PREPARED)
    note = models.TextField("note for readers", max_length=2000, blank=True)
    prepared_by = _person("prepared by")
    prepared_at = models.DateTimeField(auto_now_add=True)
    publish_at = models.DateTimeField("to be published at", null=True, blank=True)
    published_by = _person("published by")
    published_at = models.DateTimeField(null=True, blank=True)
    failure = models.TextField("why it could not be published at the set time", blank=True)
    tries = models.PositiveSmallIntegerField("times it failed at the set time", default=0, editable=False)
    loaded_by = _person("marked as loaded by")
    loaded_at = models.DateTimeField("loaded by the DCC at", null=True, blank=True)
    alarmed_at = models.DateTimeField("alarm of a late load raised at", null=True, blank=True)

    objects = CPLIssueQuerySet.as_manager()

    class Meta:
        verbose_name = "issue of the list"
        verbose_name_plural = "issues of the list"
        ordering = ["-pk"]
        constraints = [
            choice_check("state", IssueState, name="issue_state_known"),
            models.CheckConstraint(condition=Q(number__regex=r"^[!-~]+$"), name="issue_number_printable"),
            models.CheckConstraint(
                condition=~Q(state__in=["published", "loaded"])
                | Q(published_at__isnull=False, published_by__isnull=False),
                name="issue_published_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(state="loaded", loaded_at__isnull=False) | (~Q(state="loaded") & Q(loaded_at__isnull=True)),
                name="issue_loaded_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="scheduled") | Q(publish_at__isnull=False, published_by__isnull=False),
                name="issue_scheduled_has_time_and_publisher",
            ),
        ]
        triggers = [never_deleted()]

    def __str__(self) -> str:
        return f"Issue {self.number}"

    def get_absolute_url(self) -> str:
        """Its page: /issues/152/."""
        return reverse("cpl:issue", args=[self.number])


class CertificateNotice(models.Model):
    """That a certificate's date comes close was told once: so many months before it."""

    entry = models.ForeignKey(CPLEntry, on_delete=models.PROTECT, related_name="certificate_notices")
    cpa_date = models.DateField("CPA date")
    months = models.PositiveSmallIntegerField("months before")
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "cpa_date", "months"], name="certificate_notice_once"),
        ]
        triggers = [append_only()]

    def __str__(self) -> str:
        return f"{self.entry}: {self.months} months before {self.cpa_date}"
