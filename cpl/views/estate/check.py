"""One estate check: what its page shows depends on how far it is."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.permissions import CHECK_ESTATE
from cpl.choices import EstateState
from cpl.views.estate import answer, progress
from cpl.views.estate.finding import EstateRequest, visible_check


@require_safe
def estate_check(request: EstateRequest, pk: int) -> HttpResponse:
    """Its columns while they wait to be confirmed, how far the count is, why it stopped, or its answer."""
    user = require(request, CHECK_ESTATE)
    check = visible_check(user, pk)
    if check.state == EstateState.UPLOADED:
        return redirect("cpl:estate_columns", pk)
    if check.is_done:
        return answer.answer(request, user, check)
    return progress.under_way(request, check) if check.is_under_way else progress.stopped(request, check)
