"""A contact, and how often a manufacturer's contacts were looked at."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.access import Forbidden, Person, require
from accounts.models import User
from accounts.permissions import READ_REPOSITORY
from cpl.actions.contacts import look
from cpl.actions.submissions import may
from cpl.choices import SubmissionKind
from cpl.models import Contact, CPLEntry, Manufacturer
from cpl.selectors.contact_views import countable_by, looks_at, may_count
from cpl.spreadsheets.exporter import download
from cpl.views.search import SearchHttpRequest

HEADINGS = ("Month", "Team", "Party category", "Looks")


@require_GET
def contact(request: SearchHttpRequest, pk: int) -> HttpResponse:
    """The details of one contact. Each time they are shown is recorded; what a browser fetches in advance is not."""
    user = require(request, READ_REPOSITORY)
    found = get_object_or_404(Contact.objects.visible_to(user).select_related("manufacturer"), pk=pk)
    if "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return HttpResponse(status=503)
    entry = _asked_for(user, found, request.GET.get("from", ""))
    look(contact=found, entry=entry, by=user)
    context = {
        "contact": found,
        "entry": entry,
        "may_count": may_count(user, found.manufacturer),
        "may_change": may.may_begin(user, SubmissionKind.CONTACT, found.manufacturer),
    }
    return render(request, "cpl/_contact_details.html" if request.htmx else "cpl/contact.html", context)


def _asked_for(user: User, contact: Contact, entry_id: str) -> CPLEntry | None:
    """The entry from which the person came, if its FIR record names this contact and they may see it."""
    visible = CPLEntry.objects.visible_to(user).with_information(user).select_related("device_model__identifier")
    entry = visible.filter(cpl_entry_id=entry_id.replace("\x00", "")).first()
    return entry if entry and entry.information and entry.information.contact_id == contact.pk else None


def contact_views(request: SearchHttpRequest) -> HttpResponse:
    """Numbers of looks by month and Party category, and by team; for the manufacturer's own people, SECAS, auditors."""
    makers = _may_count(require(request, READ_REPOSITORY))
    chosen = _chosen(makers, request.GET.get("manufacturer", ""))
    looks = looks_at(chosen) if chosen else None
    return render(request, "cpl/contact_views.html", {"makers": makers, "maker": chosen, "looks": looks})


def contact_views_export(request: SearchHttpRequest, file_format: str) -> HttpResponse:
    """The same numbers as a spreadsheet."""
    chosen = _chosen(_may_count(require(request, READ_REPOSITORY)), request.GET.get("manufacturer", ""))
    if chosen is None:
        raise Http404
    rows = ((look.month, look.team, look.category_words, look.number) for look in looks_at(chosen).found)
    return download(file_format, "contact-views", HEADINGS, rows)


def _may_count(person: Person) -> list[Manufacturer]:
    if makers := countable_by(person):
        return makers
    raise Forbidden("contact views of a manufacturer")


def _chosen(makers: list[Manufacturer], key: str) -> Manufacturer | None:
    """The manufacturer asked for; without a word the only one there is. Someone else's is not found."""
    if not key:
        return makers[0] if len(makers) == 1 else None
    found = next((maker for maker in makers if str(maker.pk) == key), None)
    if found is None:
        raise Http404
    return found
