"""The devices of a Party by model and firmware version, as counted from a file, and what was answered of them.

All of it is the Party's own: no manufacturer, no other Party and nobody at SECAS can read it. The file is never kept.
"""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.models import Party
from cpl.choices import (
    EstateColumn,
    EstateRoute,
    EstateStanding,
    EstateState,
    EstateStatus,
    Urgency,
)
from cpl.identifiers import DEVICE_MODEL, FIRMWARE_VERSION, MANUFACTURER_IDENTIFIER
from cpl.models.device_model import DeviceModel
from cpl.models.entry import CPLEntry
from cpl.models.fields import choice_check, hex_check
from cpl.querysets import EstateCheckQuerySet, EstateColumnsQuerySet, EstateFeedQuerySet

LABEL_LENGTH = 60


class EstateCheck(models.Model):
    """One check of an estate: from an upload, or again from the counts of an earlier one (`origin`).

    `layout` says how the uploaded file is read, as `cpl.estate.layout.Layout` writes it; `spool` names the file while
    it waits to be counted, '' afterwards. A check that is stopped or cancelled keeps no counts.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="started by"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    origin = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="counts taken from"
    )
    state = models.CharField(max_length=10, choices=EstateState, default=EstateState.UPLOADED)
    name = models.CharField(max_length=100, help_text="What the Party calls it; at first the name of the file.")
    layout = models.JSONField(default=dict, blank=True, editable=False)
    spool = models.CharField(max_length=64, blank=True, editable=False)
    watches = models.BooleanField(
        "watch the Device Models found", default=False, help_text="For the person who started it."
    )
    rows_total = models.BigIntegerField("rows of the file", default=0, help_text="As counted while it was uploaded.")
    rows_read = models.BigIntegerField(default=0)
    started_at = models.DateTimeField(null=True, blank=True)
    moved_at = models.DateTimeField("last progress", null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(
        "when the devices were counted", null=True, blank=True, help_text="That of its origin for a check made again."
    )
    rows_in = models.BigIntegerField(default=0)
    rows_answered = models.BigIntegerField(default=0)
    rows_refused = models.BigIntegerField(default=0)
    devices = models.BigIntegerField(default=0)
    problem = models.JSONField(default=dict, blank=True, help_text='Why it stopped: {"message": "…", "cure": "…"}')
    keep_until = models.DateField(help_text="Deleted in the night after.")

    objects = EstateCheckQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["party", "state", "-counted_at"])]
        constraints = [
            choice_check("state", EstateState, name="estate_state_known"),
            models.CheckConstraint(
                condition=Q(rows_in=F("rows_answered") + F("rows_refused")), name="estate_rows_add_up"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(finished_at__isnull=False, counted_at__isnull=False, spool=""),
                name="estate_done_keeps_no_file",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page, whatever its state: /estate/17/."""
        return reverse("cpl:estate_check", args=[self.pk])

    @property
    def is_under_way(self) -> bool:
        """Whether the worker has it, or will."""
        return self.state in (EstateState.WAITING, EstateState.RUNNING)

    @property
    def is_done(self) -> bool:
        """Whether it has its answer."""
        return self.state == EstateState.DONE


def _of_check(name: str) -> Any:
    return models.ForeignKey(EstateCheck, on_delete=models.CASCADE, related_name=name)


