"""Choosing what to submit, saying what it is about, and beginning the draft."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import can
from accounts.models import User
from accounts.permissions import SUBMIT_AS_MANUFACTURER
from cpl.actions.contacts import look
from cpl.actions.submissions import drafts, may
from cpl.actions.submissions.errors import UnknownRecordError
from cpl.choices import SubmissionKind
from cpl.forms import prefill
from cpl.forms.beginning import BeginForm, why_not
from cpl.forms.questions import WORDS
from cpl.models import CPLEntry, DeviceModel
from cpl.views.submissions.access import beginner

Kind = SubmissionKind


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """The kinds that this person may begin; about an entry or a Device Model where the address names one."""
    user = beginner(request)
    entry, model = _entry(request, user), _model(request, user)
    subject = entry or model
    kinds = [kind for kind in may.kinds_for(user) if _fits(user, kind, entry, model)]
    context = {
        "kinds": [(kind, WORDS[kind]) for kind in kinds],
        "entry": entry,
        "model": model or (entry.device_model if entry else None),
        "subject": subject,
        "may_send_spreadsheet": can(user, SUBMIT_AS_MANUFACTURER),
        "others": [kind for kind in may.kinds_for(user) if kind not in kinds],
    }
    return render(request, "cpl/submissions/choose.html", context)


def _fits(user: User, kind: Kind, entry: CPLEntry | None, model: DeviceModel | None) -> bool:
    """Whether a kind can be about what is named; without anything named all of them can."""
    if entry:
        return not why_not(kind, entry) and may.may_begin(user, kind, entry.manufacturer, entry)
    if model:
        return kind == Kind.NEW_ENTRY and may.may_begin(user, kind, model.manufacturer)
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, kind: str) -> HttpResponse:
    """Say what it is about, then begin; nothing is asked that the address says already."""
    if kind not in SubmissionKind.values:
        beginner(request)
        raise Http404
    user = beginner(request, Kind(kind))
    form = BeginForm(user, Kind(kind), request.POST or None, initial=_initial(request, user))
    asked = request.method == "POST"
    if asked and form.is_valid() and (begun := _begin(request, user, form)):
        return begun
    context = {"form": form, "kind": Kind(kind), "words": WORDS[Kind(kind)]}
    return render(request, "cpl/submissions/begin.html", context)


def _begin(request: HttpRequest, user: User, form: BeginForm) -> HttpResponse | None:
    about = form.about()
    try:
        draft = drafts.begin(kind=form.kind, by=user, content=_content(user, form.kind, about), **about)
    except UnknownRecordError as error:
        form.add_error(None, str(error))
        return None
    return redirect("cpl:submission_edit", draft.pk)


def _content(user: User, kind: Kind, about: dict[str, Any]) -> dict[str, str]:
    """What is filled in beforehand."""
    entry, model, contact = about.get("entry"), about.get("device_model"), about.get("contact")
    if kind == Kind.NEW_ENTRY and model:
        newest = prefill.newest_of(model, user)
        content = prefill.of_new_entry(model, newest)
        if newest and newest.contact:
            look(contact=newest.contact, entry=newest, by=user)
            content.update(prefill.of_contact(newest.contact, answered=True))
        return content
    if contact:
        look(contact=contact, by=user)
        return prefill.of_contact(contact)
    if kind == Kind.ADDED_MODEL and entry:
        return prefill.of_added_model(entry)
    return prefill.of_pathway(entry, user) if kind == Kind.PATHWAY and entry else {}


def _initial(request: HttpRequest, user: User) -> dict[str, Any]:
    entry, model = _entry(request, user), _model(request, user)
    known = model or (entry.device_model if entry else None)
    contact = request.GET.get("contact", "")
    return {
        "entry": entry.cpl_entry_id if entry else "",
        "model": known.pk if known else None,
        # One that is none of those offered chooses nothing.
        "contact": contact if contact.isascii() and contact.isdigit() else None,
    }


def _entry(request: HttpRequest, user: User) -> CPLEntry | None:
    """`?entry=CPL-001072`; one that the person may not see is as none."""
    named = request.GET.get("entry", "").replace("\x00", "")
    visible = CPLEntry.objects.visible_to(user).select_related("device_model__identifier", "manufacturer")
    return visible.filter(cpl_entry_id=named).first() if named else None


def _model(request: HttpRequest, user: User) -> DeviceModel | None:
    """`?model=7A01-8B0B030D`."""
    code, _, duis = request.GET.get("model", "").replace("\x00", "").partition("-")
    if not duis:
        return None
    visible = DeviceModel.objects.visible_to(user).select_related("identifier", "manufacturer")
    return visible.filter(identifier__code=code.upper(), duis_model=duis.upper()).first()
