"""One process with Django set up for one database: does the parts asked for and prints each figure as JSON.

Started by `python -m tests.benchmarks`, which makes the database and the environment.
"""

import argparse
import gc
import json
from dataclasses import asdict

import django

django.setup()

from tests.benchmarks import data, estate, imports, pages, plans, routes, visibility  # noqa: E402 - models need Django set up
from tests.benchmarks.databases import note  # noqa: E402 - models need Django set up
from tests.benchmarks.http import served  # noqa: E402 - models need Django set up
from tests.benchmarks.report import Figure  # noqa: E402 - models need Django set up


def main() -> None:
    """Load what the parts need, then do them."""
    given = argparse.ArgumentParser()
    given.add_argument("--entries", type=int, required=True)
    given.add_argument("--parts", required=True)
    wanted = given.parse_args()
    parts = set(wanted.parts.split(","))
    gc.freeze()
    if "import" in parts:
        _say(imports.measure())
    if "routes" in parts:
        note("routes")
        _say(routes.measure())
    if parts & {"estate", "search", "visibility", "plans"}:
        _with_list(wanted.entries, parts)


def _with_list(entries: int, parts: set[str]) -> None:
    note(f"loading {entries:,} entries")
    data.load(entries)
    people, models = data.people(entries), entries // data.VERSIONS
    with served() as site:
        if "search" in parts:
            note("pages")
            _say(pages.measure(site, people["granted"], models))
            terms = {"selective": data.selective_terms(110, models), "broad": data.broad_terms(110)}
            _say(pages.floor(terms))
        if "visibility" in parts:
            note("visibility")
            _say(visibility.measure(site, people, models))
    if "estate" in parts:
        note("estate")
        _say(estate.measure())
    if "plans" in parts:
        for title, plan in plans.plans(people["granted"], models):
            print(json.dumps({"title": title, "plan": plan}), flush=True)


def _say(figures: list[Figure]) -> None:
    for figure in figures:
        print(json.dumps(asdict(figure)), flush=True)


if __name__ == "__main__":
    main()
