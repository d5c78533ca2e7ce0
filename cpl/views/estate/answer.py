"""The answer of an estate check: shares, campaigns, charts and every line, all of what the filters leave."""

from itertools import chain
from typing import Any, Final

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render

from accounts.models import User
from cpl.choices import EstateStatus
from cpl.estate.collecting import collector_held_off
from cpl.models import EstateCheck
from cpl.presenters.estate import dashboard
from cpl.presenters.estate.asked import ROUTES, SORTS, Asked
from cpl.presenters.estate.first import first
from cpl.selectors.estate.campaigns import devices_of, movable, of_model, together
from cpl.selectors.estate.choosing import ANY_WITHOUT, NO_LABEL
from cpl.selectors.estate.lines import Line, Row
from cpl.selectors.estate.overview import Overview, overview_of
from cpl.selectors.estate.reading import labels_of, lines_of
from cpl.selectors.estate.totals import Totals, totals
from cpl.views.estate.finding import EstateRequest

PAGE_SIZE: Final = 20
CAMPAIGNS_SHOWN: Final = 5
MANY_REFUSED: Final = 100
"""More refused rows than one in so many are told of in a box; fewer in a line."""


@collector_held_off()
def answer(request: EstateRequest, user: User, check: EstateCheck) -> HttpResponse:
    """The whole page; for htmx what the filters change of it."""
    asked = Asked.from_query(request.GET)
    overview = overview_of(user, check, asked.chosen)
    if check.devices and not overview.rows:
        # Whatever is chosen, its rows are all there, unless they went after the check was found.
        raise Http404("The check was deleted meanwhile.")
    context = {"check": check, "asked": asked, **_of_rows(request, asked, overview)}
    if not request.htmx:
        return render(request, "cpl/estate/answer.html", {**context, **_filters(check, asked, overview)})
    response = render(request, "cpl/estate/_answer.html", context)
    response["HX-Replace-Url"] = f"?{asked.address}"
    return response


def chosen_lines(user: User, check: EstateCheck, asked: Asked) -> list[Line]:
    """What page and exports list, in the order asked for."""
    return asked.in_order(lines_of(user, check, asked.chosen))


def _of_rows(request: EstateRequest, asked: Asked, overview: Overview) -> dict[str, object]:
    rows = asked.chosen.of(overview.rows)
    found, upgrades = totals(rows), movable(rows)
    models = together(upgrades)
    # Of all the rows, everything is read of these alone.
    best, top = max(models, key=devices_of, default=[]), models[:CAMPAIGNS_SHOWN]
    page: Page[Any] = Paginator(asked.in_order(rows), PAGE_SIZE).get_page(request.GET.get("page"))
    lines = overview.lines(chain(page.object_list, best, *top))
    page.object_list = [lines[row.kind] for row in page.object_list]
    most = of_model([lines[row.kind] for row in best]) if best else None
    return {
        **_in_total(asked, overview.rows, found),
        "first": first(found, upgrades, most, asked),
        "campaigns": len(upgrades),
        "moved": devices_of(upgrades),
        "top_campaigns": [of_model([lines[row.kind] for row in each]) for each in top],
        "most_moved": devices_of(best),
        "page_obj": page,
        "chips": asked.chips(),
        "sorts": {name: asked.sorted_by(name).address for name in SORTS},
    }


def _in_total(asked: Asked, every: list[Row], found: Totals) -> dict[str, object]:
    """The shares and the rows of each chart."""
    whole = found
    if asked.chosen.standing:
        # Which share has the chosen standing is asked of all standings: of itself it would be the whole.
        whole = totals(asked.chosen.without("standing").of(every))
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


def _filters(check: EstateCheck, asked: Asked, overview: Overview) -> dict[str, object]:
    """What may be chosen: labels and manufacturers that the file has, of everything else what there is."""
    makers = sorted({row.maker for row in overview.rows} | {asked.chosen.maker} - {""}, key=str.casefold)
    return {
        "labels": labels_of(check) if asked.chosen.label else overview.labels_of_file,
        "no_label": NO_LABEL,
        "many_refused": check.rows_refused * MANY_REFUSED > check.rows_in,
        "makers": makers,
        "standings": dashboard.STANDING_COLUMNS,
        "statuses": EstateStatus.choices,
        "routes": ROUTES.items(),
    }
