"""One submission as those follow it who wrote it or whose product it is about, and what they may do with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import Forbidden
from accounts.models import User
from cpl.actions.submissions import may, moves, talk
from cpl.actions.submissions.errors import CannotConfirmError, EditedMeanwhileError, NeedsWordsError, TooLongError
from cpl.choices import StepKind, SubmissionState
from cpl.forms.drafts import readable
from cpl.models import Submission
from cpl.presenters.changes import is_new, is_published, what_changes
from cpl.presenters.submission_life import about, conversation, next_step, stages
from cpl.views.submissions.access import by_secas, may_open_entry, reads_as_party, shown_issue, visible_submission
from cpl.views.submissions.writing import _question
from cpl.workflow import EDITABLE, WrongMoveError

Step = StepKind


@require_safe
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands, what it would change, and everything that was said."""
    user, found = visible_submission(request, pk)
    return _page(request, user, found)


def _page(request: HttpRequest, user: User, found: Submission, *, typed: str = "", error: str = "") -> HttpResponse:
    secas, inside, steps = by_secas(user), reads_as_party(user, found), may.steps_for(user, found)
    context = {
        "submission": found,
        "issue": shown_issue(user, found),
        "links_to_entry": may_open_entry(user, found),
        "about": about(found),
        "stages": stages(found),
        "next": next_step(found),
        "lines": what_changes(found, user),
        "is_new": is_new(found),
        "is_published": is_published(found),
        "problems": readable(found.problems, by_secas=secas, by_party=inside),
        "said": conversation(found, with_internal=secas, with_waivers=secas or inside),
        "question": _question(found),
        "is_author": may.is_author(user, found),
        "is_editable": found.state in EDITABLE,
        "is_draft": found.state == SubmissionState.DRAFT,
        "steps": {step.value for step in steps},
        "by_secas": secas,
        "typed": typed,
        "errors": [{"text": error, "href": "#id_words"}] if error else [],
    }
    return render(request, "cpl/submissions/submission.html", context, status=400 if error else 200)


@dataclass(frozen=True)
class Act:
    """Something that a person may do with a submission from its page."""

    step: StepKind
    done: str
    asks: bool = True
    """Whether a page asks before it is done."""


ACTS: Final[Mapping[str, Act]] = {
    "message": Act(Step.MESSAGE, "Your message is sent.", asks=False),
    "cancel": Act(Step.CANCEL, "{0.reference} is cancelled. It stays on record."),
    "confirm": Act(Step.CONFIRM, "You have confirmed {0.reference}. SECAS goes on with it."),
    "contradict": Act(Step.CONTRADICT, "You have contradicted {0.reference}. Its author and SECAS are told."),
}


@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """Write a message, cancel, confirm or contradict: a page asks first, a POST does it."""
    user, found = visible_submission(request, pk)
    if act not in ACTS:
        raise Http404
    if not _is_theirs(user, found, act):
        raise Forbidden(act)
    if request.method != "POST":
        return _ask(request, user, found, act) if ACTS[act].asks else redirect(found)
    return _do(request, user, found, act)


def _is_theirs(user: User, found: Submission, act: str) -> bool:
    """Whose act it is, in whatever state: whether it is open now is for the action to say."""
    allowed: dict[str, Callable[[], bool]] = {
        "message": lambda: may.may_say(user, found),
        "cancel": lambda: may.is_author(user, found),
        "confirm": lambda: may.may_confirm(user, found),
        "contradict": lambda: may.may_confirm(user, found),
    }
    return allowed[act]()


def _do(request: HttpRequest, user: User, found: Submission, act: str) -> HttpResponse:
    words = request.POST.get("words", "")
    try:
        _take(user, found, act, words, _edition(request))
    except (NeedsWordsError, TooLongError) as error:
        again = _ask if ACTS[act].asks else _page
        return again(request, user, found, typed=words, error=str(error))
    except (WrongMoveError, EditedMeanwhileError, CannotConfirmError) as error:
        messages.error(request, str(error))
        return redirect(found)
    messages.success(request, ACTS[act].done.format(found))
    return redirect(found)


def _take(user: User, found: Submission, act: str, words: str, edition: int | None) -> None:
    if act == "message":
        talk.say(submission=found, words=words, by=user)
    elif act == "cancel":
        moves.cancel(submission=found, by=user, reason=words)
    elif act == "confirm":
        talk.confirm(submission=found, by=user, edition=edition)
    else:
        talk.contradict(submission=found, reason=words, by=user, edition=edition)


def _edition(request: HttpRequest) -> int | None:
    """The edition that the person read; what is no number is as the first, which is past by now or right."""
    typed = request.POST.get("edition", "")
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else None


def _ask(
    request: HttpRequest, user: User, found: Submission, act: str = "", *, typed: str = "", error: str = ""
) -> HttpResponse:
    act = act or str(request.resolver_match.kwargs["act"] if request.resolver_match else "")
    if ACTS[act].step not in may.steps_for(user, found):
        messages.warning(request, f"{found.reference} is {found.get_state_display().lower()}: that is not open now.")
        return redirect(found)
    context = {
        "submission": found,
        "about": about(found),
        "act": act,
        "lines": what_changes(found, user) if act != "cancel" else [],
        "is_new": is_new(found),
        "typed": typed,
        "errors": [{"text": error, "href": "#id_words"}] if error else [],
    }
    return render(request, "cpl/submissions/act.html", context)
