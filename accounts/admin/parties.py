"""The register of Parties: SECAS makes and changes them here."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from unfold.admin import TabularInline

from accounts.access import commands
from accounts.actions.parties import change_party, create_party
from accounts.admin.changing import ChangingRegister
from accounts.admin.forms import PartyForm
from accounts.admin.read_only import ReadOnly
from accounts.admin.register import person
from accounts.models import Membership, Party
from accounts.party_page import parties_with_state


class MembershipInline(ReadOnly, TabularInline):
    """The people of a Party, or the Parties of a person."""

    model = Membership
    fields = ["user", "party", "role"]
    extra = 0


class ReviewStateFilter(admin.SimpleListFilter):
    """Parties by their joiner/leaver review."""

    title = "review"
    parameter_name = "review"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Open, or open and overdue."""
        return [("open", "Open"), ("overdue", "Overdue")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Parties with such a review."""
        if self.value() == "overdue":
            return queryset.filter(review_due__lt=timezone.localdate())
        return queryset.filter(review_due__isnull=False) if self.value() == "open" else queryset


@admin.register(Party)
class PartyAdmin(ChangingRegister):
    """Parties with their people. Who acts for them is decided on the Party's own page."""

    form = PartyForm
    list_display = [
        "name", "category", "signifier", "people", "administered", "review_due", "is_active", "party_page",
    ]  # fmt: skip
    list_filter = ["category", "is_active", "invited_by_secas", ReviewStateFilter]
    search_fields = ["name", "signifier", "email_domains"]
    search_help_text = "Name, Signifier or e-mail domain"
    fields = [
        "name", "category", "signifier", "invited_by_secas", "email_domains", "is_active", "created_at", "party_page",
    ]  # fmt: skip
    readonly_fields = ["created_at", "party_page"]
    inlines = [MembershipInline]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whose role may change one, and give every role in this one."""
        theirs = obj is None or commands(person(request), obj.category)
        return theirs and super().has_change_permission(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Party]:
        """All, with how they stand."""
        return parties_with_state()

    def get_fields(self, request: HttpRequest, obj: Party | None = None) -> list[str]:
        """A new Party is active, and has neither page nor date yet."""
        return self.fields if obj else self.fields[:5]

    def get_inlines(self, request: HttpRequest, obj: Party | None = None) -> list[Any]:
        """A new Party has no people."""
        return self.inlines if obj else []

    def get_form(self, request: HttpRequest, obj: Party | None = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, which knows who fills it in."""
        form = super().get_form(request, obj, change=change, **kwargs)
        form.by = person(request)
        return form

    @admin.display(description="people")
    def people(self, party: Any) -> int:
        """How many have a role in it."""
        return int(party.people)

    @admin.display(description="administrator", boolean=True)
    def administered(self, party: Any) -> bool:
        """Whether it has one."""
        return bool(party.has_administrator)

    @admin.display(description="review to answer by")
    def review_due(self, party: Any) -> Any:
        """The day, where a review is open."""
        return party.review_due

    def save_model(self, request: HttpRequest, obj: Party, form: Any, change: bool) -> None:
        """Make or change it as every other door does."""
        if form.ticked:
            messages.info(request, "“Invited by SECAS” is ticked: a manufacturer without a Party Signifier comes so.")
        if change:
            names = {*form.changed_data, *(["invited_by_secas"] if form.ticked else [])}
            new = {name: form.cleaned_data[name] for name in names}
            if new:
                change_party(party=obj, by=person(request), **new)
            return
        made = create_party(by=person(request), **form.cleaned_data)
        obj.pk, obj.group, obj.created_at = made.pk, made.group, made.created_at
        messages.info(request, f"Invite the administrator of {made} on its page in the portal.")

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Before a Party is made inactive: how many people lose access."""
        party = self._to_confirm(request, object_id)
        if party is None:
            return super().changeform_view(request, object_id, form_url, extra_context)
        people = Membership.objects.filter(party=party, user__is_active=True)
        context = {
            **admin.site.each_context(request),
            "opts": Party._meta,
            "original": party,
            "title": f"Make {party} inactive",
            "people": people.values("user").distinct().count(),
            "tokens": party.api_tokens.filter(revoked_at=None, expires_at__gt=timezone.now()).count(),
            "posted": [(name, value) for name, values in request.POST.lists() for value in values if name != _TOKEN],
        }
        return TemplateResponse(request, "admin/accounts/party/deactivate.html", context)

    def _to_confirm(self, request: HttpRequest, object_id: str | None) -> Party | None:
        """The Party that this request would make inactive without having been asked; None for every other."""
        if request.method != "POST" or object_id is None or not object_id.isdecimal() or "confirmed" in request.POST:
            return None
        party = Party.objects.filter(pk=object_id, is_active=True).first()
        if party is None or "is_active" in request.POST or not self.has_change_permission(request, party):
            return None
        form = self.get_form(request, party, change=True)(request.POST, instance=party)
        return Party.objects.get(pk=party.pk) if form.is_valid() else None


_TOKEN = "csrfmiddlewaretoken"  # noqa: S105 - the name of Django's form field
