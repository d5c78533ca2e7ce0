"""What a question of a draft looks like on its page: its boxes, its answers, and what is offered with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cpl.choices import SubmissionKind
from cpl.forms.questions import Group, Question
from cpl.presenters.field_words import CHOICES, LABELS
from cpl.proposals import FIELDS
from cpl.rules import Problem
from cpl.rules.examples import Example


@dataclass(frozen=True)
class Option:
    """One of the answers that are offered."""

    value: str
    label: str
    chosen: bool
    id: str


@dataclass(frozen=True)
class Control:
    """One box: its name, what stands in it, and how it is described."""

    name: str
    label: str
    typed: str
    hint: str = ""
    width: int = 0
    kind: str = "text"
    options: Sequence[Option] = ()
    problems: Sequence[Problem] = ()
    theirs: str = ""
    error: str = ""
    optional: bool = False

    @property
    def id(self) -> str:
        """Its id on the page."""
        return f"id_{self.name}"

    @property
    def is_wrong(self) -> bool:
        """Whether something about it stands in the way."""
        return bool(self.error) or any(problem.blocking for problem in self.problems)

    @property
    def describedby(self) -> str:
        """The ids of what describes it: hint, problems, what somebody else saved."""
        # The place of problems is there, empty, without any: the page fills it when the draft has saved itself.
        parts = {"hint": self.hint, "error": True, "theirs": self.theirs}
        return " ".join(f"{self.id}_{part}" for part, there in parts.items() if there)


@dataclass(frozen=True)
class Offered:
    """An example with what else it answers, in words ('' where that is nothing)."""

    example: Example
    also: str


@dataclass(frozen=True)
class Asked:
    """A question as it stands on the page."""

    question: Question
    controls: Sequence[Control]
    answers: Sequence[Option] = ()
    now: str = ""
    problems: Sequence[Problem] = ()
    theirs: str = ""
    examples: Sequence[Offered] = ()

    @property
    def id(self) -> str:
        """Where a link in the summary of problems leads."""
        return self.controls[0].id

    @property
    def only(self) -> Control:
        """The control of a question that has but one."""
        return self.controls[0]


@dataclass(frozen=True)
class AskedGroup:
    """A group as it stands on the page."""

    group: Group
    questions: Sequence[Asked]
    is_open: bool = True
    summary: str = ""
    copied: bool = False
    """Whether what it holds is what the list says of the Device Model."""


def also_answers(example: Example, kind: SubmissionKind) -> str:
    """What an example answers beside its own field, in words: “Release stage: Production; …”."""
    names = [name for name in example.sets if name in FIELDS[kind] and name != example.field]
    return "; ".join(_PATHWAYS.get(example.sets[name]) or _in_line(name, example.sets[name]) for name in names)


_PATHWAYS: Final[Mapping[str, str]] = {
    "not_applicable": "nothing comes before it",
    "these_entries": "these versions may be upgraded to it, for you to name",
}


def _in_line(name: str, value: str) -> str:
    return f"{LABELS[name]}: {in_words(name, value)}"


def in_words(name: str, saved: str) -> str:
    """What is kept of an answer, as people read it."""
    kind: Any = CHOICES.get(name)
    if kind is None:
        return {"yes": "Yes", "no": "No"}.get(saved, saved)
    offered = {value.replace("_", " "): value for value in kind.values}
    value = offered.get(saved.replace("_", " "))
    return str(kind(value).label) if value else saved
