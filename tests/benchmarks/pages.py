"""Pages as a signed-in person gets them: time, rate, size and queries, beside what plain Django would do."""

import functools
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q
from django.test import Client

from accounts.models import User
from cpl.models import CPLEntry, DeviceModel
from tests.benchmarks import data
from tests.benchmarks.http import Load, Site, joined, signed_in
from tests.benchmarks.report import Figure
from tests.benchmarks.timing import Statements, median

COLUMNS = (
    "cpl_entry_id", "firmware_version", "firmware_label", "firmware_hash", "model_name", "zigbee_certificate",
    "dlms_certificate", "cpa_certificate", "device_model__name", "device_model__duis_model",
    "device_model__identifier__code", "manufacturer__name",
)  # fmt: skip
"""What a search looks in; plain Django asks each of them with `icontains`, over three joins."""
LARGEST = 60_000
MOST_QUERIES = 10
ENOUGH_PAGES = 100
ROUNDS, EACH = 4, 50
PLAIN = {"search selective": data.serial(2345), "search broad": "NX-"}
"""What plain Django is asked beside each kind of search."""


@dataclass(frozen=True)
class Kind:
    """One kind of page: its addresses and how fast it must be at one client."""

    name: str
    paths: list[str]
    median: float | None = None
    p95: float | None = None


def kinds(models: int) -> list[Kind]:
    """The pages that are measured. Entries are taken from those that everybody may see."""
    selective, broad = data.selective_terms(400, models), data.broad_terms(400)
    some = range(7, models, max(1, models // 400))
    found = DeviceModel.objects.select_related("identifier").filter(pk__in=some)
    entries = CPLEntry.objects.filter(audience="all_parties", device_model__in=some).order_by("firmware_hash")
    return [
        Kind("search selective", [f"/search/?q={term}" for term in selective], 20, 40),
        Kind("search broad", [f"/search/?q={term}" for term in broad], 35),
        Kind("search, two letters", [f"/search/?q={term[:2]}" for term in broad]),
        Kind("search, nothing typed", ["/search/"]),
        Kind("Device Model page", [model.get_absolute_url() for model in found], 20),
        Kind("Entry page", [entry.get_absolute_url() for entry in entries[:400]], 20),
        Kind("Home page", ["/"]),
    ]


def measure(site: Site, user: User, models: int) -> list[Figure]:
    """Every kind of page at one client, and searches at four: in rounds, since the machine's speed wanders."""
    cookie, listed = signed_in(user), kinds(models)
    single: dict[str, list[Load]] = {kind.name: [] for kind in listed}
    four: dict[str, list[Load]] = {name: [] for name in PLAIN}
    for number in range(ROUNDS):
        for kind in listed:
            paths = kind.paths[number * EACH % len(kind.paths) :]
            requests, warm = (EACH, 5) if kind.median else (4, 1)
            single[kind.name].append(site.load(paths, cookie, requests=requests, warm=warm))
        for kind in listed[: len(PLAIN)]:
            paths = kind.paths[number * EACH :]
            four[kind.name].append(site.load(paths, cookie, clients=4, requests=2 * EACH, warm=5))
    figures = [_figure(kind, single[kind.name], _queries(kind.paths[0], cookie)) for kind in listed]
    return [*figures, *(_rate(name, loads) for name, loads in four.items())]


def _figure(kind: Kind, loads: list[Load], queries: int) -> Figure:
    load, quietest = joined(loads), min(load.median for load in loads)
    wanted = [f"median ≤ {kind.median:g} ms"] if kind.median else []
    wanted += [f"p95 ≤ {kind.p95:g} ms"] if kind.p95 else []
    wanted.append(f"≤ {LARGEST // 1000} KB, ≤ {MOST_QUERIES} queries")
    fast = (kind.median is None or load.median <= kind.median) and (kind.p95 is None or load.p95 <= kind.p95)
    return Figure(
        f"{kind.name}, 1 client",
        ", ".join(wanted),
        f"{load.median:.1f} ms (quietest round {quietest:.1f}), p95 {load.p95:.1f} ms, {load.size / 1000:.1f} KB",
        _plain(PLAIN[kind.name]) if kind.name in PLAIN else "",
        str(queries),
        fast and load.size <= LARGEST and queries <= MOST_QUERIES,
        key=kind.name,
        value=quietest,
    )


def _rate(name: str, loads: list[Load]) -> Figure:
    selective, load = name == "search selective", joined(loads)
    best = max(load.rate for load in loads)
    return Figure(
        f"{name}, 4 clients",
        f"≥ {ENOUGH_PAGES} pages/s" if selective else "",
        f"{load.rate:.0f} pages/s (quietest round {best:.0f}), median {load.median:.1f} ms, p95 {load.p95:.1f} ms",
        met=load.rate >= ENOUGH_PAGES if selective else None,
    )


def _queries(path: str, cookie: str) -> int:
    """Statements of one page, the session's and the person's among them."""
    client, (name, _, value) = Client(HTTP_X_FORWARDED_PROTO="https"), cookie.partition("=")
    client.cookies[name] = value
    client.get(path)
    with Statements() as sent:
        client.get(path)
    return sent.count


def _plain(term: str) -> str:
    """Milliseconds of what Django's admin does for a search: count, then 25 rows, OR over joined columns."""
    found = CPLEntry.objects.filter(_anywhere(term)).order_by("cpl_entry_id")
    related = found.select_related("device_model__identifier", "manufacturer")
    taken = median(lambda: (found.count(), list(related[:25])), 7)
    return f"icontains over joins, queries only: {taken:.0f} ms"


def _anywhere(term: str) -> Q:
    return functools.reduce(operator.or_, (Q(**{f"{column}__icontains": term}) for column in COLUMNS))


def floor(terms: Mapping[str, Sequence[str]]) -> list[Figure]:
    """The bare statement without Django: what PostgreSQL needs for the match alone."""
    figures = []
    for name, given in terms.items():
        waiting = iter(given)
        figures.append(Figure(f"floor: {name}, raw SQL", "", f"{median(_raw(waiting), 100):.2f} ms"))
    return figures


def _raw(terms: Iterator[str]) -> Callable[[], object]:
    sql = "SELECT DISTINCT device_model_id FROM cpl_cplentry WHERE search_text LIKE %s LIMIT 25"

    def run() -> object:
        with connection.cursor() as cursor:
            cursor.execute(sql, [f"%{next(terms)}%"])
            return cursor.fetchall()

    return run
