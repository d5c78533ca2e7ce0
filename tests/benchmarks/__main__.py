"""The benchmarks: `python -m tests.benchmarks`. Figures, never judgements: a miss does not fail.

Makes databases of its own on DATABASE_URL's server, or on an embedded server of its own, and drops them.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.benchmarks import databases
from tests.benchmarks.databases import note
from tests.benchmarks.report import Figure, growth, table
from tests.benchmarks.timing import calibration

PARTS = ("estate", "import", "routes", "search", "visibility")
PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


@dataclass
class Results:
    """Figures in the order of the table, and plans by title."""

    figures: list[Figure] = field(default_factory=list)
    plans: list[tuple[str, str]] = field(default_factory=list)


def main() -> None:
    """Run what was asked for and print one table."""
    given = _arguments()
    with databases.server() as url:
        notes = [databases.about(url), f"Python {platform.python_version()}, {os.cpu_count()} cores"]
        notes.append(f"fixed Python loop before: {calibration()}")
        results = _run(url, given)
        notes.append(f"fixed Python loop after: {calibration()}")
        kind = "server" if os.environ.get("DATABASE_URL") else "embedded"
    report = "\n\n".join(["  \n".join(notes), table(results.figures), *(_details(*p) for p in results.plans)])
    print(report)
    if given.write:
        _write(kind, report)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--entries", type=int, default=100_000, help="size of the list (default 100,000)")
    parser.add_argument("--million", action="store_true", help="and ten times as many")
    parser.add_argument("--plans", action="store_true", help="show query plans")
    parser.add_argument("--only", default=",".join(PARTS), help=f"some of {','.join(PARTS)}")
    parser.add_argument("--write", action="store_true", help="put the report into docs/benchmarks.md")
    return parser.parse_args()


def _run(url: str, given: argparse.Namespace) -> Results:
    results, parts = Results(), given.only.split(",")
    if "import" in parts:
        _measure(url, "import", 0, ["import"], results)
    others = [part for part in parts if part != "import"] + ["plans"] * given.plans
    if others:
        _measure(url, "list", given.entries, others, results)
    if given.million:
        before, large = list(results.figures), Results()
        smaller = [part for part in others if part not in ("estate", "routes", "visibility")]
        _measure(url, "million", given.entries * 10, smaller, large)
        results.figures += [*growth(before, large.figures), *map(_at_ten_times, large.figures)]
        results.plans += [(f"{title}, ten times the entries", plan) for title, plan in large.plans]
    return results


def _at_ten_times(figure: Figure) -> Figure:
    """A figure of the larger list: the targets are those of the smaller one, so it is not judged."""
    return Figure(f"{figure.work}, ten times the entries", "", figure.reached, figure.plain, figure.queries)


def _measure(url: str, name: str, entries: int, parts: list[str], results: Results) -> None:
    """Do parts in a process of their own, on a database of their own."""
    with databases.database(url, name) as address, tempfile.TemporaryDirectory() as folder:
        environment = databases.environment(address, Path(folder))
        note(f"preparing {', '.join(parts)}")
        databases.prepare(environment)
        command = [sys.executable, "-m", "tests.benchmarks.measure"]
        arguments = ["--entries", str(entries), "--parts", ",".join(parts)]
        done = subprocess.run([*command, *arguments], env=environment, check=True, stdout=subprocess.PIPE, text=True)
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            _add(json.loads(line), results)


def _add(said: dict[str, Any], results: Results) -> None:
    if "plan" in said:
        results.plans.append((str(said["title"]), str(said["plan"])))
    elif "work" in said:
        results.figures.append(Figure(**said))


def _details(title: str, plan: str) -> str:
    escaped = plan.replace("&", "&amp;").replace("<", "&lt;")
    return f"<details><summary>{title}</summary>\n\n<pre>\n{escaped}\n</pre>\n\n</details>"


def _write(kind: str, report: str) -> None:
    """Replace what stands between the two marks of this kind of server."""
    marks = re.compile(rf"(<!-- {kind} -->\n).*?(<!-- /{kind} -->)", re.DOTALL)
    PAGE.write_text(marks.sub(lambda found: f"{found[1]}\n{report}\n\n{found[2]}", PAGE.read_text()))


if __name__ == "__main__":
    main()
