"""How long the estate checks of a Party are kept."""

from typing import Any

from django import forms
from django.utils import timezone

from cpl.actions.estate.keeping import FEWEST_DAYS, MOST_DAYS, days_kept, due_if


class KeepingForm(forms.Form):
    """The days; where checks are older than that, somebody must say that they are to go."""

    keep_days = forms.IntegerField(
        label="Days that a check is kept",
        help_text=f"From {FEWEST_DAYS} to {MOST_DAYS:,}, from the day on which the devices were counted.",
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "class": "govuk-input govuk-input--width-5", "autocomplete": "off"}
        ),
        error_messages={"required": "Enter the number of days.", "invalid": "Enter the number of days, such as 90."},
    )
    deletes = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, party: int) -> None:
        """For this Party, with its days as they are."""
        # A person of two Parties has two such forms on one page.
        super().__init__(data, initial={"keep_days": days_kept(party)}, auto_id=f"id_%s_{party}")
        self.party = party

    def clean_keep_days(self) -> int:
        """Between what the database takes."""
        days = int(self.cleaned_data["keep_days"])
        if not FEWEST_DAYS <= days <= MOST_DAYS:
            raise forms.ValidationError(f"Enter a number of days from {FEWEST_DAYS} to {MOST_DAYS:,}.")
        return days

    def due(self) -> int:
        """How many checks the coming night would delete; 0 where the form is wrong."""
        days = self.cleaned_data.get("keep_days")
        return due_if(party=self.party, days=days, now=timezone.now()) if days else 0

    def is_agreed(self) -> bool:
        """Whether as many as would be deleted were agreed to."""
        return self.due() <= (self.cleaned_data.get("deletes") or 0)
