"""What object permissions cost: a Party with 5,000 grants beside one with none and beside no limit at all.

One in ten entries and one in fifty FIR records are for named Parties only; half of each were given to the Party.
"""

import statistics
from typing import Any

from django.db import connection
from guardian.backends import ObjectPermissionBackend
from guardian.shortcuts import get_objects_for_user

from accounts.models import User
from accounts.permissions import VIEW_ENTRY
from cpl.models import CPLEntry
from tests.benchmarks.http import Site, signed_in
from tests.benchmarks.pages import Kind, kinds
from tests.benchmarks.report import Figure
from tests.benchmarks.timing import median

MOST_SQL, MOST_TIMES = 2.0, 1.3
ROUNDS, EACH = 5, 40


def measure(site: Site, people: dict[str, User], models: int) -> list[Figure]:
    """SQL of the first page, then whole pages."""
    return [*_first_entries(people), _with_information(people, models), *_pages(site, people, models)]


def _first_entries(people: dict[str, User]) -> list[Figure]:
    limited, free = _sql_of_first_50(people["granted"]), _sql_of_first_50(people["secas"])
    none = _sql_of_first_50(people["ungranted"])
    return [
        Figure(
            "first 50 visible entries, Party with 5,000 grants",
            f"≤ {MOST_SQL:g} ms of SQL",
            f"{limited:.2f} ms (no grants {none:.2f}, no limit {free:.2f})",
            f"guardian's get_objects_for_user {_guardian(people['granted']):.1f} ms",
            "1",
            limited <= MOST_SQL,
        ),
        Figure(
            "rights of a page of 50 entries",
            "never row by row",
            f"{median(lambda: list(_visible(people['granted'])[:50])):.1f} ms, rows made as well",
            f"guardian's has_perm row by row {_has_perm(people['granted']):.0f} ms",
            "1",
        ),
    ]


def _with_information(people: dict[str, User], models: int) -> Figure:
    """The rows behind one page of results: every version of 25 Device Models with its FIR record."""
    keys = list(range(1, models, max(1, models // 25)))[:25]
    limited, none, free = (_sql(_versions(people[name], keys)) for name in ("granted", "ungranted", "secas"))
    entries = CPLEntry.objects.visible_to(User.objects.get(pk=people["granted"].pk)).filter(device_model__in=keys)
    alone = _sql(entries.values_list("pk", "fir__stage", "fir__notes"))
    return Figure(
        "versions of 25 Device Models with their FIR records",
        "",
        f"{limited:.2f} ms (no grants {none:.2f}, no limit {free:.2f})",
        f"audience of entries alone {alone:.2f} ms",
        "1",
    )


def _versions(user: User, keys: list[int]) -> Any:
    person = User.objects.get(pk=user.pk)
    # The stubs do not know the words that `with_information` adds.
    visible: Any = CPLEntry.objects.visible_to(person).with_information(person).filter(device_model__in=keys)
    return visible.values_list("pk", "information__stage", "information__notes")


def _visible(user: User) -> Any:
    """From a person freshly loaded, as each request has them."""
    return CPLEntry.objects.visible_to(User.objects.get(pk=user.pk)).order_by("cpl_entry_id")


def _sql_of_first_50(user: User) -> float:
    return _sql(_visible(user)[:50])


def _sql(rows: Any) -> float:
    sql, parameters = rows.query.sql_with_params()

    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            cursor.fetchall()

    return median(run, 100)


def _guardian(user: User) -> float:
    """The library's own shortcut, which finds the granted entries only."""

    def run() -> list[Any]:
        found = get_objects_for_user(User.objects.get(pk=user.pk), VIEW_ENTRY, klass=CPLEntry)
        return list(found.order_by("cpl_entry_id")[:50])

    return median(run, 20)


def _has_perm(user: User) -> float:
    entries = list(CPLEntry.objects.filter(audience="named_parties").order_by("cpl_entry_id")[:50])

    def run() -> list[bool]:
        person, backend = User.objects.get(pk=user.pk), ObjectPermissionBackend()
        return [backend.has_perm(person, VIEW_ENTRY, entry) for entry in entries]

    return median(run, 10)


def _pages(site: Site, people: dict[str, User], models: int) -> list[Figure]:
    """The same addresses for each person in turn, several times over, since the machine's speed wanders."""
    cookies = {name: signed_in(user) for name, user in people.items()}
    return [_compared(site, kind, cookies) for kind in kinds(models) if kind.median]


def _compared(site: Site, kind: Kind, cookies: dict[str, str]) -> Figure:
    """The median of the rounds' own ratios: within a round the machine changes least."""
    rounds = [
        {name: site.load(kind.paths, cookie, requests=EACH, warm=3).median for name, cookie in cookies.items()}
        for _ in range(ROUNDS)
    ]
    times = statistics.median(medians["granted"] / medians["secas"] for medians in rounds)
    without = statistics.median(medians["ungranted"] / medians["secas"] for medians in rounds)
    return Figure(
        f"{kind.name}: limited to what a Party may see",
        f"≤ {MOST_TIMES} times the unlimited page",
        f"{times:.2f} times (a Party without grants {without:.2f} times)",
        met=times <= MOST_TIMES,
    )
