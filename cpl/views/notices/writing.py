"""Writing a notice: beginning it, and the page on which a draft or a revision is written."""

from collections.abc import Callable, Mapping
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cpl.actions.notices import drafts, may
from cpl.actions.notices.errors import EditedMeanwhileError, NotWholeError, UnknownVersionError
from cpl.choices import NoticeState
from cpl.forms.notice_page import Theirs, WritingPage
from cpl.forms.notice_versions import NamedVersions, may_be_named
from cpl.forms.notices import NewNoticeForm, NoticeForm, content_of, number_of, typed_of
from cpl.models import DeviceModel, Notice
from cpl.views.notices import pressing, revising
from cpl.views.notices.access import issuer, own_notice
from cpl.views.notices.reading import statuses_of
from cpl.workflow import WrongMoveError

CONFLICT: Final = 409


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Whose versions, what kind, and a title; then the draft is begun, `?model=7A01-8B0B030D` with that model open."""
    user = issuer(request)
    model = _model(request, user)
    initial = {"manufacturer": model.manufacturer_id} if model else {}
    form = NewNoticeForm(may.manufacturers_for(user), request.POST or None, by=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        content = {name: form.cleaned_data[name] for name in ("kind", "title")}
        draft = drafts.begin(
            by=user, manufacturer=form.manufacturer_chosen(), party=form.party_chosen(), content=content
        )
        return redirect(_address(draft, [model.pk] if model else []))
    return render(request, "cpl/notices/new.html", {"form": form, "model": model})


def _model(request: HttpRequest, user: User) -> DeviceModel | None:
    """The model that the address names; one that the person may not see is as none."""
    code, _, duis = request.GET.get("model", "").replace("\x00", "").partition("-")
    if not duis:
        return None
    return DeviceModel.objects.visible_to(user).filter(identifier__code=code.upper(), duis_model=duis.upper()).first()


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a draft, or of a published notice that is revised; its buttons change, save or check what it says."""
    user, found = own_notice(request, pk)
    if found.state == NoticeState.WITHDRAWN:
        messages.warning(request, f"{found.reference} is withdrawn: it cannot be changed. Begin another notice.")
        return redirect(found)
    models = may_be_named(user, found.manufacturer)
    if request.method != "POST":
        return _as_saved(request, user, found, models)
    then, named = pressing.button(request.POST), NamedVersions.typed(request.POST, models)
    saves = then in ("save", "check", "revise")
    # Whoever looks for a model is not told yet what is missing elsewhere.
    form = NoticeForm(request.POST) if saves else NoticeForm(initial=request.POST.dict())
    edition = number_of(request.POST.get("edition", ""))
    page = WritingPage(user, found, form, named, edition, words=request.POST.get("words", ""))
    if saves:
        return _DO[(found.state, then)](request, page) if _is_right(page) else _shown(request, page)
    pressing.press(page, then, request.POST)
    return _shown(request, page)


def _as_saved(request: HttpRequest, user: User, found: Notice, models: Mapping[int, int]) -> HttpResponse:
    """The notice as it stands, with the tables open that the address asks for."""
    named = NamedVersions.saved(statuses_of(found), models)
    for model in request.GET.getlist("shown"):
        if number_of(model) not in named.shown:
            named.open(number_of(model))
    form = NoticeForm(initial=typed_of(content_of(found)))
    return _shown(request, WritingPage(user, found, form, named, found.edition))


def _is_right(page: WritingPage) -> bool:
    page.errors = [{"text": problem.text, "href": problem.href} for problem in page.named.problems()]
    return page.form.is_valid() and not page.errors


def _save(request: HttpRequest, page: WritingPage) -> HttpResponse:
    """Save the draft; where somebody else saved it meanwhile show both, so that nothing is lost."""
    saved = _saved(page)
    if isinstance(saved, Theirs):
        return _shown(request, page, CONFLICT)
    if saved is None:
        return _shown(request, page)
    if pressing.button(request.POST) == "check":
        return redirect("cpl:notice_publish", saved.pk)
    messages.success(request, f"Saved at {timezone.localtime():%H:%M}. Only your Party sees it until it is published.")
    return redirect(_address(saved, page.named.shown))


def _saved(page: WritingPage) -> Notice | Theirs | None:
    try:
        return drafts.save(
            notice=page.notice, content=page.form.content(), versions=page.named.complete, by=page.user,
            edition=page.edition,
        )  # fmt: skip
    except EditedMeanwhileError as error:
        return page.meet(error.told, statuses_of(page.fresh()))
    except NotWholeError as error:
        page.tell(error.problems)
    except (UnknownVersionError, WrongMoveError) as error:
        page.errors = [{"text": str(error)}]
    return None


def _shown(request: HttpRequest, page: WritingPage, status: int = 200) -> HttpResponse:
    return render(request, "cpl/notices/edit.html", page.context(), status=status)


def _address(draft: Notice, shown: list[int]) -> str:
    where = reverse("cpl:notice_edit", args=[draft.pk])
    return f"{where}?{urlencode({'shown': shown}, doseq=True)}" if shown else where


_DO: Final[Mapping[tuple[str, str], Callable[[HttpRequest, WritingPage], HttpResponse]]] = {
    (NoticeState.DRAFT, "save"): _save,
    (NoticeState.DRAFT, "check"): _save,
    (NoticeState.DRAFT, "revise"): _save,
    (NoticeState.PUBLISHED, "save"): revising.check,
    (NoticeState.PUBLISHED, "check"): revising.check,
    (NoticeState.PUBLISHED, "revise"): revising.revise,
}
