"""The form that takes a CSAF file."""

from django import forms

from cpl.csaf.decoding import LARGEST
from cpl.forms.notices import OfOneManufacturer


class CsafForm(OfOneManufacturer):
    """The file, and whose versions its products are."""

    file = forms.FileField(
        label="CSAF file",
        help_text=f"A .json file in the form of CSAF 2.0, at most {LARGEST // 1_000_000} MB.",
        allow_empty_file=True,  # the reader says better what is wrong with an empty one
        max_length=300,
        widget=forms.ClearableFileInput(attrs={"accept": ".json,application/json"}),
        error_messages={"required": "Choose a file first.", "missing": "Choose a file first."},
    )

    def content(self) -> bytes:
        """The bytes of the file; of a larger one than is read only so many that the reader refuses it."""
        content: bytes = self.cleaned_data["file"].read(LARGEST + 1)
        return content
