"""Home, how the service works, health and errors: what belongs to no single part."""

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.access import can, require
from accounts.actions.visits import note_visit
from accounts.models import User
from accounts.permissions import READ_EVERY_RECORD, READ_REPOSITORY
from accounts.selectors import waiting_for
from cpl.querysets import manufacturers_of
from cpl.selectors import own_submissions
from cpl.selectors.changes import Changes, InForce, changes_since, list_in_force, moment_before, totals
from cpl.selectors.estate.checks import checks_estates, latest
from cpl.selectors.issues import overdue
from cpl.selectors.notice_list import for_home

SHOWN = 12


def home(request: HttpRequest) -> HttpResponse:
    """One search box, the list in force, and what changed since the last visit."""
    user = require(request, READ_REPOSITORY)
    visit, in_force = note_visit(user), list_in_force()
    changes = changes_since(user, visit) if visit else _of_issue(user, in_force)
    found = len(changes.found) if changes else 0
    context = {
        "in_force": in_force,
        "late_issues": overdue(user, timezone.now()),
        "waiting": waiting_for(user),
        "waiting_submissions": own_submissions.waiting_for(user),
        # SECAS and auditors reach every maker's numbers from the admin.
        "speaks_for_maker": not can(user, READ_EVERY_RECORD) and bool(manufacturers_of(user)),
        "notices": for_home(user),
        "checks_estates": checks_estates(user),
        "estate_latest": latest(user) if checks_estates(user) else None,
        "visit": visit,
        "changes": changes,
        "counts": changes.counts() if changes else [],
        "totals": totals(user),
        "shown": SHOWN,
        "rest": found - SHOWN,
        "shown_slice": f":{SHOWN}",
        "rest_slice": f"{SHOWN}:",
    }
    return render(request, "home.html", context)


def _of_issue(user: User, in_force: InForce | None) -> Changes | None:
    """On a first visit: what the issue in force changed."""
    moment = moment_before(in_force) if in_force else None
    return changes_since(user, moment) if moment else None


@login_not_required
def about(request: HttpRequest) -> HttpResponse:
    """How this service works: the one page with words for everybody."""
    return render(request, "about.html")


@login_not_required
def health(request: HttpRequest) -> JsonResponse:
    """200 when the database answers; no detail for strangers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return JsonResponse({"status": "ok"})
