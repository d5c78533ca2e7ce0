"""Imports of workbooks: the file as it came, what it would do, and what was done."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from cpl.choices import ImportStatus, Outcome
from cpl.models.fields import choice_check


class ImportRun(models.Model):
    """One workbook: previewed, then applied whole, in part or not at all."""

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True, help_text="The file itself, kept until the preview is decided.")
    status = models.CharField(max_length=12, choices=ImportStatus, default=ImportStatus.PREVIEWED)
    issue_date = models.DateField("date of issue", null=True, blank=True)
    issue_number = models.CharField("number of issue", max_length=30, blank=True)
    holds_cpl = models.BooleanField("holds the Central Products List", default=False)
    sheets = models.JSONField(default=list, help_text="Sheets read, with their columns as understood.")
    counts = models.JSONField(default=dict, help_text="Number of rows by outcome.")
    fingerprint = models.CharField(max_length=64, help_text="What the preview showed; applying must find the same.")
    accepted_only = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    written_at = models.DateTimeField(
        null=True, blank=True, help_text="The time that every row of history written by this import bears."
    )

    class Meta:
        ordering = ["-pk"]
        verbose_name = "import"
        constraints = [
            choice_check("status", ImportStatus, name="import_status_known"),
            models.CheckConstraint(
                condition=Q(status="previewed", decided_at__isnull=True)
                | (~Q(status="previewed") & Q(decided_at__isnull=False)),
                name="import_decided_has_date",
            ),
        ]
        indexes = [models.Index(fields=["status", "-issue_date"])]

    def __str__(self) -> str:
        return f"{self.file_name} ({self.created_at:%d %B %Y})" if self.created_at else self.file_name


class ImportRow(models.Model):
    """One row that does something or was refused, with its cells as they came."""

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="rows")
    sheet = models.CharField(max_length=120)
    row_number = models.PositiveIntegerField(null=True)
    cpl_entry_id = models.CharField("CPL Entry ID", max_length=200, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome)
    raw = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    changes = models.JSONField(default=list, help_text="Field, old and new value for each change.")
    problems = models.JSONField(default=list, help_text="Column, value, message and cure of each problem.")
    warnings = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]
        constraints = [choice_check("outcome", Outcome, name="import_outcome_known")]
        indexes = [models.Index(fields=["run", "outcome", "id"])]

    def __str__(self) -> str:
        return f"{self.sheet} row {self.row_number}: {self.outcome}"


class ColumnMapping(models.Model):
    """A person said what a column header means: remembered for the next file."""

    header = models.CharField("column header", max_length=120, unique=True)
    field = models.CharField(max_length=40, blank=True, help_text="Blank: leave this column out.")
    corrected_by = models.CharField(max_length=254, blank=True)
    corrected_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["header"]

    def __str__(self) -> str:
        return f"{self.header} is {self.field or 'left out'}"
