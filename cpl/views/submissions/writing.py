"""Writing a draft: the page, saving by hand and by itself, and two people who write at once."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import User
from cpl.actions.submissions import drafts
from cpl.actions.submissions.errors import EditedMeanwhileError
from cpl.choices import StepKind, SubmissionKind, SubmissionState
from cpl.forms import prefill
from cpl.forms.drafts import ContentForm, DraftPage, Theirs, before_sending, differing
from cpl.forms.questions import WORDS
from cpl.models import CPLEntry, Submission
from cpl.presenters.changes import changes_of
from cpl.presenters.submission_life import about
from cpl.rules import Problem
from cpl.rules.examples import examples_for
from cpl.views.submissions import answers
from cpl.views.submissions.access import authored, by_secas, may_open_entry
from cpl.workflow import EDITABLE, WrongMoveError

MOST_SIBLINGS = 30
FIRST_EDITION = 1


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of the kind; pressed with *save*, *check* or an example it saves, and goes there."""
    user, found = authored(request, pk)
    if found.state not in EDITABLE:
        messages.warning(request, f"{found.reference} is {found.get_state_display().lower()}: it cannot be changed.")
        return redirect(found)
    if request.method != "POST":
        return _page(request, user, found, found.content)
    answers.keep(request, found)
    form = ContentForm(SubmissionKind(found.kind), request.POST)
    content = {**found.content, **form.content()}
    if not form.is_valid():
        return _page(request, user, found, content, form=form)
    return _save(request, user, found, content, form.cleaned_data["edition"] or 0)


def _save(request: HttpRequest, user: User, found: Submission, content: dict[str, Any], edition: int) -> HttpResponse:
    offered = examples_for(SubmissionKind(found.kind))
    chosen = next((one for one in offered if one.name == request.POST.get("example")), None)
    if chosen:
        content = prefill.with_example(content, chosen)
    try:
        saved = drafts.save(submission=found, content=content, by=user, edition=edition)
    except EditedMeanwhileError as error:
        return _edited_meanwhile(request, user, found, content, error)
    except WrongMoveError as error:
        messages.error(request, str(error))
        return redirect(found)
    if chosen:
        return redirect(reverse("cpl:submission_edit", args=[saved.pk]) + f"#id_{chosen.field}")
    if request.POST.get("then") == "check":
        return redirect("cpl:submission_send", saved.pk)
    messages.success(request, _saved_words(saved))
    return redirect("cpl:submission_edit", saved.pk)


def _edited_meanwhile(
    request: HttpRequest, user: User, found: Submission, content: dict[str, Any], error: EditedMeanwhileError
) -> HttpResponse:
    """Show both: what this person typed stands in the boxes, what was saved meanwhile beside it. Nothing is lost."""
    found.refresh_from_db()
    if not differing(content, found.content, SubmissionKind(found.kind)):
        messages.success(request, _saved_words(found))
        return redirect("cpl:submission_edit", found.pk)
    theirs = Theirs(_who(user, error), _moment(found), found.content)
    return _page(request, user, found, content, theirs=theirs)


@require_POST
def save(request: HttpRequest, pk: int) -> JsonResponse:
    """What the page sends by itself while somebody types. Answers in words that the page shows as they are."""
    user, found = authored(request, pk)
    answers.keep(request, found)
    form = ContentForm(SubmissionKind(found.kind), request.POST)
    if not form.is_valid():
        return _told("Not saved: a field is longer than a draft can hold. Shorten it.", 400)
    content, edition = {**found.content, **form.content()}, form.cleaned_data["edition"] or 0
    try:
        saved = drafts.save(submission=found, content=content, by=user, edition=edition)
    except EditedMeanwhileError as error:
        return _told(
            f"Not saved: {_who(user, error)} changed this draft at {_moment(error.submission)}. "
            "Press “Save draft” to see both side by side. Nothing you typed is lost.",
            409,
        )
    except WrongMoveError as error:
        return _told(f"Not saved: {error}", 409)
    return JsonResponse({"edition": saved.edition, "words": _saved_words(saved), **_found_in(user, saved)})


def _found_in(user: User, saved: Submission) -> dict[str, object]:
    """What the checks say of it now, as the page shows it: the lists at its top, and by field what stands beside it."""
    draft = DraftPage(saved, saved.content, _problems(user, saved))
    listed = render_to_string("cpl/submissions/_problems.html", {"draft": draft, "base": ""})
    beside = {
        name: {
            "html": "".join(render_to_string("cpl/submissions/_problem.html", {"problem": one}) for one in problems),
            "blocking": any(one.blocking for one in problems),
        }
        for name, problems in draft.found.items()
    }
    return {"problems": listed, "fields": beside}


def _who(user: User, error: EditedMeanwhileError) -> str:
    """Who saved meanwhile; oneself in another window too."""
    return "you, in another window," if error.who == user else str(error.who or "somebody else")


def _told(words: str, status: int) -> JsonResponse:
    return JsonResponse({"words": words}, status=status)


def _saved_words(saved: Submission) -> str:
    """When it was saved, and how much stands in the way of submitting it."""
    left = sum(problem.blocking for problem in before_sending(saved.problems, by_secas=False))
    rest = {0: "Nothing stands in the way of submitting it."}.get(
        left, f"{left} {'thing' if left == 1 else 'things'} to put right before it can be submitted."
    )
    return f"Saved at {_moment(saved)}. {rest}"


def _moment(saved: Submission) -> str:
    return f"{timezone.localtime(saved.changed_at):%H:%M}"


def _page(
    request: HttpRequest,
    user: User,
    found: Submission,
    content: dict[str, Any],
    *,
    form: ContentForm | None = None,
    theirs: Theirs | None = None,
) -> HttpResponse:
    kind = SubmissionKind(found.kind)
    context = {
        "submission": found,
        "draft": DraftPage(
            found, content, _problems(user, found), _published(user, found), _siblings(user, found), theirs,
            {name: [str(each) for each in told] for name, told in form.errors.items()} if form else {},
        ),
        "edition": found.edition,
        "shows_problems": not _is_untouched(found),
        "links_to_entry": may_open_entry(user, found),
        "words": WORDS[kind],
        "about": about(found),
        "question": _question(found),
        "answer": answers.kept(request, found),
    }  # fmt: skip
    return render(request, "cpl/submissions/edit.html", context, status=409 if theirs else 200)


def _problems(user: User, found: Submission) -> list[Problem]:
    """None while nobody has saved anything yet: an empty form is not shouted at."""
    if _is_untouched(found):
        return []
    return before_sending(found.problems, by_secas=by_secas(user))


def _is_untouched(found: Submission) -> bool:
    return found.edition == FIRST_EDITION and found.state == SubmissionState.DRAFT


def _published(user: User, found: Submission) -> dict[str, str]:
    """What is published now, by field, where the submission is about an entry."""
    return {line.name: line.now for line in changes_of(found, user) if line.now} if found.entry_id else {}


def _siblings(user: User, found: Submission) -> list[CPLEntry]:
    """The other versions of the same Device Model, the newest first: what may be upgraded is among them."""
    model = found.device_model_id or (found.entry.device_model_id if found.entry else None)
    if model is None:
        return []
    others = CPLEntry.objects.visible_to(user).filter(device_model=model).exclude(pk=found.entry_id or 0)
    return list(others.defer("search_text").order_by("-published_on", "-pk")[:MOST_SIBLINGS])


def _question(found: Submission) -> object:
    """What SECAS asked last, where it waits for an answer."""
    asked = found.steps.filter(kind=StepKind.QUERY, internal=False)
    return asked.last() if found.state == SubmissionState.QUERIED else None
