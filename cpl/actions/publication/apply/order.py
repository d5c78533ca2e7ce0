"""In which order the submissions of an issue are written, and in which the log tells of them."""

from collections.abc import Mapping, Sequence
from graphlib import CycleError, TopologicalSorter

from django.utils.crypto import salted_hmac

from cpl.actions.publication.apply.run import Run, Told
from cpl.choices import LogKind
from cpl.choices import SubmissionState as State
from cpl.log_chain import canonical_json
from cpl.models import CPLEntry, Submission
from cpl.proposals import Proposal
from cpl.readings.references import number_of, reference_of


def referred(name: str) -> int | None:
    """The key of the submission that a predecessor's name refers to (S-000017, S-17); None for a CPL Entry ID."""
    return number_of(name)


def in_order(submissions: Sequence[Submission], said: Mapping[int, Proposal], run: Run) -> list[Submission]:
    """Predecessors first, else by number. Notes an obstacle where references cannot be followed or form a circle."""
    here = {submission.pk: submission for submission in sorted(submissions, key=lambda one: one.pk)}
    named = {pk: _references(said[pk]) for pk in here}
    _refuse_unpublished(run, here, named)
    graph = {pk: [key for key in keys if key in here] for pk, keys in named.items()}
    try:
        return [here[pk] for pk in TopologicalSorter(graph).static_order()]
    except CycleError as error:
        circle = [here[pk] for pk in error.args[1]]
        run.refuse(
            circle[0],
            f"The previous versions lead in a circle: {', '.join(one.reference for one in circle[1:])}.",
            "Query one of them and take it out of the issue.",
        )
        return list(here.values())


def in_log_order(told: Sequence[Told]) -> list[Told]:
    """Everything as it was written, then the pathways, in an order that tells nobody whose they are.

    A pathway that names a hidden entry is withheld from most readers, but that there is a record they see: directly
    after that of a new entry it would tell them that something hidden comes before this very entry.
    """
    pathways = [each for each in told if each.kind == LogKind.PATHWAY_PUBLISHED]
    others = [each for each in told if each.kind != LogKind.PATHWAY_PUBLISHED]
    return [*others, *sorted(pathways, key=_unguessable)]


def _unguessable(each: Told) -> str:
    return salted_hmac("cpl.publication.log_order", canonical_json(dict(each.body))).hexdigest()


def _references(said: Proposal) -> list[int]:
    names = said.pathway.predecessors if said.pathway else ()
    return [key for name in names if (key := referred(name)) is not None]


def _refuse_unpublished(run: Run, here: Mapping[int, Submission], named: Mapping[int, list[int]]) -> None:
    """A predecessor is an entry that was published earlier, or one that this very issue makes."""
    wanted = {key for keys in named.values() for key in keys} - here.keys()
    others = {other.pk: other for other in Submission.objects.select_related("entry").filter(pk__in=wanted)}
    known = {key: other.entry for key, other in others.items() if other.state in (State.PUBLISHED, State.LOADED)}
    run.made.update({key: entry for key, entry in known.items() if isinstance(entry, CPLEntry)})
    for pk, keys in named.items():
        for key in keys:
            if key not in here and key not in run.made:
                run.refuse(
                    here[pk],
                    f"It names {reference_of(key)} as a previous version: neither published nor in this issue.",
                    f"Take {reference_of(key)} into the issue, or leave {here[pk].reference} out.",
                )
