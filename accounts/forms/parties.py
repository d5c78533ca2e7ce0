"""Forms of a Party's page: whom to find, invite, give a role to, and what to make."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.choices import PartyCategory, ReviewDecision, Role
from accounts.models import User
from accounts.party_page import Colleague
from accounts.permissions import role_hints


class FindPartiesForm(forms.Form):
    """What the list of Parties is narrowed by."""

    REVIEWS = (("", "Any"), ("open", "Open"), ("overdue", "Overdue"))

    q = forms.CharField(label="Name or Signifier", max_length=200, required=False)
    category = forms.ChoiceField(label="Category", choices=[("", "Any"), *PartyCategory.choices], required=False)
    review = forms.ChoiceField(label="Review", choices=REVIEWS, required=False)

    def narrowed(self, parties: QuerySet[Any]) -> QuerySet[Any]:
        """The Parties that are asked for; what was not understood narrows nothing."""
        asked = self.cleaned_data if self.is_valid() else {}
        if words := asked.get("q"):
            parties = parties.filter(Q(name__icontains=words) | Q(signifier__icontains=words))
        if category := asked.get("category"):
            parties = parties.filter(category=category)
        if review := asked.get("review"):
            parties = parties.filter(review_due__isnull=False)
            return parties.filter(review_due__lt=timezone.localdate()) if review == "overdue" else parties
        return parties


def _choices(roles: Iterable[Role]) -> list[tuple[str, str]]:
    """Nothing is chosen beforehand: whoever gives a role says which."""
    return [("", "Choose a role"), *((role.value, str(role.label)) for role in roles)]


class GiveRoleForm(forms.Form):
    """One of the roles that may be given."""

    role = forms.ChoiceField(label="Role", error_messages={"required": "Choose a role"})

    def __init__(self, roles: Sequence[Role], data: Any = None) -> None:
        super().__init__(data)
        self.role_hints = role_hints(roles)
        # The stubs know a form's fields by their base class, which has no choices.
        self.fields["role"].choices = _choices(roles)  # type: ignore[attr-defined]


class InviteForm(GiveRoleForm):
    """Whom to invite, and as what."""

    name = forms.CharField(label="Name", max_length=150, error_messages={"required": "Enter the person’s name"})
    email = forms.EmailField(
        label="Work e-mail address",
        max_length=254,
        error_messages={
            "required": "Enter an e-mail address",
            "invalid": "Enter an e-mail address such as name@company.example",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ["name", "email", "role"]


class TokenForm(forms.Form):
    """What a token is for, and how long it lasts."""

    name = forms.CharField(
        label="What it is for",
        max_length=100,
        help_text="For example: nightly download for the asset system.",
        error_messages={"required": "Enter what the token is for"},
    )

    def __init__(self, data: Any = None) -> None:
        most = settings.API_TOKEN_DAYS
        super().__init__(data, initial={"days": most})
        days = f"Enter a number of days from 1 to {most}"
        self.fields["days"] = forms.IntegerField(
            label="Days until it runs out",
            min_value=1,
            max_value=most,
            help_text=f"At most {most}.",
            error_messages=dict.fromkeys(("required", "invalid", "min_value", "max_value"), days),
        )


class ReviewForm(forms.Form):
    """For each person, whether they still need access. Nothing is chosen beforehand: each answer is one."""

    def __init__(self, people: Sequence[Colleague], may_leave: Iterable[int], by: User, data: Any = None) -> None:
        super().__init__(data)
        self.people, self.by, leaving = people, by, set(may_leave)
        for one in people:
            choices = ReviewDecision.choices if one.user.pk in leaving else ReviewDecision.choices[:1]
            self.fields[_field(one)] = forms.ChoiceField(
                label=str(one.user),
                choices=choices,
                widget=forms.RadioSelect,
                error_messages={"required": "Say whether this person still needs access."},
            )

    def rows(self) -> list[tuple[Colleague, forms.BoundField]]:
        """Each person with their question."""
        return [(one, self[_field(one)]) for one in self.people]

    def decisions(self) -> dict[User, ReviewDecision]:
        """What was said, once the form is valid."""
        return {one.user: ReviewDecision(self.cleaned_data[_field(one)]) for one in self.people}


def _field(one: Colleague) -> str:
    return f"person_{one.user.pk}"
