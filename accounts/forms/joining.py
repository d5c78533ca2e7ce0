"""Forms of asking for access, deciding, and accepting an invitation."""

from typing import Any, cast

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from accounts.access import can, roles_to_give
from accounts.choices import Role
from accounts.models import AccessRequest, Invitation, Party, User
from accounts.permissions import MANAGE_EVERY_PARTY, role_hints
from accounts.selectors import managed_parties


class OneLine(forms.CharField):
    """Text that may stand in a heading or an e-mail: line breaks and runs of spaces become one space."""

    def to_python(self, value: Any) -> str:
        """As it is kept."""
        return " ".join((super().to_python(value) or "").split())


class AskForm(forms.Form):
    """Who asks, for whom, and why."""

    name = OneLine(
        label="Your name",
        max_length=150,
        error_messages={"required": "Enter your name"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label="Work e-mail address",
        max_length=254,
        help_text="We send a link to it, to be sure that it is yours. Its domain leads us to your Party.",
        error_messages={
            "required": "Enter your work e-mail address",
            "invalid": "Enter an e-mail address such as name@company.example",
        },
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    organisation = OneLine(
        label="Organisation",
        max_length=200,
        help_text="The SEC Party or manufacturer that you work for.",
        error_messages={"required": "Enter the organisation that you work for"},
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    reason = forms.CharField(
        label="Why you need access",
        max_length=1000,
        help_text="For example: I look after firmware upgrades of our prepayment meters.",
        error_messages={"required": "Enter why you need access"},
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_email(self) -> str:
        """Addresses are kept in lower case."""
        return str(self.cleaned_data["email"]).lower()


class ApproveForm(forms.Form):
    """For which Party, and in which role, somebody is let in."""

    party = forms.ModelChoiceField(
        label="Party",
        queryset=Party.objects.none(),
        empty_label="Choose a Party",
        error_messages={"required": "Choose the Party that this person works for"},
    )
    role = forms.ChoiceField(label="Role", error_messages={"required": "Choose a role"})

    def __init__(self, *args: Any, request: AccessRequest, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        party = cast("forms.ModelChoiceField[Party]", self.fields["party"])
        role = cast(forms.ChoiceField, self.fields["role"])
        party.queryset, party.initial = _parties(request, by), _likely(request)
        roles = _roles(by, party.queryset)
        role.choices = [("", "Choose a role"), *((one.value, one.label) for one in roles)]
        self.role_hints = role_hints(roles)

    def clean(self) -> dict[str, Any]:
        """Which roles there are depends on the Party."""
        chosen = super().clean() or {}
        party, role = chosen.get("party"), chosen.get("role")
        if party and role and role not in (may := roles_to_give(self.by, party)):
            labels = ", ".join(Role(value).label for value in may) or "none"
            self.add_error("role", f"You cannot give this role in {party}. Roles that you can give there: {labels}.")
        return chosen


class RefuseForm(forms.Form):
    """Why not."""

    reason = OneLine(
        label="Reason",
        max_length=500,
        help_text="The person is told this word for word.",
        error_messages={"required": "Enter a reason: the person is told it"},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class AcceptForm(forms.Form):
    """Name and password of a new account, or of one that is enabled again."""

    name = OneLine(
        label="Your name",
        max_length=150,
        error_messages={"required": "Enter your name"},
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label="Choose a password",
        strip=False,
        max_length=1000,
        error_messages={"required": "Choose a password"},
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, invitation: Invitation, needs_password: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = invitation.email
        if not needs_password:
            del self.fields["password"]

    def clean(self) -> dict[str, Any]:
        """A password is held against name and e-mail address too."""
        given = super().clean() or {}
        if password := given.get("password"):
            try:
                validate_password(password, User(email=self.email, name=given.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return given


def _parties(request: AccessRequest, by: User) -> Any:
    """SECAS chooses any active Party; an administrator decides for the Party that was asked."""
    managed = managed_parties(by)
    return managed if can(by, MANAGE_EVERY_PARTY) else managed.filter(access_requests=request)


def _likely(request: AccessRequest) -> Party | None:
    """The Party of the e-mail domain, where there is one only."""
    found = list(Party.objects.of_email(request.email)[:2])
    return request.party or (found[0] if len(found) == 1 else None)


def _roles(by: User, parties: Any) -> list[Role]:
    """Every role that can be given in some of the Parties."""
    categories = {party.category: party for party in parties}
    given = {role for party in categories.values() for role in roles_to_give(by, party)}
    return [role for role in Role if role in given]
