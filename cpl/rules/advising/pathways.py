"""Pathways: possible, but odd."""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from cpl.choices import PathwayState, Recommendation, Stage, SubmissionKind
from cpl.models import CPLEntry
from cpl.rules import clauses
from cpl.rules.problem import Check, Finding, together_key
from cpl.rules.subject import Subject
from cpl.rules.words import shown, together

WITH_PATHWAY: Final = frozenset({SubmissionKind.NEW_ENTRY, SubmissionKind.INFORMATION, SubmissionKind.PATHWAY})


class PredecessorOfAnotherModel(Check):
    """A version is upgraded to another version of the same Device Model."""

    name = "predecessor-of-another-model"
    clause = clauses.PATHWAY_PRACTICE
    blocking = False
    kinds = WITH_PATHWAY

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Each previous entry of another Device Model of the same manufacturer."""
        own = _own_model(subject)
        for entry in _named(subject):
            model = (entry.device_model.identifier.code, entry.device_model.duis_model)
            if own and model != own and entry.manufacturer_id == subject.maker:
                message = (
                    f"The previous entry {entry} is of another Device Model: {entry.model_name}, {' '.join(model)}."
                )
                cure = "Check the CPL Entry ID. If the hardware stays and only its name changes, say so."
                yield Finding("predecessors", message, cure, together_key(entry, *own, *model))


class OnlyEndedPredecessors(Check):
    """At least one of the previous entries is on the list, not withdrawn, and no test version."""

    name = "only-ended-predecessors"
    clause = clauses.PATHWAY_PRACTICE
    blocking = False
    kinds = WITH_PATHWAY

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A pathway from nothing but versions that no device should have."""
        ended = {entry: _ended(subject, entry) for entry in _named(subject)}
        if ended and len(ended) == len(subject.predecessors) and all(ended.values()):
            each = together(f"{entry} ({why})" for entry, why in ended.items())
            message = f"Every previous entry is removed, withdrawn or a test version: {each}."
            cure = "Name the versions that devices in homes have too, if they may be upgraded."
            yield Finding(
                "predecessors", message, cure, together_key(*sorted(f"{entry} {why}" for entry, why in ended.items()))
            )


class PredecessorReleasedLater(Check):
    """A version is released after those that it comes after."""

    name = "predecessor-released-later"
    clause = clauses.PATHWAY_PRACTICE
    blocking = False
    kinds = WITH_PATHWAY

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Each previous entry with a later release date, as far as the author may see."""
        own = _released(subject)
        for entry in _named(subject):
            theirs = _value(subject, entry, "release_date")
            if own and theirs and theirs > own:
                message = (
                    f"The previous entry {entry} was released on {shown(theirs)}, after this version ({shown(own)})."
                )
                cure = "Check the release dates and the direction of the upgrade."
                yield Finding("predecessors", message, cure, f"{entry}:{own}")


class PathwayTakenBack(Check):
    """A published upgrade pathway is not taken back by the way: 'not yet provided' in its place is looked at."""

    name = "pathway-taken-back"
    clause = clauses.PATHWAYS
    blocking = False
    kinds = frozenset({SubmissionKind.PATHWAY})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """'Not yet provided' where something is published, as far as the author may see."""
        entry, pathway = subject.entry, subject.proposal.pathway
        if entry is None or pathway is None or pathway.state != PathwayState.NOT_PROVIDED:
            return
        links = subject.knowledge.links.get(entry.manufacturer_id, {}).get(entry.cpl_entry_id, frozenset())
        seen = sorted(links & subject.sight.entry_ids)
        if seen or entry.pathway_state == PathwayState.NOT_APPLICABLE:
            was = f"from {together(seen)}" if seen else "“N/A”, nothing comes before"
            message = f"This takes back the published upgrade pathway of {entry}: {was}."
            cure = "Name what may be upgraded to this version, or say why nothing can be said of it any more."
            yield Finding("pathway_state", message, cure, together_key(*seen))


def _named(subject: Subject) -> list[CPLEntry]:
    """The previous entries that are on record and that the author may see."""
    return [named.entry for named in subject.predecessors if named.entry and named.entry != subject.entry]


def _own_model(subject: Subject) -> tuple[str, str] | None:
    model = subject.entry.device_model if subject.entry else None
    return (model.identifier.code, model.duis_model) if model else subject.key


def _ended(subject: Subject, entry: CPLEntry) -> str:
    """Why no device should have this version; '' where it may."""
    record = subject.information(entry)
    if entry.is_removed:
        return "removed"
    if record and record.withdrawn_on:
        return "withdrawn"
    if record and record.stage == Stage.TEST:
        return "test version"
    return "not to be deployed" if record and record.recommendation == Recommendation.DO_NOT_DEPLOY else ""


def _released(subject: Subject) -> date | None:
    given = subject.answer("release_date")
    if given is None and subject.entry:
        given = _value(subject, subject.entry, "release_date")
    return given if isinstance(given, date) else None


def _value(subject: Subject, entry: CPLEntry, name: str) -> Any:
    return getattr(subject.information(entry), name, None)


CHECKS: Final[tuple[Check, ...]] = (
    PredecessorOfAnotherModel(),
    OnlyEndedPredecessors(),
    PredecessorReleasedLater(),
    PathwayTakenBack(),
)
