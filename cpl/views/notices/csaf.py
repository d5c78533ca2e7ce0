"""A notice as a CSAF 2.0 file, and the draft of a notice from one: the file, its preview, the decision."""

import re
from typing import Final

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Party, User
from accounts.tokens import token_allowed
from cpl.actions.exports import note_export
from cpl.actions.notices import drafts, may
from cpl.actions.notices.errors import NotWholeError, UnknownVersionError
from cpl.choices import NoticeState
from cpl.csaf import matching, reader, sealed, writer
from cpl.csaf.draft import Draft
from cpl.csaf.errors import CsafError, Problem
from cpl.forms.csaf import CsafForm
from cpl.models import Notice
from cpl.presenters import csaf as presenter
from cpl.views.notices.access import issuer, readable_notice

_CONFLICT: Final = 409


@token_allowed
@require_safe
def download(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice as CSAF 2.0, with the versions that the person may see."""
    user, found = readable_notice(request, pk)
    whole = writer.document(found, user)
    note_export(what=f"Notice {found.reference}", rows=writer.products(whole), file_format="csaf", by=user)
    name = writer.file_name(writer.tracking_id(found))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(writer.written(whole), content_type="application/json", headers=headers)


@require_http_methods(["GET", "HEAD", "POST"])
def from_csaf(request: HttpRequest) -> HttpResponse:
    """Choose a file; on POST see what was understood of it, and begin the draft from there. Nothing is kept before."""
    user = issuer(request)
    makers = may.manufacturers_for(user)
    if request.method != "POST":
        return _upload_page(request, CsafForm(makers, by=user))
    if "understood" in request.POST:
        return _begin(request, user)
    form = CsafForm(makers, request.POST, request.FILES, by=user)
    if not form.is_valid():
        return _upload_page(request, form)
    try:
        draft = reader.read(form.content())
    except CsafError as error:
        return _upload_page(request, form, error)
    return _preview_page(request, user, draft, form)


def _begin(request: HttpRequest, user: User) -> HttpResponse:
    try:
        understood = sealed.opened(request.POST["understood"], by=user)
        notice, is_new = _draft_of(understood, user)
    except (sealed.StaleError, UnknownVersionError):
        return _again(request, user, [_CHANGED])
    except NotWholeError as error:
        problems = [Problem(found.field, "", found.message, found.cure) for found in error.problems]
        return _again(request, user, problems)
    if not is_new:
        what = f"{notice.reference} was already begun from this preview"
        messages.info(request, f"{what}. To begin another draft, upload the file again.")
        return redirect("cpl:notice_edit" if notice.state == NoticeState.DRAFT else "cpl:notice", notice.pk)
    number = len(understood.versions)
    what = f"{notice.reference} was begun from {understood.origin['id']}"
    messages.success(request, f"{what}, with {number} version{'' if number == 1 else 's'}. Only your Party sees it.")
    return redirect("cpl:notice_edit", notice.pk)


@transaction.atomic
def _draft_of(understood: sealed.Understood, user: User) -> tuple[Notice, bool]:
    """The draft that this preview began, and whether it is new: a second click finds what the first one made."""
    maker = get_object_or_404(may.manufacturers_for(user), pk=understood.manufacturer)
    party = get_object_or_404(Party, pk=understood.party) if understood.party else None
    # Two clicks at once come one after the other.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    mine = Notice.objects.visible_to(user).filter(created_by=user)
    if first := mine.filter(drafted_from__seal=understood.origin["seal"]).first():
        return first, False
    notice = drafts.begin(
        by=user, manufacturer=maker, party=party, content=understood.content, versions=understood.versions,
        drafted_from=understood.origin,
    )  # fmt: skip
    return notice, True


_CHANGED: Final = Problem(
    "", "", "The preview is too old, or something has changed since. Nothing was made.", "Upload the file again."
)


def _again(request: HttpRequest, user: User, problems: list[Problem]) -> HttpResponse:
    return _upload_page(request, CsafForm(may.manufacturers_for(user), by=user), CsafError(problems), status=_CONFLICT)


def _upload_page(
    request: HttpRequest, form: CsafForm, error: CsafError | None = None, *, status: int = 200
) -> HttpResponse:
    return render(request, "cpl/notices/from_csaf.html", {"form": form, "error": error}, status=status)


def _preview_page(request: HttpRequest, user: User, draft: Draft, form: CsafForm) -> HttpResponse:
    maker, party = form.manufacturer_chosen(), form.party_chosen()
    matched = matching.match(draft.statements, person=user, manufacturer=maker)
    origin = {f"drafted_from__{name}": draft.origin[name] for name in ("id", "publisher")}
    context = {
        **presenter.context(draft, matched),
        "manufacturer": maker,
        "own": _own(user, draft),
        "others": Notice.objects.visible_to(user).filter(**origin)[:5],
        "understood": sealed.seal(draft, matched, manufacturer=maker, party=party, by=user),
        "hours": sealed.SECONDS // 3600,
    }
    return render(request, "cpl/notices/from_csaf_preview.html", context)


def _own(user: User, draft: Draft) -> Notice | None:
    """The notice of this portal that the file was taken from, where the person may read it."""
    said = re.fullmatch(r"FIR-N-0*(\d{1,9})", draft.origin["id"])
    if not said:
        return None
    return Notice.objects.visible_to(user).filter(pk=int(said[1]), party__name=draft.origin["publisher"]).first()
