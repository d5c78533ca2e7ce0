"""The process in words: each step with who takes it, until when, what waits there and how long it takes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from cpl import targets
from cpl.choices import SubmissionState as State
from cpl.rules import CHECKS, Check
from cpl.selectors import process
from cpl.selectors.process import Backlog, Month, Process, Spans


@dataclass(frozen=True)
class Stage:
    """One step as the page tells it; `waiting` is None where nothing is waited for."""

    title: str
    what: str
    who: str
    target: str = ""
    waiting: Backlog | None = None
    spans: Spans | None = None
    in_hours: bool = False

    @property
    def takes(self) -> str:
        """How long it takes, in a sentence; empty where nothing took it yet."""
        return takes(self.spans, in_hours=self.in_hours) if self.spans else ""


def span_words(length: float, *, in_hours: bool = False) -> str:
    """How long, in words: the same day, 1 working day, 12 hours."""
    if in_hours:
        hours = round(length)
        return "less than an hour" if hours < 1 else f"{hours} hour{'s' if hours != 1 else ''}"
    return targets.days_words(round(length)) if round(length) else "the same day"


def takes(spans: Spans, *, in_hours: bool = False) -> str:
    """Half take 1 working day at most; 9 in 10 take 4 working days at most. Once where both are the same."""
    half, most = (_at_most(length, in_hours=in_hours) for length in (spans.median, spans.nine_of_ten))
    return f"9 in 10 take {most}" if half == most else f"Half take {half}; 9 in 10 take {most}"


def _at_most(length: float, *, in_hours: bool) -> str:
    words = span_words(length, in_hours=in_hours)
    if words == "the same day":
        return "less than a day"
    return words if words.startswith("less than") else f"{words} at most"


_EDITOR: Final = "Its author"


def stages(found: Process) -> list[Stage]:
    """The steps in the order in which a submission takes them."""
    checked = _both(found.waiting.get(State.SUBMITTED), found.waiting.get(State.RESUBMITTED))
    within = targets.days_words(settings.CONFIRMATION_TARGET_DAYS)
    return [
        Stage(
            "Draft",
            "Somebody writes down what is to be published. The named checks are run on every draft and say at once "
            "what stands in the way. A draft is seen by its own Party only.",
            "A manufacturer’s editor; the DCC or a supplier for a hash or an added Device Model; SECAS for a removal "
            "at direction",
        ),
        Stage(
            "Submitted",
            "SECAS reads it beside what is published now, and accepts, queries or refuses it. Every refusal and every "
            "query says why.",
            "A SECAS moderator",
            targets.target_words(State.SUBMITTED),
            checked,
            found.spans.get(process.MODERATION),
        ),
        Stage(
            "Confirmed by the manufacturer",
            "Only where another Party says something of a manufacturer’s product: the manufacturer says whether it "
            "stands by that. Meanwhile it keeps its place at the step that it is at, and is counted there as well.",
            "The manufacturer",
            f"within {within}",
            found.confirmations,
        ),
        Stage(
            "Queried",
            "SECAS has asked something. The author changes the submission or explains it, and sends it again.",
            _EDITOR,
            targets.target_words(State.QUERIED),
            found.waiting.get(State.QUERIED, Backlog()),
            found.spans.get(process.ANSWER),
        ),
        Stage(
            "Accepted",
            "It waits to be published with the next issue of the Central Products List. No blocking check may be open.",
            "A SECAS publisher, who is never the person that submitted or accepted it",
            targets.target_words(State.ACCEPTED),
            found.waiting.get(State.ACCEPTED, Backlog()),
            found.spans.get(process.PUBLICATION),
        ),
        Stage(
            "Published",
            "It is part of a numbered issue, in search, and in the publication log for good. The DCC loads the issue "
            "into its systems: until then it is published and not loaded.",
            "The DCC",
            targets.target_words(State.PUBLISHED),
            found.waiting.get(State.PUBLISHED, Backlog()),
            found.spans.get(process.LOADING),
            in_hours=True,
        ),
        Stage("Loaded", "The DCC has loaded it. This is the end of the process.", ""),
    ]


def _both(first: Backlog | None, second: Backlog | None) -> Backlog:
    first, second = first or Backlog(), second or Backlog()
    return Backlog(first.number + second.number, first.late + second.late)


@dataclass(frozen=True)
class Bar:
    """One month of the chart with the length of its bar in hundredths of the longest."""

    month: Month
    length: int


def bars(months: Sequence[Month]) -> list[Bar]:
    """The months as bars, the newest first."""
    most = max((month.submissions for month in months), default=0) or 1
    return [Bar(month, -(-100 * month.submissions // most)) for month in reversed(months)]


def checks() -> Mapping[str, list[tuple[str, str, str]]]:
    """Every named check, those that stand in the way and those that advise: its name, rule and clause in words.

    Those for SECAS alone are left out: each is the twin of another, for what its author may not see.
    """
    shown = [check for check in CHECKS if not check.confidential]
    return {
        "Blocking": [_told(check) for check in shown if check.blocking],
        "Advising": [_told(check) for check in shown if not check.blocking],
    }


_CAPITALS: Final = {"cpa": "CPA", "dlms": "DLMS", "esme": "ESME", "gbcs": "GBCS", "smets": "SMETS"}
_STRESSED: Final = re.compile(r"\*([^*]+)\*")


def _told(check: Check) -> tuple[str, str, str]:
    words = " ".join(_CAPITALS.get(word, word) for word in re.split("[_ -]", check.name))
    return words[0].upper() + words[1:], _STRESSED.sub(r"“\1”", check.rule), check.clause
