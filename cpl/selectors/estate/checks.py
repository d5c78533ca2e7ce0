"""The estate checks of a person's Parties, as a list shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from accounts.access import acting_for, can
from accounts.models import User
from accounts.permissions import CHECK_ESTATE
from cpl.choices import EstateStanding, EstateState
from cpl.models import CPLEntry, EstateAnswer, EstateCheck
from cpl.selectors.estate.totals import Figure

WITH = ("party", "created_by", "origin")


@dataclass(frozen=True)
class Listed:
    """A check, and how many of its devices are up to date; None until it is done, or where it has no devices."""

    check: EstateCheck
    up_to_date: Figure | None

    @property
    def percent_read(self) -> int:
        """How much of the file is read, of a check that is under way."""
        return min(self.check.rows_read * 100 // max(self.check.rows_total, 1), 100)


def checks_of(person: User) -> QuerySet[EstateCheck]:
    """Those of the person's Parties, the newest first, with all that a list of them tells."""
    return EstateCheck.objects.visible_to(person).select_related(*WITH)


def listed(person: User, checks: Iterable[EstateCheck]) -> list[Listed]:
    """Each check with its figure, counted of what its Party may see today; one query a Party."""
    rows = list(checks)
    done = [row for row in rows if row.is_done]
    known = {
        key: devices
        for party in dict.fromkeys(row.party_id for row in done)
        for key, devices in _up_to_date(acting_for(person, party), [row for row in done if row.party_id == party])
    }
    return [Listed(row, _figure(row, known.get(row.pk, 0))) for row in rows]


def _figure(check: EstateCheck, devices: int) -> Figure | None:
    return Figure(devices, check.devices) if check.is_done and check.devices else None


def _up_to_date(person: User, checks: list[EstateCheck]) -> Iterable[tuple[int, int]]:
    """An answer that leads to what the Party may see no more is none: as `reading` has it."""
    answers = EstateAnswer.objects.order_by().filter(
        estate_check__in=checks,
        standing=EstateStanding.UP_TO_DATE,
        entry__in=CPLEntry.objects.visible_to(person).values("pk"),
    )
    return answers.values_list("estate_check").annotate(Sum("devices"))


def latest(person: User) -> Listed | None:
    """The check that the home page tells of: the newest that is done or under way."""
    states = (EstateState.DONE, EstateState.WAITING, EstateState.RUNNING)
    newest = checks_of(person).filter(state__in=states)[:1]
    return next(iter(listed(person, newest)), None)


def checks_estates(person: object) -> bool:
    """Whether estates are this person's business; asks the database nothing new."""
    return isinstance(person, User) and can(person, CHECK_ESTATE)
