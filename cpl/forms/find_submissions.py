"""What the list of submissions is narrowed by."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django import forms
from django.db.models import Count, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import cached_property

from cpl.choices import SubmissionKind, SubmissionState
from cpl.models import Submission
from cpl.workflow import OPEN, WITH_SECAS

State = SubmissionState

TABS: Final[Mapping[str, tuple[str, frozenset[SubmissionState]]]] = {
    "yours": ("For you", OPEN),
    "open": ("Open", OPEN),
    "secas": ("With SECAS", WITH_SECAS),
    "published": ("Published", frozenset({State.PUBLISHED, State.LOADED})),
    "ended": ("Refused or cancelled", frozenset({State.REFUSED, State.CANCELLED})),
    "all": ("All", frozenset(State)),
}
"""The tabs of the list by the states that each shows; the first only what waits for this very person."""


@dataclass(frozen=True)
class Tab:
    """One tab with how many it holds."""

    name: str
    label: str
    number: int
    is_current: bool


class FindSubmissionsForm(forms.Form):
    """A tab and a kind; what was not understood narrows nothing.

    `for_you` is what waits for the person. Its tab opens first, unless it is empty among `found`.
    """

    kind = forms.ChoiceField(label="Kind", choices=[("", "Any"), *SubmissionKind.choices], required=False)
    state = forms.ChoiceField(choices=[(name, label) for name, (label, _) in TABS.items()], required=False)

    # A spreadsheet whose submissions alone are wanted.
    batch = forms.IntegerField(required=False, min_value=1, max_value=2**31)

    def __init__(self, data: QueryDict, *, found: QuerySet[Submission], for_you: Q) -> None:
        super().__init__(data)
        self.for_you = for_you
        self.found = found

    @cached_property
    def first_tab(self) -> str:
        """The tab that opens where none is asked for."""
        return "yours" if self.of_kind(self.found).filter(self.for_you).exists() else "open"

    @property
    def chosen_batch(self) -> int | None:
        """The key of the spreadsheet asked for."""
        self.is_valid()
        found: int | None = self.cleaned_data.get("batch")
        return found

    @property
    def tab(self) -> str:
        """The tab asked for."""
        return (self.cleaned_data.get("state") if self.is_valid() or self.is_bound else "") or self.first_tab

    @property
    def chosen_kind(self) -> str:
        """The kind asked for, '' for any."""
        self.is_valid()
        return str(self.cleaned_data.get("kind") or "")

    def of_kind(self, found: QuerySet[Submission]) -> QuerySet[Submission]:
        """Those of the kind and the spreadsheet asked for, in whatever state."""
        if self.chosen_batch:
            found = found.filter(batch=self.chosen_batch)
        return found.filter(kind=self.chosen_kind) if self.chosen_kind else found

    def narrowed(self) -> QuerySet[Submission]:
        """Those of the kind and the tab asked for."""
        return self.of_kind(self.found).filter(self._filter(self.tab))

    def _filter(self, tab: str) -> Q:
        return Q(state__in=TABS[tab][1]) & (self.for_you if tab == "yours" else Q())

    def tabs(self) -> list[Tab]:
        """The tabs with their numbers, counted in one query."""
        counts = self.of_kind(self.found).aggregate(
            **{name: Count("pk", filter=self._filter(name), distinct=True) for name in TABS}
        )
        return [Tab(name, label, counts[name], name == self.tab) for name, (label, _) in TABS.items()]
