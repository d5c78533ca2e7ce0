"""Revising a published notice: what would change is shown first, with the words that explain it."""

from copy import copy
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from cpl.actions.notices import contents, publishing
from cpl.actions.notices.errors import EditedMeanwhileError, NeedsWordsError, NotWholeError, UnknownVersionError
from cpl.forms.notice_page import WritingPage
from cpl.models import CPLEntry, Notice
from cpl.presenters.notices import Change, Told, changes, version_changes
from cpl.selectors.notice_effects import Said, effect_of
from cpl.views.notices.reading import said, statuses_of
from cpl.workflow import WrongMoveError

_CONFLICT: Final = 409
_NOT_CARRIED: Final = ("csrfmiddlewaretoken", "then")


def check(request: HttpRequest, page: WritingPage) -> HttpResponse:
    """Show what the revision changes, what the checks find, and whom it reaches; nothing is saved."""
    if page.edition != page.notice.edition:
        return _met(request, page, "Somebody changed it since you opened it.")
    if not contents.text(page.words):
        told = "Enter what changed and why: every reader of the notice reads it."
        page.errors = [{"text": told, "href": "#id_words"}]
        return _written(request, page)
    return _asked(request, page)


def revise(request: HttpRequest, page: WritingPage) -> HttpResponse:
    """Publish the revision."""
    try:
        done = publishing.revise(
            notice=page.notice, content=page.form.content(), versions=page.named.complete, words=page.words,
            by=page.user, edition=page.edition,
        )  # fmt: skip
    except EditedMeanwhileError as error:
        return _met(request, page, error.told)
    except NotWholeError as error:
        page.tell(error.problems)
        return _written(request, page)
    except NeedsWordsError as error:
        page.errors = [{"text": str(error), "href": "#id_words"}]
        return _written(request, page)
    except (UnknownVersionError, WrongMoveError) as error:
        messages.error(request, str(error))
        return redirect(page.notice)
    messages.success(request, f"{done.reference} is revised: this is revision {done.revision}.")
    return redirect(done)


def _asked(request: HttpRequest, page: WritingPage) -> HttpResponse:
    try:
        rows = contents.rows_for(page.notice, page.named.complete, page.user)
    except UnknownVersionError as error:
        page.errors = [{"text": str(error), "href": "#versions"}]
        return _written(request, page)
    after = copy(page.notice)
    contents.put(after, page.form.content())
    shown = said(page.user, Told.now(after), page.named.complete)
    proposed = Said.of(after, page.named.complete)
    found = contents.problems(after, rows)
    context = {
        "notice": page.notice,
        "after": after,
        "words": page.words,
        "changes": _changes(page, after, rows),
        "problems": [one for one in found if one.blocking],
        "advice": [one for one in found if not one.blocking],
        "effects": [effect_of(proposed, one) for one in shown["models"]],
        "carried": [(name, one) for name, all_ in request.POST.lists() if name not in _NOT_CARRIED for one in all_],
        **shown,
    }
    return render(request, "cpl/notices/revise.html", context)


def _changes(page: WritingPage, after: Notice, rows: list[contents.Row]) -> list[Change]:
    """What differs from what is in force, field by field and version by version."""
    kept = contents.rows_of(page.notice)
    before, now = contents.snapshot(page.notice, kept), contents.snapshot(after, rows)
    named = {row.entry.cpl_entry_id for row in [*kept, *rows]}
    seen = CPLEntry.objects.visible_to(page.user).filter(cpl_entry_id__in=named).order_by("model_name", "pk")
    words = {entry: f"{model} {version}".strip() for entry, model, version in
             seen.values_list("cpl_entry_id", "model_name", "firmware_version")}  # fmt: skip
    return changes(before["fields"], now["fields"]) + version_changes(before["versions"], now["versions"], words)


def _met(request: HttpRequest, page: WritingPage, told: str) -> HttpResponse:
    page.meet(told, statuses_of(page.fresh()))
    return _written(request, page, _CONFLICT)


def _written(request: HttpRequest, page: WritingPage, status: int = 200) -> HttpResponse:
    return render(request, "cpl/notices/edit.html", page.context(), status=status)
