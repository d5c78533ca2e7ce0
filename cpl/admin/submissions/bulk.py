"""Several submissions at once: each of them by its own action, and the result told for each."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.utils.html import format_html, format_html_join

from accounts.access import Forbidden
from accounts.models import User
from cpl.actions.submissions import may, moves, talk
from cpl.admin.submissions import acts, closed, words
from cpl.admin.submissions.changelist import KEPT, queue_of, queue_page
from cpl.choices import StepKind
from cpl.models import Submission
from cpl.selectors.queue import open_problems
from cpl.workflow import WITH_SECAS

MOST_AT_ONCE: Final = 200


@dataclass(frozen=True)
class Result:
    """What became of one submission, or what would."""

    submission: Submission
    about: words.Subject
    done: bool
    told: str


def take_on(request: HttpRequest, chosen: QuerySet[Submission], *, by: User) -> None:
    """Hold each of them; what cannot be held is named."""
    results = [_held(submission, by) for submission in chosen[:MOST_AT_ONCE]]
    taken = [result.submission.reference for result in results if result.done]
    if taken:
        messages.success(request, f"You have taken on {len(taken)}: {', '.join(taken)}.")
    left = [(result.submission.reference, result.told) for result in results if not result.done]
    if left:
        messages.warning(request, format_html("Not taken on: {}", format_html_join(" ", "{}: {}", left)))


def _held(submission: Submission, by: User) -> Result:
    try:
        talk.hold(submission=submission, by=by)
    except (*acts.OVERTAKEN, Forbidden) as error:
        return _result(submission, done=False, told=str(error))
    return _result(submission, done=True, told="Taken on.")


def confirm(request: HttpRequest, chosen: QuerySet[Submission], *, by: User, filters: str) -> HttpResponse:
    """Which of them would be accepted, and which not and why; nothing is done yet."""
    results = [_result(each, done=not (why := _against(each, by)), told=why) for each in chosen[:MOST_AT_ONCE]]
    context = {
        "title": "Accept several submissions?",
        "acceptable": [result for result in results if result.done],
        "left_out": [result for result in results if not result.done],
    }
    return _answer(request, "admin/cpl/submission/accept.html", filters, context)


def _against(submission: Submission, by: User) -> str:
    """Why it is not accepted along with others."""
    if submission.state in WITH_SECAS and may.wrote(by, submission):
        return "You wrote or sent it yourself: another moderator accepts it."
    if StepKind.ACCEPT not in may.steps_for(by, submission):
        return f"It is {submission.get_state_display().lower()}."
    blocking, advising = len(closed.stopping(submission, StepKind.ACCEPT)), open_problems(submission).advising
    if blocking or advising:
        return f"Open problems: {blocking} blocking, {advising} advising. Decide over it on its own page."
    return ""


def accept(request: HttpRequest, *, by: User) -> HttpResponse:
    """Accept those that were confirmed, in the edition that was shown, and tell the result of each."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    editions = dict(_chosen(request))
    found = Submission.objects.visible_to(by).filter(pk__in=editions).select_related(
        "party", "manufacturer", "device_model", "entry"
    ).order_by("pk")  # fmt: skip
    results = [_accepted(submission, editions[submission.pk], by) for submission in found]
    context = {"title": "What became of them", "results": results, "number": sum(result.done for result in results)}
    return _answer(request, "admin/cpl/submission/accepted.html", queue_of(request), context)


def _chosen(request: HttpRequest) -> Iterator[tuple[int, int]]:
    """Keys with the editions seen; what is written otherwise is nobody's."""
    for value in request.POST.getlist("chosen")[:MOST_AT_ONCE]:
        key, _, edition = value.partition("-")
        if all(part.isascii() and part.isdecimal() and len(part) <= 9 for part in (key, edition)):
            yield int(key), int(edition)


def _accepted(submission: Submission, edition: int, by: User) -> Result:
    """Problems that came up since the page was shown leave it out: they are for its own page."""
    try:
        if open_problems(submission).advising:
            return _result(submission, done=False, told=_against(submission, by))
        moves.accept(submission=submission, edition=edition, by=by)
    except (*acts.OVERTAKEN, Forbidden) as error:
        return _result(submission, done=False, told=str(error))
    return _result(submission, done=True, told="Accepted.")


def _result(submission: Submission, *, done: bool, told: str) -> Result:
    return Result(submission, words.subject_of(submission), done, told)


def _answer(request: HttpRequest, template: str, filters: str, context: Mapping[str, object]) -> HttpResponse:
    frame = {
        **admin.site.each_context(request),
        "opts": Submission._meta,
        "kept": (KEPT, filters),
        "queue": queue_page(filters),
    }
    return TemplateResponse(request, template, {**frame, **context})
