"""The register of Parties' own sign-in services: SECAS makes and changes them here."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse

from accounts.access import commands
from accounts.actions.single_sign_on import save_single_sign_on
from accounts.admin.changing import ChangingRegister
from accounts.admin.forms import SingleSignOnForm
from accounts.admin.register import person
from accounts.links import absolute
from accounts.models import SingleSignOn


@admin.register(SingleSignOn)
class SingleSignOnAdmin(ChangingRegister):
    """OpenID Connect providers; never their secrets."""

    form = SingleSignOnForm
    list_display = ["party", "provider_id", "issuer", "is_required", "is_active", "has_secret", "party_page"]
    list_filter = ["is_active", "is_required"]
    list_select_related = ["party"]
    search_fields = ["party__name", "provider_id", "issuer"]
    search_help_text = "Party, short name or issuer"
    fields = [
        "party", "provider_id", "issuer", "client_id", "is_required", "is_active", "has_secret", "call_back",
        "party_page",
    ]  # fmt: skip

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whose role may change one, and give every role in its Party."""
        theirs = obj is None or commands(person(request), obj.party.category)
        return theirs and super().has_change_permission(request, obj)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, which knows who fills it in."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.by = person(request)
        return form

    def get_readonly_fields(self, request: HttpRequest, obj: SingleSignOn | None = None) -> list[str]:
        """The Party and the short name stay: the provider calls back to an address that has it."""
        return ["has_secret", "call_back", "party_page", *(["party", "provider_id"] if obj else [])]

    def get_fields(self, request: HttpRequest, obj: SingleSignOn | None = None) -> list[str]:
        """A new one has no page yet."""
        return self.fields if obj else self.fields[:6]

    @admin.display(description="secret in the environment", boolean=True)
    def has_secret(self, single: SingleSignOn) -> bool:
        """Whether SSO_SECRETS names it; sign-in fails without."""
        return bool(settings.SSO_SECRETS.get(single.provider_id))

    @admin.display(description="call-back address")
    def call_back(self, single: SingleSignOn) -> str:
        """Where the provider sends people back to: it must be told this address."""
        return absolute(reverse("openid_connect_callback", args=[single.provider_id]))

    def save_model(self, request: HttpRequest, obj: SingleSignOn, form: Any, change: bool) -> None:
        """Make or change it as every other door does."""
        new = {name: form.cleaned_data[name] for name in form.changed_data if name != "party"}
        saved = save_single_sign_on(party=obj.party, by=person(request), **new)
        obj.pk = saved.pk
        if saved.is_active and not self.has_secret(saved):
            words = f"Add {saved.provider_id}=… to SSO_SECRETS and restart, or nobody can sign in this way."
            messages.warning(request, words)
