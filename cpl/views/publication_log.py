"""The publication log: read it, take it away, and learn how to verify it."""

from collections.abc import Iterator
from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.models import User
from accounts.permissions import READ_REPOSITORY
from accounts.tokens import token_allowed
from cpl.actions import publication_log as actions
from cpl.forms.publication_log import FindRecordsForm
from cpl.models import LogCheckpoint, PublicationRecord
from cpl.presenters import publication_log as presenter
from cpl.presenters import verifier_archive
from cpl.selectors import log_keys
from cpl.selectors import publication_log as log

PAGE_SIZE: Final = 50
_DEFERRED: Final = ("salt", "body_digest", "previous")


@require_safe
def publication_log(request: HttpRequest) -> HttpResponse:
    """Every record, newest first, by kind, entry, issue and day; and the key that verifies all of it."""
    user = require(request, READ_REPOSITORY)
    form = FindRecordsForm(request.GET)
    wanted = form.wanted()
    found = log.records(user, wanted).select_related("entry", "issue").defer(*_DEFERRED)
    pages = Paginator(found, PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "is_narrowed": wanted != log.Wanted(),
        "rows": [presenter.row(each) for each in log.told(user, page.object_list)],
        "page_obj": page,
        "page_range": list(pages.get_elided_page_range(page.number)) if pages.num_pages > 1 else [],
        "checkpoint": log.last_checkpoint(),
        "head": log.head(),
        "file_name": _file_name(),
        "current_key": log_keys.current_key(),
        "former_keys": log_keys.former_keys(),
    }
    return render(request, "cpl/publication_log.html", context)


@require_safe
def log_record(request: HttpRequest, number: int) -> HttpResponse:
    """One record: what was published, and its place in the chain."""
    user = require(request, READ_REPOSITORY)
    visible = PublicationRecord.objects.visible_to(user).select_related("entry", "issue")
    record = get_object_or_404(visible, number=number)
    (told,) = log.told(user, [record])
    body = told.body
    context = {
        "told": told,
        "record": record,
        "facts": list(presenter.facts(body, confirmed=log.is_confirmed(body))) if body is not None else [],
        "changes": presenter.changes(body) if body is not None else [],
        "head": log.head(),
        "checkpoint": LogCheckpoint.objects.filter(record__gte=number).order_by("record_id", "pk").first(),
    }
    return render(request, "cpl/log_record.html", context)


@token_allowed
@require_safe
def publication_log_file(request: HttpRequest) -> StreamingHttpResponse:
    """The whole log as this person may read it, one line a record, ended by a checkpoint that covers the last one."""
    user = require(request, READ_REPOSITORY)
    checkpoint = actions.take_away(by=user)
    name = _file_name()
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(_lines(user, checkpoint), content_type="application/x-ndjson", headers=headers)


@require_safe
def publication_log_verifier(request: HttpRequest) -> HttpResponse:
    """The program that verifies the log, to be run on any machine: it needs no portal."""
    require(request, READ_REPOSITORY)
    headers = {"Content-Disposition": f'attachment; filename="{verifier_archive.NAME}"'}
    return HttpResponse(verifier_archive.build(), content_type="application/zip", headers=headers)


def _file_name() -> str:
    return f"publication-log-{timezone.localdate():%Y-%m-%d}.jsonl"


def _lines(user: User, checkpoint: LogCheckpoint | None) -> Iterator[bytes]:
    """Up to the record that the checkpoint covers: what is published meanwhile is for the next file."""
    yield from log.lines(user, checkpoint.record_id if checkpoint else log.head().number)
    if checkpoint:
        yield log.checkpoint_line(checkpoint)
