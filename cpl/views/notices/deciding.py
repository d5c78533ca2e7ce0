"""Publishing, withdrawing and discarding a notice: a page asks first and says what follows."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cpl.actions.notices import contents, drafts, may, publishing
from cpl.actions.notices.errors import EditedMeanwhileError, NeedsWordsError, NotWholeError
from cpl.choices import NoticeState
from cpl.forms.notices import number_of
from cpl.models import Notice
from cpl.presenters.notices import Told
from cpl.selectors.notice_effects import Said, effect_of, effect_of_withdrawal
from cpl.views.notices.access import ending_notice, own_notice
from cpl.views.notices.reading import said, statuses_of
from cpl.workflow import WrongMoveError

_CONFLICT: Final = 409


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as its readers will see it, what the checks find, who is told, and what changes for them."""
    user, found = own_notice(request, pk)
    if found.state != NoticeState.DRAFT:
        messages.warning(request, f"{found.reference} is published already.")
        return redirect(found)
    if request.method != "POST":
        return _ask_publish(request, user, found)
    try:
        done = publishing.publish(notice=found, by=user, edition=number_of(request.POST.get("edition", "")))
    except EditedMeanwhileError as error:
        found.refresh_from_db()
        told = f"Not published. {error} Below is how it reads now."
        return _ask_publish(request, user, found, told=told, status=_CONFLICT)
    except NotWholeError:
        return _ask_publish(request, user, found)
    except WrongMoveError as error:
        messages.error(request, str(error))
        return redirect("cpl:notices")
    messages.success(request, f"{done.reference} is published. Whoever is concerned is told by e-mail.")
    return redirect(done)


def _ask_publish(request: HttpRequest, user: User, found: Notice, *, told: str = "", status: int = 200) -> HttpResponse:
    statuses, rows = statuses_of(found), contents.rows_of(found)
    shown = said(user, Told.now(found), statuses)
    problems = contents.problems(found, rows)
    context = {
        "notice": found,
        "problems": [one for one in problems if one.blocking],
        "advice": [one for one in problems if not one.blocking],
        "effects": [effect_of(Said.of(found, statuses), one) for one in shown["models"]],
        "errors": [{"text": told}] if told else [],
        **shown,
    }
    return render(request, "cpl/notices/publish.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, and say what follows; it stays readable, marked."""
    user, found = ending_notice(request, pk)
    if found.state != NoticeState.PUBLISHED:
        messages.warning(request, f"{found.reference} is not in force: there is nothing to withdraw.")
        return redirect(found)
    if request.method != "POST":
        return _ask_withdraw(request, user, found)
    reason = request.POST.get("reason", "")
    try:
        done = publishing.withdraw(
            notice=found, reason=reason, by=user, edition=number_of(request.POST.get("edition", ""))
        )
    except NeedsWordsError as error:
        return _ask_withdraw(request, user, found, reason=reason, error=str(error))
    except EditedMeanwhileError as error:
        found.refresh_from_db()
        return _ask_withdraw(request, user, found, reason=reason, error=str(error), status=_CONFLICT)
    except WrongMoveError as error:
        messages.error(request, str(error))
        return redirect(found)
    messages.success(request, f"{done.reference} is withdrawn. It stays readable, with your reason.")
    return redirect(done)


def _ask_withdraw(
    request: HttpRequest, user: User, found: Notice, *, reason: str = "", error: str = "", status: int = 200
) -> HttpResponse:
    statuses = statuses_of(found)
    shown: Any = said(user, Told.now(found), statuses)
    effects = [effect_of_withdrawal(Said.of(found, statuses), one) for one in shown["models"]]
    context = {
        "notice": found,
        "is_author": may.is_author(user, found),
        "reason": reason,
        "effects": [one for one in effects if one.changes],
        "errors": [{"text": error, "href": "#id_reason"}] if error else [],
        **shown,
    }
    return render(request, "cpl/notices/withdraw.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then delete a draft."""
    user, found = ending_notice(request, pk)
    if found.state != NoticeState.DRAFT:
        messages.warning(request, f"{found.reference} is published: it cannot be discarded. It can be withdrawn.")
        return redirect(found)
    if request.method != "POST":
        context = {"notice": found, "versions": found.versions.count(), "is_author": may.is_author(user, found)}
        return render(request, "cpl/notices/discard.html", context)
    try:
        drafts.discard(notice=found, by=user)
    except WrongMoveError as error:
        messages.error(request, str(error))
        return redirect("cpl:notices")
    messages.success(request, f"The draft “{found.title}” is discarded.")
    return redirect("cpl:notices")
