"""The estate checks of a person's Party, and what can be done with each."""

from collections.abc import Sequence
from typing import Any, Final

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.models import User
from accounts.permissions import CHECK_ESTATE
from cpl.choices import EstateState
from cpl.models import EstateCheck
from cpl.querysets import parties_with_estate
from cpl.selectors.estate.checks import checks_of, listed

PAGE_SIZE: Final = 20
MOST_TO_CHOOSE: Final = 200
"""Checks that the two boxes for comparing offer: the newest. An older one is compared by its address."""


@require_safe
def estate(request: HttpRequest) -> HttpResponse:
    """The checks, the newest first; where there is none yet, what this is good for and how to begin."""
    user = require(request, CHECK_ESTATE)
    pages = Paginator(checks_of(user), PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    context = {
        "rows": listed(user, page.object_list),
        "total": pages.count,
        "page_obj": page,
        "page_range": list(pages.get_elided_page_range(page.number)) if pages.num_pages > 1 else [],
        "several_parties": len(parties_with_estate(user)) > 1,
        **choices(user),
    }
    return render(request, "cpl/estate/list.html", context)


def choices(user: User) -> dict[str, Any]:
    """What there is to compare: the checks that are done, the newest first, and the two that are offered at first."""
    done = EstateCheck.objects.visible_to(user).filter(state=EstateState.DONE).select_related("party")
    comparable = list(done.order_by("-pk")[:MOST_TO_CHOOSE])
    before, after = offered(comparable)
    return {"comparable": comparable, "before": before, "after": after}


def offered(comparable: Sequence[EstateCheck]) -> tuple[EstateCheck | None, EstateCheck | None]:
    """The newest check, with the last one before it of the same Party: sooner one of about as many devices, for a
    month's gains are not compared with the whole portfolio.
    """
    if not comparable:
        return None, None
    after, *rest = comparable
    earlier = [one for one in rest if one.party_id == after.party_id]
    alike = [one for one in earlier if after.devices <= 2 * one.devices and one.devices <= 2 * after.devices]
    return next(iter(alike or earlier), None), after
