"""The book in which rows are counted."""

from array import array
from collections.abc import Sequence
from typing import Final

from cpl.estate.counting.judging import Judge, Problem, one_of_many, too_long
from cpl.estate.errors import EstateFileError
from cpl.estate.personal import personal_within
from cpl.estate.tally import Holding, Kind, Refusal, Tally

MOST_LABELS: Final = 1_000
MOST_HOLDINGS: Final = 200_000
"""Different kinds under different labels: every look at an answer reads them all."""
MOST_PROBLEMS: Final = 10_000
"""Different unreadable values that are listed one by one."""


class Book:
    """Holdings and refusals so far. Raises EstateFileError as soon as there are too many kinds or labels to keep, or
    too many kinds under too many labels.
    """

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
            self._note(*found)
        return found

    def add(self, what: tuple[Kind, str], rows: int, devices: int) -> None:
        """So many rows of a kind under a label."""
        counts = self._holdings.get(what)
        if counts is None:
            counts = self._new_holding(what)
        counts[0] += rows
        counts[1] += devices

    def row(self, lines: Sequence[int], fields: Sequence[str]) -> None:
        """One row, as its fields stand in each of these lines of the file; an empty one does not count."""
        if not any(field.strip() for field in fields):
            return
        found = self._judged(fields)
        if isinstance(found, Problem):
            self._refuse(found, lines)
        else:
            what, devices = found
            self.add(what, len(lines), devices * len(lines))

    def tally(self) -> Tally:
        """All that was counted."""
        holdings = tuple(Holding(*what, *counts) for what, counts in self._holdings.items())
        refusals = tuple(Refusal(*problem, tuple(sorted(lines))) for problem, lines in self._refused.items())
        answered, refused = sum(each.rows for each in holdings), sum(len(each.lines) for each in refusals)
        return Tally(answered + refused, holdings, refusals)

    def _judged(self, fields: Sequence[str]) -> tuple[tuple[Kind, str], int] | Problem:
        if wrong := too_long(fields, self.judge.width):
            return wrong
        what = self.judge.key([_at(fields, place) for place in self.judge.places])
        if isinstance(what, Problem):
            return what
        place = self.judge.count_place
        devices = 1 if place is None else self.judge.devices(_at(fields, place))
        if isinstance(devices, Problem):
            return devices
        # Only now: a refused row uses up none of the kinds and labels that may be kept.
        self._note(*what)
        return what, devices

    def _refuse(self, problem: Problem, lines: Sequence[int]) -> None:
        if problem not in self._refused and len(self._refused) >= MOST_PROBLEMS:
            self.judge.is_terse = True
            problem = one_of_many(problem.column)
        self._refused.setdefault(problem, array("q")).extend(lines)

    def _note(self, kind: Kind, label: str) -> None:
        if label not in self._labels:
            self._new_label(label)
        if kind not in self._kinds:
            self._new_kind(kind)

    def _new_holding(self, what: tuple[Kind, str]) -> list[int]:
        if len(self._holdings) >= MOST_HOLDINGS:
            raise EstateFileError(
                f"The file has more than {MOST_HOLDINGS:,} different combinations of Device Model, firmware version "
                "and label.",
                "Choose a column with fewer labels, or none.",
            )
        counts = self._holdings[what] = [0, 0]
        return counts

    def _new_kind(self, kind: Kind) -> None:
        self._kinds.add(kind)
        if len(self._kinds) > self._max_kinds:
            raise EstateFileError(
                f"The file has more than {self._max_kinds:,} different Device Models with firmware versions.",
                "Look whether the columns were the right ones, or check a part of the estate at a time.",
            )

    def _new_label(self, label: str) -> None:
        self._labels.add(label)
        if likeness := personal_within(label):
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
