"""One's own account."""

from django import forms


class NameForm(forms.Form):
    """How the person is called."""

    name = forms.CharField(
        label="Name",
        max_length=150,
        error_messages={"required": "Enter your name"},
        widget=forms.TextInput(attrs={"class": "govuk-input", "autocomplete": "name", "spellcheck": "false"}),
    )
