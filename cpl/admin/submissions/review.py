"""The review page: what a submission would change, what stands against it, what was said, and what can be done."""

from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from django.contrib import admin, messages
from django.core.exceptions import BadRequest
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone

from accounts.models import User
from cpl.actions.submissions import may
from cpl.actions.submissions.content import name_models
from cpl.actions.submissions.moves import said
from cpl.admin.submissions import acts, closed, words
from cpl.admin.submissions.changelist import KEPT, Place, next_to_decide, place_of, queue_of, queue_page, review_page
from cpl.admin.submissions.publishing import ways_to_publish
from cpl.choices import StepKind
from cpl.models import Submission, SubmissionStep, Waiver
from cpl.presenters.changes import Line, changes_of
from cpl.presenters.field_words import LABELS
from cpl.rules import CHECKS, Problem, problems_of
from cpl.selectors import inherited, queue, submitters
from cpl.selectors.retraction import standing_on

_CONFLICT, _UNPROCESSABLE = 409, 422
_EARLIER_SHOWN: Final = 6
NEXT: Final = "next"
_NOT_HEARD: Final = "manufacturer-not-heard"
"""The check whose cure is another's step: here the page says whose, and until when."""


def with_everything(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """The submission with all that the page speaks of."""
    return submissions.select_related(
        "party", "manufacturer__party", "device_model__identifier", "entry__manufacturer", "contact", "held_by",
        "created_by", "submitted_by", "accepted_by", "published_by", "issue", "batch",
    ).defer("entry__search_text").prefetch_related(
        Prefetch("steps", SubmissionStep.objects.order_by("pk")),
        Prefetch("waivers", Waiver.objects.select_related("by")),
    )  # fmt: skip


@dataclass(frozen=True)
class Found:
    """A problem as the page shows it: with the rule itself, and who let it pass."""

    problem: Problem
    rule: str
    field: str
    waiver: Waiver | None
    cure: str


@dataclass(frozen=True)
class Said:
    """One step in the conversation."""

    step: SubmissionStep
    what: str
    facts: list[str]


def page(request: HttpRequest, register: Any, submission: Submission, by: User) -> HttpResponse:
    """Show the submission; on POST do what was asked for and say what happened."""
    if request.method != "POST":
        return show(request, register, submission, by)
    act = acts.ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise BadRequest("The page asks for something that cannot be done with a submission.")
    return _take(request, register, submission, by, act)


def _take(request: HttpRequest, register: Any, submission: Submission, by: User, act: acts.Act) -> HttpResponse:
    filters = queue_of(request)
    posted = request.POST.dict()
    try:
        if act.final and "confirmed" not in posted and act.step in may.steps_for(by, submission):
            said(act.step, posted.get("words", ""))
            return _ask_again(request, submission, act, posted, filters)
        following = next_to_decide(request, register, submission, filters, by) if act.decides else None
        done = acts.run(act, submission, posted, by)
    except acts.UNSAID as error:
        return show(request, register, _fresh(submission), by, error=str(error), act=act, status=_UNPROCESSABLE)
    except acts.OVERTAKEN as error:
        return show(request, register, _fresh(submission), by, error=str(error), act=act, status=_CONFLICT)
    messages.success(request, done)
    address = review_page(submission.pk, filters)
    # 0: nothing else is left to decide, which the page says.
    return redirect(f"{address}{'&' if '?' in address else '?'}{NEXT}={following or 0}" if act.decides else address)


def _ask_again(
    request: HttpRequest, submission: Submission, act: acts.Act, posted: dict[str, str], filters: str
) -> HttpResponse:
    context = {
        **_frame(request, f"{act.button} {submission.reference}?"),
        "submission": submission,
        "about": words.subject_of(submission),
        "act": act,
        "words": posted.get("words", "").strip(),
        "edition": acts.edition_of(posted),
        "kept": (KEPT, filters),
        "back": review_page(submission.pk, filters),
    }
    return TemplateResponse(request, "admin/cpl/submission/confirm.html", context)


def _fresh(submission: Submission) -> Submission:
    return with_everything(Submission.objects.all()).get(pk=submission.pk)


def show(  # noqa: PLR0913 - what fell through, each by name
    request: HttpRequest,
    register: Any,
    submission: Submission,
    by: User,
    *,
    error: str = "",
    act: acts.Act | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page as things stand; `error` says why an act fell through, whose words are kept in their field."""
    filters, now = queue_of(request), timezone.now()
    # Not saved: the page compares with the Device Model that is on the list by now, if it is, shows what the checks
    # find now, and the buttons go by that.
    if words.is_open(submission):
        name_models([submission])
    found = problems_of(submission) if words.is_open(submission) else _kept(submission)
    submission.problems = [dict(problem.as_json()) for problem in found]
    context = {
        **_frame(request, submission.reference),
        **_about(submission, by),
        **_problems(submission, found),
        **_buttons(by, submission),
        "record": submitters.record_of(submission.party, _visible(by), but=submission, now=now),
        "earlier": _earlier(submission, by),
        "place": _place(request, register, submission, filters),
        "queue": queue_page(filters),
        "kept": (KEPT, filters),
        "error": error,
        "failed": act.name if act else "",
        "failed_problem": _named_problem(request) if act and act.name == "waive" else "",
        "error_field": _field_of(request, act, found) if status == _UNPROCESSABLE and act else "",
        "typed": request.POST.get("words", "") if act else "",
    }
    return TemplateResponse(request, "admin/cpl/submission/review.html", context, status=status)


def _field_of(request: HttpRequest, act: acts.Act, found: list[Problem]) -> str:
    """The id of the field whose words were wrong; of a waiver, the one beside its problem."""
    if act.name != "waive":
        return f"words-{act.name}"
    advising = [f"{one.check}:{one.key}" for one in found if not one.blocking and one.is_open]
    named = _named_problem(request)
    return f"words-waive{advising.index(named) + 1}" if named in advising else ""


def _frame(request: HttpRequest, title: str) -> dict[str, Any]:
    return {**admin.site.each_context(request), "opts": Submission._meta, "title": title}


def _visible(by: User) -> QuerySet[Submission]:
    return Submission.objects.visible_to(by)


def _about(submission: Submission, by: User) -> dict[str, Any]:
    lines = changes_of(submission, by)
    told = [line for line in lines if line.changed or line.wrong or line.remark]
    return {
        "submission": submission,
        "original": submission,
        "about": words.subject_of(submission),
        "audience": words.audience_words(inherited.told([submission]).get(submission.pk, inherited.OPEN)),
        "age": words.age_of(submission, timezone.now()),
        "look": words.look_of(submission),
        "confirmation": words.confirmation_words(submission),
        "lines": told,
        "others": [line for line in lines if line not in told and _says_something(line)],
        "blank": [line.label for line in lines if line not in told and not _says_something(line)],
        "talk": [_said(step) for step in submission.steps.all()],
        "changed_since": _changed_since(submission),
        "is_author": may.is_author(by, submission),
        "standing": standing_on(by, [submission]),
    }


def _says_something(line: Line) -> bool:
    return bool(line.now or line.proposed)


def _changed_since(submission: Submission) -> list[str]:
    """Labels of the fields that the author changed when it was last answered."""
    answers = [step for step in submission.steps.all() if step.kind == StepKind.RESUBMIT]
    return _labels(answers[-1].details.get("changed", [])) if answers else []


def _labels(names: list[str]) -> list[str]:
    return [LABELS.get(name.removesuffix("_answer"), name) for name in names]


def _said(step: SubmissionStep) -> Said:
    told = step.details
    facts = [
        f"Changed: {', '.join(_labels(told['changed']))}." if told.get("changed") else "",
        f"Taken over from {told['taken_over_from']}." if told.get("taken_over_from") else "",
        f"{told['held_by']} held it." if told.get("held_by") else "",
        f"It was accepted by {told['was_accepted_by']}." if told.get("was_accepted_by") else "",
        f"Taken out of issue {told['out_of_issue']}." if told.get("out_of_issue") else "",
        f"The problem: {told['told']}" if told.get("told") else "",
        "Recorded by SECAS for the manufacturer." if told.get("for_manufacturer") else "",
    ]
    return Said(step, str(StepKind(step.kind).label), [fact for fact in facts if fact])


def _kept(submission: Submission) -> list[Problem]:
    """What the checks found last, of a submission that is over: nothing is checked any more."""
    return [Problem(**problem) for problem in submission.problems]


def _problems(submission: Submission, problems: list[Problem]) -> dict[str, Any]:
    waivers = {(waiver.check_name, waiver.key): waiver for waiver in submission.waivers.all()}
    rules = {check.name: check.rule for check in CHECKS}
    found = [
        Found(
            problem,
            rules.get(problem.check, ""),
            LABELS.get(problem.field, ""),
            waivers.get((problem.check, problem.key)) if problem.waived else None,
            (problem.check == _NOT_HEARD and closed.awaited(submission)) or problem.cure,
        )
        for problem in problems
    ]
    kinds = {name: list(group) for name, group in groupby(sorted(found, key=_rank), key=_rank)}
    return {"blocking": kinds.get(0, []), "advising": kinds.get(1, []), "waived": kinds.get(2, [])}


def _rank(found: Found) -> int:
    """Blocking, advising, settled."""
    return 0 if found.problem.blocking else 1 if found.problem.is_open else 2


def _buttons(by: User, submission: Submission) -> dict[str, Any]:
    steps = may.steps_for(by, submission)
    shut = closed.closed_to(by, submission, steps)
    blocked = bool(closed.stopping(submission, StepKind.ACCEPT))
    usable = [act for act in acts.ACTS.values() if act.step in steps and not (act.name == "accept" and blocked)]
    return {
        "decisions": [act for act in usable if act.decides],
        "talking": [act for act in usable if act.name in ("message", "note")],
        "waive": next((act for act in usable if act.name == "waive"), None),
        "hold": next((act for act in usable if act.name == "hold"), None),
        "release": next((act for act in usable if act.name == "release"), None),
        "confirm": acts.ACTS["confirm"] if acts.may_record_confirmation(by, submission) else None,
        "closed": shut,
        "publish": ways_to_publish(submission) if StepKind.PUBLISH in steps else [],
    }


def _earlier(submission: Submission, by: User) -> list[Submission]:
    rows = queue.earlier(_visible(by), submission).select_related("party", "entry", "device_model", "manufacturer")
    return list(rows.defer("entry__search_text")[:_EARLIER_SHOWN])


def _place(request: HttpRequest, register: Any, submission: Submission, filters: str) -> dict[str, Any]:
    """Where it stands in the queue, and which come before and after; after a decision the one that came after then."""
    place: Place = place_of(request, register, submission, filters)
    asked = request.GET.get(NEXT, "")
    after_decision = int(asked) if asked.isdecimal() and len(asked) <= 18 else None
    following = place.following if after_decision is None else after_decision
    return {
        "number": place.number,
        "of": place.of,
        "previous": review_page(place.previous, filters) if place.previous else "",
        "following": review_page(following, filters) if following else "",
        "following_reference": Submission(pk=following).reference if following else "",
        "decided": after_decision is not None,
    }


def _named_problem(request: HttpRequest) -> str:
    return f"{request.POST.get('check', '')}:{request.POST.get('key', '')}"
