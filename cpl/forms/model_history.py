"""What the history of a Device Model is narrowed by."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from django import forms

from cpl.models import CPLEntry
from cpl.selectors.model_history import Change, ChangeKind

_SELECT: Final = {"class": "govuk-select"}


class FindChangesForm(forms.Form):
    """Version and kind. A version may be given by its Entry ID or its firmware version, as in shared addresses."""

    version = forms.ChoiceField(
        label="Version",
        required=False,
        widget=forms.Select(attrs=_SELECT),
        error_messages={"invalid_choice": "“%(value)s” is no version of this model that is known here. Choose one."},
    )
    kind = forms.ChoiceField(
        label="Kind of change",
        required=False,
        widget=forms.Select(attrs=_SELECT),
        error_messages={"invalid_choice": "There is no kind of change called “%(value)s” here. Choose one."},
    )

    def __init__(self, data: Mapping[str, str], entries: Sequence[CPLEntry], kinds: Iterable[ChangeKind]) -> None:
        """`entries` are the versions to choose from, in order; `kinds` those that occur."""
        ids = {entry.firmware_version: entry.cpl_entry_id for entry in entries if entry.firmware_version}
        version = data.get("version", "").strip()
        super().__init__({"version": ids.get(version.upper(), version), "kind": data.get("kind", "")})
        self._keys = {entry.cpl_entry_id: entry.pk for entry in entries}
        # The stubs know a form's fields by their base class, which has no choices.
        self.fields["version"].choices = [("", "Every version"), *map(_named, entries)]  # type: ignore[attr-defined]
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            ("", "Every kind"), *((kind.value, kind.label) for kind in ChangeKind if kind in set(kinds)),
        ]  # fmt: skip

    @property
    def narrows(self) -> bool:
        """Whether anything is asked for."""
        return any(self.data.values())

    def narrowed(self, changes: Iterable[Change]) -> list[Change]:
        """The changes that are asked for; none where what was asked for was not understood."""
        if not self.is_valid():
            return []
        version, kind = self._keys.get(self.cleaned_data["version"]), self.cleaned_data["kind"]
        return [
            change
            for change in changes
            if (version is None or version in change.versions) and kind in ("", change.kind)
        ]


def _named(entry: CPLEntry) -> tuple[str, str]:
    name = f"{entry.firmware_version} · " if entry.firmware_version else ""
    return entry.cpl_entry_id, f"{name}{entry.cpl_entry_id}"
