"""What the publication log is narrowed by."""

from django import forms

from cpl.choices import LogKind
from cpl.selectors.publication_log import Wanted

_DAY = forms.DateInput(attrs={"type": "date", "class": "govuk-input govuk-input--width-10"})


def _text(width: int) -> forms.TextInput:
    return forms.TextInput(attrs={"class": f"govuk-input govuk-input--width-{width}"})


class FindRecordsForm(forms.Form):
    """Kind, entry, issue and days; what was not understood narrows nothing and is said so."""

    kind = forms.ChoiceField(
        label="Kind",
        choices=[("", "Any"), *LogKind.choices],
        required=False,
        widget=forms.Select(attrs={"class": "govuk-select"}),
    )
    entry = forms.CharField(label="CPL Entry ID", max_length=40, required=False, widget=_text(10))
    issue = forms.CharField(label="Issue", max_length=30, required=False, widget=_text(5))
    since = forms.DateField(label="From", required=False, widget=_DAY, error_messages={"invalid": "Enter a day."})
    until = forms.DateField(label="To", required=False, widget=_DAY, error_messages={"invalid": "Enter a day."})

    def wanted(self) -> Wanted:
        """What is asked for, as far as it was understood."""
        self.is_valid()
        return Wanted(**{name: value for name, value in self.cleaned_data.items() if value})
