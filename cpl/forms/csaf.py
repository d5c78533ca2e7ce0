"""The form that takes a CSAF file."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from cpl.csaf.decoding import LARGEST
from cpl.models import Manufacturer


class CsafForm(forms.Form):
    """The file, and whose versions its products are: the latter only where there is a choice."""

    manufacturer = forms.ModelChoiceField(
        Manufacturer.objects.none(), label="Whose versions is it about?", empty_label="Choose a manufacturer",
        error_messages={"required": "Choose the manufacturer", "invalid_choice": "Choose one of those listed"},
    )  # fmt: skip
    file = forms.FileField(
        label="CSAF file",
        help_text=f"A .json file in the form of CSAF 2.0, at most {LARGEST // 1_000_000} MB.",
        allow_empty_file=True,  # the reader says better what is wrong with an empty one
        max_length=300,
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
        error_messages={"required": "Choose a file first.", "missing": "Choose a file first."},
    )

    def __init__(self, makers: QuerySet[Manufacturer], *args: Any) -> None:
        super().__init__(*args)
        self.makers = list(makers)
        chosen: Any = self.fields["manufacturer"]
        chosen.queryset = makers
        if len(self.makers) == 1:
            del self.fields["manufacturer"]

    def manufacturer_chosen(self) -> Manufacturer:
        """The manufacturer; of a valid form."""
        found: Manufacturer = self.cleaned_data.get("manufacturer") or self.makers[0]
        return found

    def content(self) -> bytes:
        """The bytes of the file; of a larger one than is read only so many that the reader refuses it."""
        content: bytes = self.cleaned_data["file"].read(LARGEST + 1)
        return content
