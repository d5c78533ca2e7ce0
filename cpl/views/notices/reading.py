"""One notice as its readers see it, now and as any of its revisions read."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import Person, can
from accounts.permissions import READ_EVERY_RECORD
from cpl.actions.notices import may
from cpl.choices import NoticeState
from cpl.models import Notice
from cpl.presenters.notices import Told, revisions
from cpl.selectors.notice_list import to_revise
from cpl.selectors.notice_past import revisions_for
from cpl.selectors.notice_versions import NamedModel, Statuses, counted, gone_fixes, named_by, named_models
from cpl.views.notices.access import readable_notice


@require_safe
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """What is wrong, what to do, which versions, the way out, and what was said before."""
    user, found = readable_notice(request, pk)
    records = revisions_for(user, found)
    is_author = may.is_author(user, found)
    models = named_by(user, found)
    shown = shown_of(Told.now(found), models)
    context = {
        "notice": found,
        "is_author": is_author,
        "may_end": is_author or may.may_end(user, found),
        "gone": gone_fixes(user, models) if found.is_open else [],
        "is_to_revise": is_author and found in to_revise(user),
        "is_draft": found.state == NoticeState.DRAFT,
        "is_open": found.is_open,
        "revisions": revisions(records, _entries(shown["models"])),
        # Who wrote it is for its own people and for who reads every record; readers know the Party.
        "names_people": is_author or can(user, READ_EVERY_RECORD),
        **shown,
    }
    return render(request, "cpl/notices/notice.html", context)


@require_safe
def revision(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A revision as it read then, marked as such."""
    user, found = readable_notice(request, pk)
    records = revisions_for(user, found)
    at = next((place for place, record in enumerate(records) if record.number == number), None)
    if at is None:
        raise Http404
    record = records[at]
    context = {
        "notice": found,
        "record": record,
        "until": records[at + 1].at if at + 1 < len(records) else None,
        "before": records[at - 1] if at else None,
        "after": records[at + 1] if at + 1 < len(records) else None,
        **shown_of(Told.of(record.content["fields"]), named_by(user, found, record.content["versions"])),
    }
    return render(request, "cpl/notices/revision.html", context)


def statuses_of(found: Notice) -> dict[int, tuple[str, str]]:
    """What a notice says now, by entry. One query."""
    rows = found.versions.values_list("entry_id", "status", "words")
    return {entry: (status, words) for entry, status, words in rows}


def said(user: Person, told: Told, statuses: Statuses) -> Mapping[str, Any]:
    """What `cpl/notices/_said.html` shows."""
    models = named_models(user, statuses)
    return {**shown_of(told, models), "gone": gone_fixes(user, models)}


def shown_of(told: Told, models: list[NamedModel]) -> Mapping[str, Any]:
    """The same where the models are found already."""
    named = [one for model in models for one in model.named]
    return {
        "told": told,
        "models": models,
        "counts": counted(one.status for one in named),
        "ways_out": [model for model in models if model.fixed],
        "any_fix": any(model.has_fix for model in models),
    }


def _entries(models: Iterable[NamedModel]) -> dict[str, str]:
    """Words for every entry that the revisions name and the person may see: one that was named stays named."""
    return {
        one.version.entry_id: f"{model.model.name} {one.version.firmware_version}".strip()
        for model in models
        for one in model.named
    }
