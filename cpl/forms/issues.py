"""Forms of issues: what goes into one, when it is published, when it was loaded."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from cpl.models import CPLIssue, Submission

_MOMENT = "%Y-%m-%dT%H:%M"


def moment_input() -> forms.DateTimeInput:
    """A field for day and time as browsers offer it; typed by hand it is 2026-11-24T10:30."""
    return forms.DateTimeInput(attrs={"type": "datetime-local", "class": "govuk-input"}, format=_MOMENT)


class LoadedForm(forms.Form):
    """When the DCC loaded an issue, and that it did."""

    loaded_at = forms.DateTimeField(
        label="When was it loaded?",
        help_text="London time. It was not loaded before it was published.",
        widget=moment_input(),
        error_messages={"required": "Enter the day and the time", "invalid": "Enter the day and the time"},
    )
    confirmed = forms.BooleanField(
        label="The DCC has loaded this issue into its systems",
        error_messages={"required": "Confirm that the DCC has loaded the issue"},
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"loaded_at": timezone.localtime()})


class IssueForm(forms.Form):
    """Number, date, note and submissions of an issue."""

    number = forms.CharField(label="Number of issue", max_length=20)
    issue_date = forms.DateField(
        label="Date of issue",
        help_text="Every new entry bears it as its date of publication.",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label="Note for readers",
        help_text="Everybody reads it on the page of the issue.",
        required=False,
        max_length=CPLIssue._meta.get_field("note").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    submissions = forms.ModelMultipleChoiceField(
        Submission.objects.none(), error_messages={"required": "Choose at least one accepted submission."}
    )

    def __init__(self, choices: Sequence[Submission], data: Any = None, **initial: Any) -> None:
        super().__init__(data, initial=initial)
        # The stubs know a form's fields by their base class, which has no queryset.
        self.fields["submissions"].queryset = Submission.objects.filter(  # type: ignore[attr-defined]
            pk__in=[one.pk for one in choices]
        )


class ScheduleForm(forms.Form):
    """When an issue is to be published by itself, and whether it is to be dated on that day."""

    publish_at = forms.DateTimeField(
        label="Publish at",
        help_text="London time.",
        widget=moment_input(),
        error_messages={"required": "Enter the day and the time", "invalid": "Enter the day and the time"},
    )
    redate = forms.BooleanField(label="Date the issue on that day, if its date comes before", required=False)
