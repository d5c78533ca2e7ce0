"""The notices that a person may read, and the same as a spreadsheet."""

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.models import User
from accounts.permissions import READ_REPOSITORY
from accounts.tokens import token_allowed
from cpl.actions.exports import note_export
from cpl.actions.notices import may
from cpl.forms.notices import FindNoticesForm
from cpl.models import Notice
from cpl.presenters.notices import EXPORT_HEADINGS, export_cells
from cpl.selectors.notice_list import models_named, readable, to_revise
from cpl.spreadsheets.exporter import download

PAGE_SIZE: Final = 25
MOST_EXPORTED: Final = 20_000


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """By state, severity, kind, manufacturer, watch list and words; what is in force first."""
    user = require(request, READ_REPOSITORY)
    form = FindNoticesForm(request.GET, found=readable(user), user=user)
    tabs = form.tabs()
    pages = Paginator(form.listed(), PAGE_SIZE)
    # The tabs have counted already.
    pages.count = next(number for name, _, number in tabs if name == form.tab)
    page = pages.get_page(request.GET.get("page"))
    named = models_named(user, page.object_list)
    context = {
        "form": form,
        "tabs": tabs,
        "rows": [(notice, named.get(notice.pk, [])) for notice in page.object_list],
        "page_obj": page,
        "page_range": list(pages.get_elided_page_range(page.number)) if pages.num_pages > 1 else [],
        "may_issue": may.may_issue_any(user),
        "to_revise": to_revise(user),
        "today": timezone.localdate(),
    }
    return render(request, "cpl/notices/list.html", context)


@token_allowed
@require_safe
def export(request: HttpRequest, file_format: str) -> HttpResponse:
    """Exactly what the list shows with the same filters, all pages of it."""
    user = require(request, READ_REPOSITORY)
    form = FindNoticesForm(request.GET, found=readable(user), user=user)
    found = list(form.listed()[:MOST_EXPORTED])
    rows = _rows(user, found)
    note_export(what=f"Notices, {form.tab}", rows=len(rows), file_format=file_format, by=user)
    return download(file_format, "notices", EXPORT_HEADINGS, rows)


def _rows(user: User, found: list[Notice]) -> list[list[object]]:
    named = models_named(user, found)
    return [export_cells(notice, named.get(notice.pk, [])) for notice in found]
