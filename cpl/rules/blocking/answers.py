"""Answers: voluntary fields are never required, but what is said must be meant."""

from collections.abc import Iterator
from typing import Final

from cpl.choices import FieldState, PathwayState, SubmissionKind
from cpl.models import VOLUNTARY_FIELDS
from cpl.proposals import ANSWERS, CONTACT_FIELDS, FIELDS, PATHWAY_FIELDS, is_given
from cpl.rules import clauses
from cpl.rules.examples import left_over
from cpl.rules.problem import Check, Finding, fingerprint
from cpl.rules.subject import Subject
from cpl.rules.words import shown, words

Kind = SubmissionKind
WITH_ANSWERS: Final = frozenset({Kind.NEW_ENTRY, Kind.INFORMATION})
_CHOICES: Final = {"decline": "decline", "not_applicable": "does not apply", "later": "later"}


class SaysNothing(Check):
    """A submission says something: information answers at least one field, and a contact can be reached."""

    name = "says-nothing"
    clause = clauses.VOLUNTARY
    kinds = frozenset({Kind.INFORMATION, Kind.CONTACT, Kind.PATHWAY})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A submission in which every field is blank; what cannot be read is another matter."""
        if subject.unreadable or _says_something(subject):
            return
        field, message, cure = _EMPTY[subject.kind]
        yield Finding(field, message, cure)


class AnswerContradictsItself(Check):
    """Whoever chooses to give a field gives a value; whoever declines, or leaves it for later, gives none."""

    name = "answer-contradicts-itself"
    clause = clauses.VOLUNTARY
    kinds = WITH_ANSWERS

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Each voluntary field in which the choice and the value do not agree."""
        for name in VOLUNTARY_FIELDS:
            answer = str(subject.content.get(f"{name}_answer", "") or "")
            field = "contact_team" if name == "contact" else name
            if found := _contradiction(subject, name, answer):
                yield Finding(field, *found, f"{name}:{answer}")


class PathwayContradictsItself(Check):
    """'These entries' names previous entries; 'N/A' and 'not yet provided' name none."""

    name = "pathway-contradicts-itself"
    clause = clauses.PATHWAYS
    kinds = frozenset({Kind.NEW_ENTRY, Kind.INFORMATION, Kind.PATHWAY})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Names without the choice, or the choice without names."""
        if subject.unreadable & set(PATHWAY_FIELDS):
            return
        state, named = subject.values.get("pathway_state"), subject.values.get("predecessors", ())
        names = isinstance(named, tuple) and bool(named)
        if state == PathwayState.THESE_ENTRIES and not names:
            message = "“These entries” is chosen, but no previous entry is named."
            cure = "Name the CPL Entry IDs that may be upgraded to this version, or choose another answer."
            yield Finding("predecessors", message, cure, "none")
        if names and state != PathwayState.THESE_ENTRIES:
            chosen = f"“{PathwayState(state).label}” is chosen" if state else "nothing is chosen"
            message = f"Previous entries are named, but {chosen}."
            cure = "Choose “These entries”, or clear the previous entries."
            yield Finding("pathway_state", message, cure, state or "blank")


class ExampleNotEdited(Check):
    """A suggested example is edited before it is sent: every place in [square brackets] is filled in."""

    name = "example-not-edited"
    clause = clauses.EXAMPLES

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Text in which an example, or a place to fill in, still stands."""
        for name in FIELDS[subject.kind]:
            typed = str(subject.content.get(name, "") or "")
            if not _is_read(subject, name):
                continue
            if left := left_over(typed):
                message = f"The {words(name)} still holds an example to be edited: “{shown(left)}”."
                cure = "Put your own words in place of everything in square brackets, or delete that sentence."
                yield Finding(name, message, cure, f"{name}:{fingerprint(typed)}")


def _says_something(subject: Subject) -> bool:
    if subject.kind == Kind.CONTACT:
        return subject.proposal.contact is not None
    pathway = subject.proposal.pathway
    if subject.kind == Kind.PATHWAY:
        return pathway is not None or "predecessors" in subject.values or "pathway_state" in subject.values
    told = pathway is not None and pathway.state != PathwayState.NOT_PROVIDED
    return bool(subject.proposal.answers) or told or bool(subject.values.keys() - {"pathway_state"})


def _contradiction(subject: Subject, name: str, answer: str) -> tuple[str, str] | None:
    """Message and cure; what cannot be read is another matter."""
    fields = CONTACT_FIELDS if name == "contact" else (name,)
    typed = any(str(subject.content.get(field, "") or "").strip() for field in fields)
    state = subject.proposal.answers.get(name, (None, None))[1]
    if answer and answer not in ANSWERS:
        return (f"“{shown(answer)}” is no answer for the {words(name)}.", "Choose one of the answers offered.")
    if answer == "give" and not typed:
        return (f"You chose to give the {words(name)}, but nothing is written.", "Write it, or choose another answer.")
    if answer == "give" and state != FieldState.SUPPLIED and not subject.unreadable & set(fields):
        message = f"You chose to give the {words(name)}, but what is written says that there is none."
        return (message, "Choose “decline” or “does not apply” instead, or write the value.")
    if answer in _CHOICES and typed:
        message = f"You chose “{_CHOICES[answer]}” for the {words(name)}, but something is written."
        return (message, "Clear what is written, or choose to give it.")
    return None


def _is_read(subject: Subject, name: str) -> bool:
    """Whether what stands in the field would be published: not where its author chose not to give it."""
    owner = "contact" if name in CONTACT_FIELDS else name
    return owner not in VOLUNTARY_FIELDS or subject.kind not in WITH_ANSWERS or is_given(subject.content, owner)


_EMPTY: Final = {
    Kind.INFORMATION: (
        "notes",
        "The submission says nothing: every field is blank or left for later.",
        "Answer at least one field. Every one of them is voluntary: to decline is an answer.",
    ),
    Kind.CONTACT: (
        "contact_team",
        "The contact is empty.",
        "Give a name or team, an e-mail address or a telephone number.",
    ),
    Kind.PATHWAY: (
        "pathway_state",
        "The submission says nothing of the upgrade pathway.",
        "Name the entries that may be upgraded to this one, or choose N/A where nothing comes before.",
    ),
}

CHECKS: Final[tuple[Check, ...]] = (
    SaysNothing(),
    AnswerContradictsItself(),
    PathwayContradictsItself(),
    ExampleNotEdited(),
)
