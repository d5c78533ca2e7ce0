"""What publishing writes: each kind of submission becomes rows of the list, and records of the publication log."""

from collections.abc import Sequence

from cpl.actions.publication.apply import contacts, entries, facts, information, pathways
from cpl.actions.publication.apply.names import settle_names
from cpl.actions.publication.apply.order import in_log_order, in_order
from cpl.actions.publication.apply.run import Run, Told
from cpl.choices import SubmissionKind as Kind
from cpl.models import CPLIssue, Submission
from cpl.proposals import Proposal, read

__all__ = ["Told", "apply"]

_WRITERS = {
    Kind.INFORMATION: information.write,
    Kind.HASH: facts.add_hash,
    Kind.CONTACT: contacts.write,
    Kind.PATHWAY: pathways.write,
    Kind.WITHDRAWAL: information.withdraw,
    Kind.REMOVAL: facts.remove,
}


def apply(submissions: Sequence[Submission], issue: CPLIssue) -> list[Told]:
    """Write what the submissions ask for, inside the caller's transaction, which holds the repository.

    Returns what the publication log is to tell, in the order in which it was written, pathways last (`in_log_order`).
    Sets `entry` and `device_model` of submissions that made some; saving those is the caller's. Raises
    NotPublishableError with everything that stands in the way: then nothing of the transaction may be kept.
    """
    run = Run.of(issue, submissions)
    said = {submission.pk: read(submission) for submission in submissions}
    ordered = in_order(submissions, said, run)
    run.stop_at_obstacles()
    for submission in ordered:
        # Before anything is copied from the entries that they correct.
        if submission.kind == Kind.CORRECTION:
            facts.correct(run, submission, said[submission.pk])
    for submission in ordered:
        if submission.kind in (Kind.NEW_ENTRY, Kind.ADDED_MODEL):
            entries.write(run, submission, said[submission.pk])
    run.stop_at_obstacles()
    entries.save(run, ordered)
    for submission in ordered:
        _write(run, submission, said[submission.pk])
    information.save_new(run)
    run.stop_at_obstacles()
    pathways.refuse_circles(run)
    settle_names(run.touched_models)
    run.stop_at_obstacles()
    return in_log_order(run.told)


def _write(run: Run, submission: Submission, said: Proposal) -> None:
    """Everything but corrections, and new entries, which have to be there before anybody names them."""
    kind = Kind(submission.kind)
    if kind in (Kind.NEW_ENTRY, Kind.ADDED_MODEL):
        entries.write_the_rest(run, submission, said)
    elif kind != Kind.CORRECTION:
        _WRITERS[kind](run, submission, said)
