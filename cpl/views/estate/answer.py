"""The answer of an estate check: shares, campaigns, charts and every line, all of what the filters leave."""

from typing import Final

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from accounts.models import User
from cpl.choices import EstateStatus
from cpl.models import EstateCheck
from cpl.presenters.estate import dashboard
from cpl.presenters.estate.asked import ROUTES, SORTS, Asked
from cpl.presenters.estate.first import first
from cpl.selectors.estate.campaigns import by_model, campaigns
from cpl.selectors.estate.choosing import ANY_WITHOUT, NO_LABEL, Chosen
from cpl.selectors.estate.lines import Line
from cpl.selectors.estate.reading import labels_of, lines_of
from cpl.selectors.estate.totals import Totals, totals
from cpl.views.estate.finding import EstateRequest

PAGE_SIZE: Final = 25
CAMPAIGNS_SHOWN: Final = 6
MANY_REFUSED: Final = 100
"""More refused rows than one in so many are told of in a box; fewer in a line."""


def answer(request: EstateRequest, user: User, check: EstateCheck) -> HttpResponse:
    """The whole page; for htmx what the filters change of it."""
    asked = Asked.from_query(request.GET)
    every = lines_of(user, check, Chosen(label=asked.chosen.label))
    context = {"check": check, "asked": asked, **_of_lines(request, asked, every)}
    if not request.htmx:
        return render(request, "cpl/estate/answer.html", {**context, **_filters(check, asked, every)})
    response = render(request, "cpl/estate/_answer.html", context)
    response["HX-Replace-Url"] = f"?{asked.address}"
    return response


def chosen_lines(user: User, check: EstateCheck, asked: Asked) -> list[Line]:
    """What page and exports list, in the order asked for."""
    return asked.in_order(lines_of(user, check, asked.chosen))


def _of_lines(request: EstateRequest, asked: Asked, every: list[Line]) -> dict[str, object]:
    lines = [line for line in every if asked.chosen.takes(line)]
    found = totals(lines)
    return {
        **_in_total(asked, every, found),
        **_moved(asked, lines, found),
        "page_obj": Paginator(asked.in_order(lines), PAGE_SIZE).get_page(request.GET.get("page")),
        "chips": asked.chips(),
        "sorts": {name: asked.sorted_by(name).address for name in SORTS},
    }


def _in_total(asked: Asked, every: list[Line], found: Totals) -> dict[str, object]:
    """The shares and the rows of each chart."""
    whole = found
    if asked.chosen.standing:
        # Which share has the chosen standing is asked of all standings: of itself it would be the whole.
        whole = totals([line for line in every if asked.chosen.without("standing").takes(line)])
    return {
        "totals": found,
        "headline": dashboard.headline(whole, asked),
        "segments": dashboard.segments(whole, asked),
        "urgent_address": asked.turned(urgent=True).address,
        "behind_address": asked.turned(behind=True).address,
        "stuck_address": asked.turned(route=ANY_WITHOUT).address,
        "by_maker": dashboard.makers(found, asked),
        "by_label": dashboard.labels(found, asked),
        "by_age": dashboard.ages(found),
        "certificates": dashboard.certificates(found),
    }


def _moved(asked: Asked, lines: list[Line], counted: Totals) -> dict[str, object]:
    """What to do first, what campaigns would move, and the models of which one would move most."""
    found = campaigns(lines)
    models = by_model(found)
    return {
        "first": first(counted, found, models, asked),
        "campaigns": len(found),
        "moved": sum(one.devices for one in found),
        "top_campaigns": models[:CAMPAIGNS_SHOWN],
        "most_moved": max((one.devices for one in models), default=0),
    }


def _filters(check: EstateCheck, asked: Asked, every: list[Line]) -> dict[str, object]:
    """What may be chosen: labels and manufacturers that the file has, of everything else what there is."""
    makers = sorted({line.maker for line in every} | {asked.chosen.maker} - {""}, key=str.casefold)
    return {
        "labels": labels_of(check),
        "no_label": NO_LABEL,
        "many_refused": check.rows_refused * MANY_REFUSED > check.rows_in,
        "makers": makers,
        "standings": dashboard.STANDING_COLUMNS,
        "statuses": EstateStatus.choices,
        "routes": ROUTES.items(),
    }
