"""What to do first about an estate, said in a line above everything else."""

from collections.abc import Iterable
from dataclasses import dataclass

from cpl.choices import EstateRoute
from cpl.presenters.estate.asked import Asked
from cpl.selectors.estate.campaigns import ModelCampaign
from cpl.selectors.estate.choosing import ANY_WITHOUT
from cpl.selectors.estate.lines import Judged
from cpl.selectors.estate.totals import Totals


@dataclass(frozen=True)
class First:
    """Devices that are urgent to upgrade, on the list or not: those with a known route, in so many campaigns, and those
    for which none is known; and where each part is shown. `best` would move most devices; None without a campaign.
    """

    urgent: int
    with_route: int
    campaigns: int
    best: ModelCampaign | None
    urgent_query: str
    with_route_query: str
    without_route_query: str
    best_query: str
    stuck_query: str

    @property
    def without_route(self) -> int:
        """For how many of the urgent ones no route is known."""
        return self.urgent - self.with_route


def first(totals: Totals, upgrades: Iterable[Judged], best: ModelCampaign | None, asked: Asked) -> First:
    """From the totals of what is `asked` for, what of it is movable, and the model of which one campaign moves most."""
    return First(
        urgent=totals.urgent_at_all.devices,
        with_route=totals.urgent_with_route.devices,
        campaigns=sum(one.is_urgent for one in upgrades),
        best=best,
        urgent_query=asked.turned(urgent=True).address,
        with_route_query=asked.turned(urgent=True, route=EstateRoute.ROUTE.value).address,
        without_route_query=asked.turned(urgent=True, route=ANY_WITHOUT).address,
        best_query=asked.turned(model=best.first.model).address if best else "",
        stuck_query=asked.turned(route=ANY_WITHOUT).address,
    )
