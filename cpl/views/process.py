"""The process in the open: its steps, targets and numbers, and the named checks."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.permissions import READ_REPOSITORY
from cpl.presenters import process as presenter
from cpl.selectors.process import ALL
from cpl.selectors.process import process as process_at


@require_safe
def process(request: HttpRequest) -> HttpResponse:
    """For everybody with a role: the steps, who takes them until when, what waits, how long it takes."""
    require(request, READ_REPOSITORY)
    now = timezone.now()
    found = process_at(now)
    whole = found.spans.get(ALL)
    context = {
        "now": now,
        "found": found,
        "stages": presenter.stages(found),
        "whole": whole,
        "whole_median": presenter.span_words(whole.median) if whole else "",
        "whole_takes": presenter.takes(whole) if whole else "",
        "bars": presenter.bars(found.months),
    }
    return render(request, "cpl/process.html", context)


@require_safe
def checks(request: HttpRequest) -> HttpResponse:
    """Every named check: what it asks, where that comes from, and whether it stands in the way."""
    require(request, READ_REPOSITORY)
    return render(request, "cpl/process_checks.html", {"checks": presenter.checks()})
