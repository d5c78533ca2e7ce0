"""The submissions that a person may see, and the same as a spreadsheet."""

from collections.abc import Iterable, Iterator
from typing import Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import can
from accounts.models import User
from accounts.permissions import SUBMIT_AS_MANUFACTURER
from accounts.tokens import token_allowed
from cpl.actions.exports import note_export
from cpl.actions.submissions import may
from cpl.choices import SubmissionKind
from cpl.forms.find_submissions import FindSubmissionsForm
from cpl.models import Submission
from cpl.presenters.submission_life import NextStep, about, next_step
from cpl.selectors.own_submissions import followed_by, for_you
from cpl.spreadsheets.exporter import download
from cpl.views.submissions.access import by_secas, follower, shown_issue

PAGE_SIZE: Final = 25
MOST_EXPORTED: Final = 20_000
HEADINGS: Final = (
    "Reference", "Kind", "About", "CPL Entry ID", "Manufacturer", "Submitted by", "State", "In this state since",
    "Next step", "By when", "Confirmation of the manufacturer", "First submitted on", "Published on", "Issue",
)  # fmt: skip

Row = tuple[Submission, str, NextStep | None]


@require_safe
def submissions(request: HttpRequest) -> HttpResponse:
    """The own Party's submissions and those about the own products, by tab and kind; all of them for SECAS."""
    user = follower(request)
    form = FindSubmissionsForm(request.GET, found=followed_by(user), for_you=for_you(user))
    pages = Paginator(form.narrowed(), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "form": form,
        "tabs": form.tabs(),
        "rows": list(_rows(page.object_list)),
        "page_obj": page,
        "page_range": list(pages.get_elided_page_range(page.number)) if pages.num_pages > 1 else [],
        "kinds": [(kind.value, kind.label) for kind in SubmissionKind],
        "address": f"state={form.tab}&kind={form.chosen_kind}&batch={form.chosen_batch or ''}",
        "batch": form.chosen_batch,
        "may_begin": bool(may.kinds_for(user)),
        "may_send_spreadsheet": can(user, SUBMIT_AS_MANUFACTURER),
        "own_parties": {acting.party for acting in user.active_memberships},
        "by_secas": by_secas(user),
    }
    return render(request, "cpl/submissions/list.html", context)


@token_allowed
@require_safe
def export(request: HttpRequest, file_format: str) -> HttpResponse:
    """Exactly what the list shows with the same tab and kind, all pages of it."""
    user = follower(request)
    form = FindSubmissionsForm(request.GET, found=followed_by(user), for_you=for_you(user))
    rows = [_cells(row, user) for row in _rows(form.narrowed()[:MOST_EXPORTED])]
    note_export(what=f"Submissions, {form.tab}", rows=len(rows), file_format=file_format, by=user)
    return download(file_format, "submissions", HEADINGS, rows)


def _rows(found: Iterable[Submission]) -> Iterator[Row]:
    now = timezone.now()
    for submission in found:
        yield submission, about(submission), next_step(submission, now)


def _cells(row: Row, user: User) -> list[object]:
    submission, subject, following = row
    entry, issue = submission.entry, shown_issue(user, submission)
    return [
        submission.reference, submission.get_kind_display(), subject, entry.cpl_entry_id if entry else "",
        submission.manufacturer, submission.party, submission.get_state_display(),
        timezone.localdate(submission.state_since), f"{following.who} {following.what}" if following else "",
        following.due if following else "", submission.get_confirmation_display(),
        submission.submitted_at and timezone.localdate(submission.submitted_at),
        submission.published_at and timezone.localdate(submission.published_at), issue.number if issue else "",
    ]  # fmt: skip
