"""Looking at the whole change once more, and sending it to SECAS."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.models import User
from cpl.actions.submissions import moves
from cpl.actions.submissions.errors import BlockedError, NeedsWordsError, TooLongError
from cpl.choices import Confirmation, SubmissionState
from cpl.forms.drafts import DraftPage, before_sending
from cpl.models import Submission
from cpl.presenters.changes import changes_of, is_new, left_for_later, told
from cpl.presenters.submission_life import about
from cpl.rules import problems_of
from cpl.selectors.retraction import standing_on
from cpl.views.submissions import answers
from cpl.views.submissions.access import authored, by_secas
from cpl.views.submissions.writing import _question
from cpl.workflow import EDITABLE, WrongMoveError


@require_http_methods(["GET", "HEAD", "POST"])
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """The change field by field, what the checks find now, and the button that sends it."""
    user, found = authored(request, pk)
    if found.state not in EDITABLE:
        messages.warning(request, f"{found.reference} is {found.get_state_display().lower()}: it was sent already.")
        return redirect(found)
    return _send(request, user, found) if request.method == "POST" else _page(request, user, found)


def _send(request: HttpRequest, user: User, found: Submission) -> HttpResponse:
    answer = request.POST.get("answer", "")
    try:
        if found.state == SubmissionState.QUERIED:
            sent = moves.resubmit(submission=found, answer=answer, by=user)
        else:
            sent = moves.submit(submission=found, by=user)
    except WrongMoveError as error:
        messages.error(request, str(error))
        return redirect(found)
    except BlockedError:
        return _page(request, user, found, answer=answer)
    except (NeedsWordsError, TooLongError) as error:
        return _page(request, user, found, answer=answer, error=str(error))
    answers.forget(request, found)
    messages.success(request, _sent_words(sent))
    return redirect(sent)


def _sent_words(sent: Submission) -> str:
    if sent.confirmation == Confirmation.WAITING:
        return f"{sent.reference} is with SECAS. {sent.manufacturer} is asked to confirm it."
    return f"{sent.reference} is with SECAS. You will hear by e-mail what becomes of it."


def _page(request: HttpRequest, user: User, found: Submission, *, answer: str = "", error: str = "") -> HttpResponse:
    problems = before_sending((problem.as_json() for problem in problems_of(found)), by_secas=by_secas(user))
    draft, lines = DraftPage(found, found.content, problems), changes_of(found, user)
    context = {
        "submission": found,
        "about": about(found),
        "lines": told(lines),
        "later": left_for_later(lines),
        "is_new": is_new(found),
        "draft": draft,
        "question": _question(found),
        "answer": answer or answers.kept(request, found),
        "errors": [{"text": error, "href": "#id_answer"}] if error else [],
        "standing": standing_on(user, [found]),
        "asks_maker": found.confirmation == Confirmation.WAITING,
    }
    return render(request, "cpl/submissions/send.html", context)
