"""The page on which a submission is written: what is asked, what was typed, and what the checks say of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from django import forms
from django.http import QueryDict

from cpl import proposals
from cpl.choices import StepKind, SubmissionKind, SubmissionState
from cpl.forms.controls import Asked, AskedGroup, Control, Offered, Option, also_answers, in_words
from cpl.forms.questions import ANSWERS, CONTACT_PARTS, GROUPS, Group, Question
from cpl.models import VOLUNTARY_FIELDS, CPLEntry, Submission
from cpl.presenters.submission_life import IDENTIFIERS, canonical
from cpl.proposals import FIELDS
from cpl.rules import Problem
from cpl.rules.blocking.steps import ManufacturerNotHeard
from cpl.rules.examples import examples_for

LONGEST: Final = 10_000
"""Characters kept of a field in a draft: more than may be published, for the checks to say what is too long."""


class ContentForm(forms.Form):
    """The fields of a kind as plain text: a draft is kept as it was typed, wrong values and all."""

    edition = forms.IntegerField(min_value=1, widget=forms.HiddenInput, required=False)

    def __init__(self, kind: SubmissionKind, data: QueryDict, **more: Any) -> None:
        self.typed = _without_nul(data)
        super().__init__(self.typed, **more)
        self.kind = kind
        for name in keys_of(kind):
            self.fields[name] = forms.CharField(
                required=False,
                max_length=LONGEST,
                error_messages={"max_length": f"This is longer than {LONGEST:,} characters. Shorten it."},
            )

    def content(self) -> dict[str, str]:
        """What was typed, by field; of several boxes of one name all that were ticked or filled in."""
        said = {name: self._typed(name) for name in keys_of(self.kind) if name in self.typed}
        if said.get("pathway_state") == "" and may_stay(self.kind):
            # “Leave as it is”: versions that were ticked before are hidden then, and are not meant.
            said["predecessors"] = ""
        return said

    def _typed(self, name: str) -> str:
        typed = [text.replace("\r\n", "\n").strip() for text in self.typed.getlist(name)]
        return ", ".join(text for text in typed if text)


def may_stay(kind: SubmissionKind) -> bool:
    """Whether each field of the kind may be left as it is published."""
    return kind in (SubmissionKind.INFORMATION, SubmissionKind.CORRECTION)


def _without_nul(data: QueryDict) -> QueryDict:
    """PostgreSQL keeps no NUL in a text; nobody types one."""
    kept = data.copy()
    for name, typed in data.lists():
        kept.setlist(name, [text.replace("\x00", "") for text in typed])
    return kept


def keys_of(kind: SubmissionKind) -> list[str]:
    """The keys of the content of a kind, answers to voluntary fields too."""
    names = list(FIELDS[kind])
    if kind in (SubmissionKind.NEW_ENTRY, SubmissionKind.INFORMATION):
        # The contact is asked for as one: its three parts are fields, its answer is one.
        names = [name for name in names if name != "contact"]
        names += [f"{name}_answer" for name in VOLUNTARY_FIELDS]
    return names


@dataclass(frozen=True)
class Theirs:
    """What somebody else saved meanwhile: who and when, and the content."""

    who: str
    when: str
    content: Mapping[str, Any]


@dataclass
class DraftPage:
    """Everything the page shows of a draft.

    `content` is what stands in the boxes: the draft's own, or what was typed and not saved. `shown` says whether the
    checks' findings are shown already: an empty new form is not shouted at. `now` is what is published, by field.
    """

    submission: Submission
    content: Mapping[str, Any]
    problems: Sequence[Problem] = ()
    now: Mapping[str, str] = field(default_factory=dict)
    siblings: Sequence[CPLEntry] = ()
    theirs: Theirs | None = None
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def kind(self) -> SubmissionKind:
        """What is submitted."""
        return SubmissionKind(self.submission.kind)

    @property
    def is_queried(self) -> bool:
        """Whether SECAS asked something."""
        return self.submission.state == SubmissionState.QUERIED

    @cached_property
    def groups(self) -> list[AskedGroup]:
        """The groups with their questions."""
        return [self._group(group) for group in GROUPS[self.kind]]

    @cached_property
    def parts(self) -> list[tuple[bool, list[AskedGroup]]]:
        """The groups in runs of what is voluntary and what is not."""
        runs: list[tuple[bool, list[AskedGroup]]] = []
        for group in self.groups:
            if not runs or runs[-1][0] != group.group.voluntary:
                runs.append((group.group.voluntary, []))
            runs[-1][1].append(group)
        return runs

    @cached_property
    def elsewhere(self) -> list[Problem]:
        """Problems of no question on the page."""
        asked = {name for group in self.groups for one in group.questions for name in _names(one)}
        return [problem for problem in self.problems if problem.field not in asked]

    @property
    def blocking(self) -> int:
        """How many of them stand in the way of submitting it."""
        return sum(problem.blocking for problem in self.problems)

    @property
    def to_mend(self) -> list[tuple[Problem, str]]:
        """What stands in the way of submitting it, each with the address of its field on the page."""
        return [(problem, self.place_of(problem)) for problem in self.problems if problem.blocking]

    @property
    def to_look_at(self) -> list[tuple[Problem, str]]:
        """What only advises, with the addresses of the fields."""
        return [(problem, self.place_of(problem)) for problem in self.problems if not problem.blocking]

    @property
    def found(self) -> dict[str, list[Problem]]:
        """What was found, by field, for a page that is open already."""
        return {name: [one for one in self.problems if one.field == name] for name in keys_of(self.kind)} | {
            "contact": [one for one in self.problems if one.field == "contact"]
        }

    def place_of(self, problem: Problem) -> str:
        """'#id_firmware_hash', or '' where the page has no such field."""
        for group in self.groups:
            for asked in group.questions:
                if problem.field in _names(asked):
                    # A box that is hidden until its answer is chosen cannot be reached: the answer can.
                    return f"#id_{problem.field}" if self._is_open(asked, problem.field) else f"#{_first(asked)}"
        return ""

    def _is_open(self, asked: Asked, name: str) -> bool:
        if not any(control.name == name for control in asked.controls):
            return False
        given = not asked.question.voluntary or proposals.is_given(self.content, asked.question.name)
        return given and not any(control.name == name and control.options for control in asked.controls)

    def _group(self, group: Group) -> AskedGroup:
        questions = [self._asked(question) for question in group.questions]
        known = group.folded and self.submission.device_model_id is not None
        wrong = any(asked.problems or control.problems for asked in questions for control in asked.controls)
        copied = known and self._is_as_listed()
        return AskedGroup(group, questions, not known or wrong, self._summary() if known else "", copied)

    def _is_as_listed(self) -> bool:
        """Whether the identity in the boxes is that of the Device Model on the list."""
        model = self.submission.device_model
        if model is None:
            return False
        listed = {"manufacturer_identifier": model.identifier.code, "device_model": model.duis_model}
        return all(canonical(name, self.content) == value for name, value in listed.items())

    def _summary(self) -> str:
        """The Device Model in one line, where it is known already."""
        names = ("model_name", "manufacturer_identifier", "device_model", "device_type")
        words = (canonical(name, self.content) if name in IDENTIFIERS else self.typed(name) for name in names)
        return ", ".join(filter(None, words))

    def _asked(self, question: Question) -> Asked:
        own = [problem for problem in self.problems if problem.field == question.name]
        if question.control == "contact":
            controls = [self._control(part) for part in CONTACT_PARTS]
            return Asked(question, controls, self._answers(question), self.now.get("contact", ""), own,
                         self._their_answer("contact"))  # fmt: skip
        if question.control == "predecessors":
            return Asked(question, self._pathway(question), now=self.now.get("pathway_state", ""))
        control = self._control(question)
        answers = self._answers(question) if question.voluntary else ()
        theirs = self._their_answer(question.name) if question.voluntary else ""
        examples = [
            Offered(one, also_answers(one, self.kind)) for one in examples_for(self.kind) if one.field == question.name
        ]
        now = self.now.get(question.name, "")
        return Asked(question, [control], answers, now, theirs=theirs, examples=examples)

    def _control(self, question: Question) -> Control:
        typed = self.typed(question.name)
        options = list(self._options(question, typed)) if question.choices else []
        # The hint of a voluntary question describes the question, not its box.
        hint = "" if question.voluntary else self._hint(question)
        return Control(
            question.name, question.label, typed, hint, question.width, question.control, options,
            [problem for problem in self.problems if problem.field == question.name],
            self._saved_by_them(question.name), " ".join(self.errors.get(question.name, ())),
            # Of a correction every field is.
            question.optional and self.kind != SubmissionKind.CORRECTION,
        )  # fmt: skip

    def _hint(self, question: Question) -> str:
        new = self.kind in (SubmissionKind.NEW_ENTRY, SubmissionKind.ADDED_MODEL)
        return f"{question.hint} If it has one.".strip() if question.if_any and new else question.hint

    def _pathway(self, question: Question) -> list[Control]:
        """The answer, the model's other versions to tick, and a box for whatever else."""
        answer = self._control(question)
        ticked, rest = self._ticked()
        boxes = [
            Option(entry.cpl_entry_id, entry.firmware_version, entry.cpl_entry_id in ticked, f"id_before_{entry.pk}")
            for entry in self.siblings
        ]
        hint = "CPL Entry IDs, or references of submissions such as S-000017, with commas between."
        named = Control(
            "predecessors", "Other entries" if boxes else "CPL Entry IDs", ", ".join(rest), hint, 30, "text", boxes,
            [problem for problem in self.problems if problem.field == "predecessors"],
            self._saved_by_them("predecessors"), " ".join(self.errors.get("predecessors", ())),
        )  # fmt: skip
        return [answer, named]

    def _ticked(self) -> tuple[set[str], list[str]]:
        """Which of the versions offered are named, and what else is."""
        offered = {entry.cpl_entry_id for entry in self.siblings}
        named = [part.strip() for part in self.typed("predecessors").split(",") if part.strip()]
        return offered & set(named), [name for name in named if name not in offered]

    def _options(self, question: Question, typed: str) -> Iterator[Option]:
        """What is offered; and what was typed elsewhere (in a spreadsheet) where it is none of that."""
        chosen = self._as_offered(question, typed)
        for number, (value, label) in enumerate(question.choices):
            yield Option(value, label, value == chosen, f"id_{question.name}" + (f"_{number}" if number else ""))
        if chosen and chosen not in dict(question.choices):
            yield Option(chosen, f"“{chosen}”, as it was typed", True, f"id_{question.name}_typed")
        if may_stay(self.kind) and not question.voluntary and question.control in ("radios", "predecessors"):
            # A radio button once chosen cannot be taken back otherwise.
            yield Option("", "Leave as it is", not chosen, f"id_{question.name}_leave")

    def _as_offered(self, question: Question, typed: str) -> str:
        offered = dict(question.choices)
        if not typed or typed in offered:
            return typed
        read = self._read(question.name)
        word = {True: "Yes", False: "No"}.get(read, str(read)) if read is not None else typed
        return word if word in offered else typed

    def _read(self, name: str) -> Any:
        proposal = self._proposal
        value, _ = proposal.answers.get(name, (None, None))
        return proposal.values.get(name, value) if name not in VOLUNTARY_FIELDS else value

    @cached_property
    def _proposal(self) -> proposals.Proposal:
        return proposals.read(Submission(kind=self.submission.kind, content=dict(self.content)))

    def _answers(self, question: Question) -> list[Option]:
        given = proposals.is_given(self.content, question.name)
        answer = "give" if given else self.typed(f"{question.name}_answer") or "later"
        later = "Leave as it is" if self.now.get(question.name) else "Later"
        name = f"id_{question.name}_answer"
        return [
            Option(value, later if value == "later" else label, value == answer, f"{name}_{value}")
            for value, label in ANSWERS
        ]

    def typed(self, name: str) -> str:
        """What stands in a box."""
        return str(self.content.get(name, "") or "")

    def _saved_by_them(self, name: str) -> str:
        """What somebody else saved in this box meanwhile, where it differs."""
        if self.theirs is None:
            return ""
        saved = str(self.theirs.content.get(name, "") or "")
        return (in_words(name, saved) or "nothing") if saved != self.typed(name) else ""

    def _their_answer(self, name: str) -> str:
        if self.theirs is None:
            return ""
        saved, ours = (_answer(content, name) for content in (self.theirs.content, self.content))
        return dict(ANSWERS)[saved] if saved != ours else ""


