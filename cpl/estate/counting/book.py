"""The book in which rows are counted."""

from array import array
from collections.abc import Sequence
from typing import Final

from cpl.estate.counting.judging import Judge, Problem, one_of_many, too_long
from cpl.estate.errors import EstateFileError
from cpl.estate.personal import looks_personal
from cpl.estate.tally import Holding, Kind, Refusal, Tally

MOST_LABELS: Final = 1_000
MOST_PROBLEMS: Final = 10_000
"""Different unreadable values that are listed one by one."""


class Book:
    """Holdings and refusals so far. Raises EstateFileError as soon as there are too many kinds or labels to keep."""

    def __init__(self, judge: Judge, max_kinds: int) -> None:
        self.judge, self._max_kinds = judge, max_kinds
        self._holdings: dict[tuple[Kind, str], list[int]] = {}
        self._refused: dict[Problem, array[int]] = {}
        self._kinds: set[Kind] = set()
        self._labels: set[str] = set()

    def read(self, texts: Sequence[str]) -> tuple[Kind, str] | Problem:
        """Kind and label of a row's texts, which count towards what may be kept; or what is wrong with them."""
        found = self.judge.key(texts)
        if not isinstance(found, Problem):
            kind, label = found
            if label not in self._labels:
                self._new_label(label)
            if kind not in self._kinds:
                self._new_kind(kind)
        return found

    def add(self, what: tuple[Kind, str], rows: int, devices: int) -> None:
        """So many rows of a kind under a label."""
        counts = self._holdings.setdefault(what, [0, 0])
        counts[0] += rows
        counts[1] += devices

    def row(self, line: int, fields: Sequence[str]) -> None:
        """One row by itself, as its fields stand in the file; an empty one does not count."""
        if not any(field.strip() for field in fields):
            return
        found = self._judged(fields)
        if isinstance(found, Problem):
            self._refuse(found, line)
        else:
            what, devices = found
            self.add(what, 1, devices)

    def tally(self) -> Tally:
        """All that was counted."""
        holdings = tuple(Holding(*what, *counts) for what, counts in self._holdings.items())
        refusals = tuple(Refusal(*problem, tuple(lines)) for problem, lines in self._refused.items())
        answered, refused = sum(each.rows for each in holdings), sum(len(each.lines) for each in refusals)
        return Tally(answered + refused, holdings, refusals)

    def _judged(self, fields: Sequence[str]) -> tuple[tuple[Kind, str], int] | Problem:
        if wrong := too_long(fields, self.judge.width):
            return wrong
        what = self.read([_at(fields, place) for place in self.judge.places])
        if isinstance(what, Problem):
            return what
        if self.judge.count_place is None:
            return what, 1
        devices = self.judge.devices(_at(fields, self.judge.count_place))
        return devices if isinstance(devices, Problem) else (what, devices)

    def _refuse(self, problem: Problem, line: int) -> None:
        if problem not in self._refused and len(self._refused) >= MOST_PROBLEMS:
            self.judge.is_terse = True
            problem = one_of_many(problem.column)
        self._refused.setdefault(problem, array("q")).append(line)

    def _new_kind(self, kind: Kind) -> None:
        self._kinds.add(kind)
        if len(self._kinds) > self._max_kinds:
            raise EstateFileError(
                f"The file has more than {self._max_kinds:,} different Device Models with firmware versions.",
                "Look whether the columns were the right ones, or check a part of the estate at a time.",
            )

    def _new_label(self, label: str) -> None:
        self._labels.add(label)
        if likeness := looks_personal(label):
            raise EstateFileError(
                f"The column with the labels holds what looks like {likeness}. Nothing of it was kept.",
                "Send the file without that column, or with a region or a portfolio in it.",
            )
        if len(self._labels) > MOST_LABELS:
            raise EstateFileError(
                f"The column with the labels holds more than {MOST_LABELS:,} different ones.",
                "Choose a column with a region or a portfolio, or none.",
            )


def _at(fields: Sequence[str], place: int) -> str:
    return fields[place] if place < len(fields) else ""