class EstateHolding(models.Model):
    """So many devices of one model with one firmware version under one label."""

    estate_check = _of_check("holdings")
    manufacturer_code = models.CharField(max_length=MANUFACTURER_IDENTIFIER)
    duis_model = models.CharField(max_length=DEVICE_MODEL)
    firmware_version = models.CharField(max_length=FIRMWARE_VERSION)
    label = models.CharField(max_length=LABEL_LENGTH, blank=True)
    rows = models.BigIntegerField(help_text="Rows of the file that say so.")
    devices = models.BigIntegerField()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["estate_check", "manufacturer_code", "duis_model", "firmware_version", "label"],
                name="estate_holding_once",
            ),
            hex_check("manufacturer_code", MANUFACTURER_IDENTIFIER, name="estate_holding_manufacturer_hex"),
            hex_check("duis_model", DEVICE_MODEL, name="estate_holding_model_hex"),
            hex_check("firmware_version", FIRMWARE_VERSION, name="estate_holding_firmware_hex"),
            models.CheckConstraint(condition=Q(devices__gte=0, rows__gt=0), name="estate_holding_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.devices} of {self.manufacturer_code}-{self.duis_model} {self.firmware_version}"


class EstateAnswer(models.Model):
    """What was answered of one model and firmware version on the day of the check, as far as the Party could see then.

    A reader sees of it no more than they may see today: `cpl.selectors.estate`.
    """

    estate_check = _of_check("answers")
    manufacturer_code = models.CharField(max_length=MANUFACTURER_IDENTIFIER)
    duis_model = models.CharField(max_length=DEVICE_MODEL)
    firmware_version = models.CharField(max_length=FIRMWARE_VERSION)
    devices = models.BigIntegerField()
    status = models.CharField(max_length=20, choices=EstateStatus)
    standing = models.CharField(max_length=12, choices=EstateStanding)
    reason = models.CharField("why removed or withdrawn", max_length=600, blank=True)
    model = models.ForeignKey(DeviceModel, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    entry = models.ForeignKey(CPLEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    released_on = models.DateField("released, or else published, on", null=True, blank=True)
    certificate_ends = models.DateField("CPA certificate ends on", null=True, blank=True)
    target = models.ForeignKey(
        CPLEntry, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name="recommended version"
    )
    basis = models.CharField("why that is recommended", max_length=200, blank=True)
    route = models.CharField(max_length=15, choices=EstateRoute)
    way = ArrayField(
        models.BigIntegerField(), default=list, blank=True, verbose_name="entries of the best way, both ends included"
    )
    flags = ArrayField(
        models.CharField(max_length=100), default=list, blank=True, verbose_name="what the steps of the way do"
    )
    releases_behind = models.PositiveIntegerField(null=True, blank=True)
    days_behind = models.PositiveIntegerField(null=True, blank=True)
    urgency = models.CharField(max_length=10, choices=Urgency, blank=True)
    notices = ArrayField(
        models.BigIntegerField(), default=list, blank=True, verbose_name="open notices that stand against it"
    )

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["entry", "estate_check"])]
        constraints = [
            models.UniqueConstraint(
                fields=["estate_check", "manufacturer_code", "duis_model", "firmware_version"],
                name="estate_answer_once",
            ),
            choice_check("status", EstateStatus, name="estate_status_known"),
            choice_check("standing", EstateStanding, name="estate_standing_known"),
            choice_check("route", EstateRoute, name="estate_route_known"),
            choice_check("urgency", Urgency, name="estate_urgency_known", blank=True),
            models.CheckConstraint(
                condition=Q(entry__isnull=True, status__endswith="not_known")
                | (Q(entry__isnull=False) & ~Q(status__endswith="not_known")),
                name="estate_known_has_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.manufacturer_code}-{self.duis_model} {self.firmware_version}: {self.status}"


class EstateRefusal(models.Model):
    """Rows of the file that could not be read, for one reason and one value.

    `value` is '' where it may be of a person or a single device: such a value is never kept.
    """

    estate_check = _of_check("refusals")
    column = models.CharField(max_length=20, choices=EstateColumn, blank=True, help_text="Empty for the whole row.")
    value = models.CharField(max_length=100, blank=True)
    message = models.CharField(max_length=400)
    cure = models.CharField(max_length=300)
    rows = models.BigIntegerField()
    lines = ArrayField(models.IntegerField(), help_text="Rows of the sheet, or lines of the file, from 1.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            choice_check("column", EstateColumn, name="estate_refusal_column_known", blank=True),
            models.CheckConstraint(condition=Q(rows=F("lines__len")) & Q(rows__gt=0), name="estate_refusal_lines"),
        ]

    def __str__(self) -> str:
        return f"{self.rows} rows: {self.message}"


class EstateColumns(models.Model):
    """Which column of a file with these headings holds what, as a person of the Party confirmed it."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    headings = ArrayField(models.CharField(max_length=200), help_text="As the file has them, in its order.")
    signature = models.CharField(max_length=64, help_text="SHA-256 of the headings without case, spaces and signs.")
    columns = models.JSONField(help_text='{"device_model": 1, …}: which column holds what, from 0.')
    left_out = models.JSONField(default=list, blank=True, help_text="Columns that were dropped, from 0.")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name="confirmed by"
    )
    confirmed_at = models.DateTimeField(auto_now=True)

    objects = EstateColumnsQuerySet.as_manager()

    class Meta:
        ordering = ["-confirmed_at"]
        verbose_name_plural = "columns of estate files"
        constraints = [
            models.UniqueConstraint(fields=["party", "signature"], name="estate_columns_once"),
        ]

    def __str__(self) -> str:
        return ", ".join(self.headings)


class EstatePreference(models.Model):
    """What a Party wants done with its estate checks; what it has not said is as the portal usually does."""

    party = models.OneToOneField(Party, on_delete=models.PROTECT, primary_key=True, related_name="+")
    keep_days = models.PositiveIntegerField(
        "days that a check is kept", null=True, blank=True, help_text="Without a number the portal's usual days count."
    )
    feeds = models.BooleanField(
        "checks feed the watch lists of everybody who may check estates", default=False,
        help_text="Of each person only where they have not chosen otherwise.",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(keep_days__gte=1, keep_days__lte=3660), name="estate_keep_days_sane")
        ]

    def __str__(self) -> str:
        days = "the usual" if self.keep_days is None else self.keep_days
        return f"{self.party_id}: {days} days{', feeds watch lists' if self.feeds else ''}"


class EstateFeed(models.Model):
    """A person's own choice whether the checks of a Party feed their watch list; it wins over the Party's.

    It is the person's alone, as their watch list is: not even colleagues read it.
    """

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    wanted = models.BooleanField("every finished check feeds the watch list")

    objects = EstateFeedQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["party", "person"], name="estate_feed_once")]

    def __str__(self) -> str:
        return f"{self.person_id} of {self.party_id}: {'yes' if self.wanted else 'no'}"