def _answer(content: Mapping[str, Any], name: str) -> str:
    if proposals.is_given(content, name):
        return "give"
    answer = str(content.get(f"{name}_answer", ""))
    return answer if answer in dict(ANSWERS) else "later"


def _names(asked: Asked) -> set[str]:
    return {asked.question.name, *(control.name for control in asked.controls)}


def _first(asked: Asked) -> str:
    """The first thing of a question that can always be reached."""
    if asked.answers:
        return asked.answers[0].id
    return asked.controls[0].options[0].id if asked.controls[0].options else asked.id


def differing(ours: Mapping[str, Any], theirs: Mapping[str, Any], kind: SubmissionKind) -> list[str]:
    """The fields in which two contents differ."""
    return [name for name in keys_of(kind) if _said(ours, name) != _said(theirs, name)]


def _said(content: Mapping[str, Any], name: str) -> str:
    if name.endswith("_answer"):
        return _answer(content, name.removesuffix("_answer"))
    return str(content.get(name, "") or "").strip()


def readable(problems: Iterable[Mapping[str, Any]], *, by_secas: bool, by_party: bool = True) -> list[Problem]:
    """What is kept of a submission's problems, as far as this reader may know: confidential ones are for SECAS.

    The others are found with the knowledge of the submission's Party. Who is of another one, the manufacturer that
    is asked, reads only of its own word: a message may name records that it does not know of.
    """
    known = [Problem(**problem) for problem in problems]
    told = [problem for problem in known if by_secas or not problem.confidential]
    return told if by_secas or by_party else [problem for problem in told if problem.check == ManufacturerNotHeard.name]


def before_sending(problems: Iterable[Mapping[str, Any]], *, by_secas: bool) -> list[Problem]:
    """Those that its author can do something about before sending it.

    What only stands in the way later (the manufacturer's word that is waited for) is not among them.
    """
    return [problem for problem in readable(problems, by_secas=by_secas) if not problem.blocking or _stops(problem)]


def _stops(problem: Problem) -> bool:
    return problem.blocks(StepKind.SUBMIT) or problem.blocks(StepKind.RESUBMIT)


__all__ = ["ContentForm", "DraftPage", "Theirs", "before_sending", "differing", "keys_of", "readable"]
