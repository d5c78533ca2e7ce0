"""Pathways: what is named exists, is the same manufacturer's, and never leads back to where it began."""

from collections.abc import Collection, Iterator
from typing import Final

from cpl.choices import StepKind, SubmissionKind, SubmissionState
from cpl.rules import clauses
from cpl.rules.circles import Befores, way_back
from cpl.rules.others import Other, numbers_in
from cpl.rules.problem import DECIDING_STEPS, Check, Finding
from cpl.rules.subject import Predecessor, Subject

Kind = SubmissionKind
WITH_PATHWAY: Final = frozenset({Kind.NEW_ENTRY, Kind.INFORMATION, Kind.PATHWAY})
_WHICH: Final = "Name entries of this manufacturer, as on the list, that may be upgraded to this version."


class PredecessorUnknown(Check):
    """Previous entries are CPL Entries on record, or submissions (S-000017) that ask for one and are still open.

    What the author may not see is unknown here, in the same words.
    """

    name = "predecessor-unknown"
    clause = clauses.PATHWAYS
    kinds = WITH_PATHWAY

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Each name that stands for nothing."""
        for named in subject.predecessors:
            if named.entry is None and named.other is None:
                yield Finding("predecessors", f"No previous entry {named.name} is known.", _WHICH, named.name)
            elif named.entry is None and named.other and _came_to_nothing(named.other):
                state = SubmissionState(named.other.state).label.lower()
                message = f"The submission {named.name} was {state}, so there is no such previous entry."
                yield Finding("predecessors", message, _WHICH, named.name)


class PredecessorOfAnotherMaker(Check):
    """An upgrade pathway stays with one manufacturer."""

    name = "predecessor-of-another-maker"
    clause = clauses.PATHWAY_PRACTICE
    kinds = WITH_PATHWAY

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Each previous entry that is another manufacturer's."""
        for named in subject.predecessors:
            if _maker(named) not in (None, subject.maker):
                message = f"The previous entry {named.name} is of another manufacturer."
                yield Finding("predecessors", message, _WHICH, named.name)


class PathwayToItself(Check):
    """No version is upgraded to itself."""

    name = "pathway-to-itself"
    clause = clauses.PATHWAY_PRACTICE
    kinds = WITH_PATHWAY

    def find(self, subject: Subject) -> Iterator[Finding]:
        """The entry, or the submission, among its own previous entries."""
        for named in subject.predecessors:
            if _node(named) == subject.node:
                message = f"{named.name} names itself as its previous version."
                yield Finding("predecessors", message, f"Take {named.name} out of the previous entries.", named.name)


class PathwayInACircle(Check):
    """Upgrades never lead back to where they began, with all that is published or accepted."""

    name = "pathway-in-a-circle"
    clause = clauses.PATHWAY_PRACTICE
    kinds = WITH_PATHWAY
    hidden = False

    def find(self, subject: Subject) -> Iterator[Finding]:
        """The shortest circle; through what the author may see where there is one."""
        befores = {_node(named) for named in subject.predecessors if named.entry or named.other} - {subject.node}
        if not befores:
            return
        seen = way_back(_befores(subject, befores, hidden=False), subject.node)
        if self.hidden == bool(seen):
            return
        if way := seen or way_back(_befores(subject, befores, hidden=True), subject.node):
            message = f"The upgrades lead in a circle: {' to '.join(way)}."
            cure = f"Take {way[-2]} out of the previous entries, or have the other pathways corrected first."
            yield Finding("predecessors", message, cure, way[-2])


class PathwayInACircleUnseen(PathwayInACircle):
    """The same where the circle leads through what the author may not see: SECAS decides."""

    name = "pathway-in-a-circle-unseen"
    confidential = True
    stops = DECIDING_STEPS
    hidden = True


class PredecessorNotAccepted(Check):
    """A version is published with or after the one that it comes after: never before that is accepted.

    A submission may be named as soon as it exists, so that versions can be sent together. This one is accepted when
    that one is, and published in the same issue or a later one.
    """

    name = "predecessor-not-accepted"
    clause = clauses.PATHWAY_PRACTICE
    kinds = WITH_PATHWAY
    stops = DECIDING_STEPS

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Each submission named that is not accepted, or waits for another issue."""
        for other in _awaited(subject):
            if not other.is_accepted:
                message = f"The previous version is asked for in {other.reference}, which is not accepted yet."
                cure = f"Nothing to mend here: this waits for {other.reference}."
                yield Finding("predecessors", message, cure, other.reference)


class PredecessorInAnotherIssue(Check):
    """A version is published in the same issue as the one that it comes after, or in a later one."""

    name = "predecessor-in-another-issue"
    clause = clauses.PATHWAY_PRACTICE
    kinds = WITH_PATHWAY
    stops = frozenset({StepKind.PUBLISH})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Each accepted submission named that is not to be published with this one."""
        for other in _awaited(subject):
            if other.is_accepted and not _is_beside(subject, other):
                message = f"The previous version is asked for in {other.reference}, which is not published yet."
                cure = f"Publish {other.reference} first, or put both into one issue."
                yield Finding("predecessors", message, cure, other.reference)


def _came_to_nothing(other: Other) -> bool:
    return other.state in (SubmissionState.REFUSED, SubmissionState.CANCELLED)


def _maker(named: Predecessor) -> int | None:
    if named.entry:
        return named.entry.manufacturer_id
    return named.other.maker if named.other else None


def _node(named: Predecessor) -> str:
    """The name under which its own pathway stands."""
    if named.entry:
        return named.entry.cpl_entry_id
    return named.other.reference if named.other else named.name


def _awaited(subject: Subject) -> Iterator[Other]:
    """Submissions named as previous versions that are not on the list, but may come to be."""
    for named in subject.predecessors:
        other = named.other
        if other and named.entry is None and not _came_to_nothing(other) and other.pk != subject.submission.pk:
            yield other


def _is_beside(subject: Subject, other: Other) -> bool:
    """Whether the two are to be published together."""
    own = subject.submission.issue_id
    return other.pk in subject.knowledge.proposals or (own is not None and other.issue == own)


def _befores(subject: Subject, own: set[str], *, hidden: bool) -> Befores:
    """What may be upgraded to an entry: as published, in its place as accepted, and this submission's own word.

    `hidden` also by way of what the author may not see.
    """
    published = subject.knowledge.links.get(subject.maker, {}) if subject.maker else {}

    def befores(node: str) -> Collection[str]:
        if node == subject.node:
            return own
        claims = [
            ends
            for other, ends in subject.knowledge.accepted_ways.get(node, ())
            if other.pk != subject.submission.pk and (hidden or subject.sees_other(other))
        ]
        ends = frozenset[str]().union(*claims) if claims else published.get(node, frozenset())
        return ends if hidden else [end for end in ends if _may_pass(subject, end)]

    return befores


def _may_pass(subject: Subject, name: str) -> bool:
    """Whether the author may know of this step: of a submission the name leads nowhere unless they may see it."""
    return name == subject.node or name in subject.sight.entry_ids or bool(numbers_in([name]))


CHECKS: Final[tuple[Check, ...]] = (
    PredecessorUnknown(),
    PredecessorOfAnotherMaker(),
    PathwayToItself(),
    PathwayInACircle(),
    PathwayInACircleUnseen(),
    PredecessorNotAccepted(),
    PredecessorInAnotherIssue(),
)
