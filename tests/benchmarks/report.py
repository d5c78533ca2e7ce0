"""One table: what was measured against what it must reach."""

from collections.abc import Sequence
from dataclasses import dataclass

HEADINGS = ("Work", "Must reach", "Reached", "Plain alternative, same run", "Queries", "Verdict")


@dataclass(frozen=True)
class Figure:
    """One line of the table. `key` and `value` let two sizes be compared; `met` is None without a target."""

    work: str
    target: str
    reached: str
    plain: str = ""
    queries: str = ""
    met: bool | None = None
    key: str = ""
    value: float = 0.0

    @property
    def verdict(self) -> str:
        """In a word."""
        return {True: "reached", False: "MISSED", None: ""}[self.met]

    def cells(self) -> tuple[str, ...]:
        """In the order of HEADINGS."""
        return (self.work, self.target, self.reached, self.plain, self.queries, self.verdict)


def table(figures: Sequence[Figure]) -> str:
    """A Markdown table, aligned so that it reads in a terminal too."""
    rows = [HEADINGS, *(figure.cells() for figure in figures)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    lines = ["| " + " | ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) + " |" for row in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines)


def growth(small: Sequence[Figure], large: Sequence[Figure]) -> list[Figure]:
    """How much longer the same work takes on the larger list."""
    before = {figure.key: figure for figure in small if figure.key}
    limits = {"search selective": 1.5, "search broad": 3.0}
    found = []
    for figure in large:
        if figure.key in limits and figure.key in before:
            times = figure.value / before[figure.key].value
            limit = limits[figure.key]
            found.append(
                Figure(
                    f"{figure.work}: growth",
                    f"≤ {limit} times the time",
                    f"{times:.2f} times ({before[figure.key].value:.1f} → {figure.value:.1f} ms, quietest rounds)",
                    met=times <= limit,
                )
            )
    return found
