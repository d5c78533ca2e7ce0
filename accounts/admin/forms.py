"""Forms with which SECAS makes and changes Parties and their single sign-on."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.core.validators import DomainNameValidator
from unfold.widgets import UnfoldAdminTextareaWidget, UnfoldAdminURLInputWidget

from accounts.access import commands
from accounts.actions.parties import CannotChange, check_change, group_name
from accounts.actions.single_sign_on import check_single_sign_on
from accounts.choices import PartyCategory
from accounts.models import Party, SingleSignOn, User

_is_domain = DomainNameValidator(accept_idna=False)
_NOT_YOURS = "People of such a Party have roles that you may not give. Ask a SECAS publisher to do this."


class DomainsField(forms.CharField):
    """E-mail domains, one a line."""

    widget = UnfoldAdminTextareaWidget

    def prepare_value(self, value: Any) -> Any:
        """A list as lines."""
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        """Lines as a list, tidied; names the first line that is no domain."""
        lines = [line.strip().lower().lstrip("@") for line in (super().to_python(value) or "").splitlines()]
        for number, line in enumerate(lines, start=1):
            _check_domain(number, line)
        return sorted({line for line in lines if line})

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compares domains, not lines."""
        try:
            return bool(sorted(initial or []) != self.to_python(data))
        except ValidationError:
            return True


def _check_domain(number: int, line: str) -> None:
    try:
        if line:
            _is_domain(line)
    except ValidationError:
        words = f"Line {number}: “{line}” is not a domain. Write what follows the @, such as ashdown.example."
        raise ValidationError(words) from None


class PartyForm(forms.ModelForm[Party]):
    """A Party. What must not be is refused by the action's own checks, asked beforehand."""

    by: User
    ticked = False
    """Whether “Invited by SECAS” follows from the category, and was not ticked by the person."""

    email_domains = DomainsField(
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        label="E-mail domains",
        required=False,
        help_text="One a line. Requests for access from these addresses go to the Party’s administrator.",
    )

    class Meta:
        model = Party
        fields = ["name", "category", "signifier", "invited_by_secas", "email_domains", "is_active"]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        # A register that may only be looked at has no such field.
        if not self.instance.pk and "category" in self.fields:
            choices = [("", "Choose a category"), *PartyCategory.choices]
            # The stubs know a form's fields by their base class, which has no choices.
            self.fields["category"].choices = choices  # type: ignore[attr-defined]

    def clean_name(self) -> str:
        """Two Parties whose names begin alike for very long would share a group."""
        name: str = self.cleaned_data["name"]
        others = Group.objects.exclude(pk=self.instance.group_id) if self.instance.pk else Group.objects.all()
        if others.filter(name=group_name(name)).exists() and not Party.objects.filter(name=name).exists():
            raise ValidationError("Another Party’s name begins with the same 143 characters. Shorten this one.")
        return name

    def clean_category(self) -> str:
        """One whose people this person may make: else they could come in as them."""
        category: str = self.cleaned_data["category"]
        if not commands(self.by, category):
            raise ValidationError(_NOT_YOURS)
        return category

    def clean(self) -> dict[str, Any]:
        """What the fields mean together, and what there is already."""
        cleaned = super().clean() or {}
        outside = cleaned.get("category") == PartyCategory.MANUFACTURER and "signifier" not in self.errors
        if outside and not cleaned.get("signifier") and not cleaned.get("invited_by_secas"):
            # Outside the Code and without a Signifier there is no other way in.
            cleaned["invited_by_secas"] = self.ticked = True
        if cleaned.get("invited_by_secas") and cleaned.get("signifier"):
            self.add_error(
                "signifier", "A manufacturer invited by SECAS has no Party Signifier. Leave one of both out."
            )
        if self.instance.pk and not self.errors:
            try:
                check_change(party=self.instance, new=cleaned, by=self.by)
            except CannotChange as wrong:
                raise ValidationError(str(wrong)) from wrong
        return cleaned


class SingleSignOnForm(forms.ModelForm[SingleSignOn]):
    """A Party's OpenID Connect provider; never its secret."""

    by: User

    issuer = forms.URLField(
        label="Issuer address",
        max_length=300,
        assume_scheme="https",
        widget=UnfoldAdminURLInputWidget,
        help_text="The https address of the provider, as it names itself.",
    )

    class Meta:
        model = SingleSignOn
        fields = ["party", "provider_id", "issuer", "client_id", "is_required", "is_active"]
        help_texts = {
            "client_id": "As the provider gave it. Its secret never stands here: it comes from the environment "
            "(SSO_SECRETS), by the short name.",
        }

    def clean_party(self) -> Party:
        """One whose people this person may make: else they could come in as them."""
        party: Party = self.cleaned_data["party"]
        if not commands(self.by, party.category):
            raise ValidationError(_NOT_YOURS)
        return party

    def _post_clean(self) -> None:
        """Django's checks of the single fields first, then whether it can work at all."""
        # Every model form has this step; the stubs leave it out.
        super()._post_clean()  # type: ignore[misc]
        if self.errors:
            return
        try:
            check_single_sign_on(self.instance)
        except ValidationError as wrong:
            self.add_error(None, wrong)
