"""Many submissions of one spreadsheet: begun and sent together, with what `drafts.begin` and `moves.submit` promise of
one, in a number of statements that hardly grows with them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.access import Forbidden
from accounts.models import User
from cpl import letters
from cpl.actions.imports.bulk import allocate_keys, update_each
from cpl.actions.submissions import content as contents
from cpl.actions.submissions import may, steps
from cpl.actions.submissions.errors import UnknownRecordError
from cpl.choices import StepKind, SubmissionKind
from cpl.models import CPLEntry, Manufacturer, Submission, SubmissionBatch
from cpl.rules import Problem, problems_of_many


class Asked(NamedTuple):
    """One submission to begin: of a new entry its manufacturer, of a published one the entry itself."""

    kind: SubmissionKind
    manufacturer: Manufacturer
    entry: CPLEntry | None
    # What it says, given the references of the submissions that are begun with it, in their order.
    content: Callable[[Sequence[str]], Mapping[str, Any]]


class BlockedManyError(Exception):
    """Blocking problems are open: by the place of the submission among those that were to be sent."""

    def __init__(self, problems: Mapping[int, Sequence[Problem]]) -> None:
        self.problems = dict(problems)
        super().__init__(f"Checks stand against {len(self.problems)} submissions.")


@transaction.atomic
def begin_many(*, asked: Sequence[Asked], batch: SubmissionBatch, by: User) -> list[Submission]:
    """Begin a draft for each, in their order, for the batch's Party, checked already.

    Raises UnknownRecordError where an entry does not exist for this person, Forbidden where the person may not submit
    such a thing about a manufacturer; then nothing was begun.
    """
    _refuse_unseen(asked, by)
    _require(asked, batch, by)
    keys = allocate_keys(Submission, len(asked))
    references = [Submission(pk=key).reference for key in keys]
    made = [_draft(key, each, references, batch, by) for key, each in zip(keys, asked, strict=True)]
    contents.name_models(made)
    Submission.objects.bulk_create(made)
    steps.write_steps(made, StepKind.CREATE, by=by)
    _check(made)
    return made


@transaction.atomic
def submit_many(*, submissions: Sequence[Submission], by: User) -> None:
    """Send the drafts of a batch, which `begin_many` has begun in this very transaction: nobody else knows them yet.

    Raises Forbidden, and BlockedManyError with everything that stands against any of them; then none is sent.
    """
    if not all(may.is_author(by, submission) for submission in _one_of_each(submissions)):
        raise Forbidden(StepKind.SUBMIT)
    _refuse_blocked(_check(submissions))
    _sent_by(submissions[:1], by)
    # One letter for all of them: queued while the first is the only one that was sent.
    letters.sent(submissions[0], StepKind.SUBMIT, by=by)
    _sent_by(submissions[1:], by)
    details = {each.pk: contents.snapshot(each) for each in submissions}
    steps.move_many(submissions, StepKind.SUBMIT, by=by, details=details)


def _sent_by(submissions: Sequence[Submission], by: User) -> None:
    now = timezone.now()
    Submission.objects.filter(pk__in=[each.pk for each in submissions]).update(submitted_by=by, submitted_at=now)
    for each in submissions:
        each.submitted_by, each.submitted_at = by, now


def _refuse_unseen(asked: Sequence[Asked], by: User) -> None:
    wanted = {each.entry.pk for each in asked if each.entry}
    visible = CPLEntry.objects.visible_to(by).filter(pk__in=wanted)
    if wanted - set(visible.values_list("pk", flat=True)):
        raise UnknownRecordError("There is no such CPL Entry.")


def _require(asked: Sequence[Asked], batch: SubmissionBatch, by: User) -> None:
    for kind, maker in {(each.kind, each.manufacturer) for each in asked}:
        if batch.party_id not in may.parties_for(by, kind, maker):
            raise Forbidden(kind)


def _draft(key: int, asked: Asked, references: Sequence[str], batch: SubmissionBatch, by: User) -> Submission:
    draft = Submission(
        pk=key,
        kind=asked.kind,
        party=batch.party,
        manufacturer=asked.manufacturer,
        entry=asked.entry,
        device_model=asked.entry.device_model if asked.entry else None,
        state_since=timezone.now(),
        content=contents.kept(asked.kind, asked.content(references)),
        created_by=by,
        writers=[by.pk],
        batch=batch,
    )
    if may.needs_confirmation(draft):
        # A batch is a manufacturer's own; nobody has to confirm what it says.
        raise Forbidden(asked.kind)
    return draft


def _check(submissions: Sequence[Submission]) -> list[list[Problem]]:
    """What the checks find of each, kept with it."""
    found, now = problems_of_many(submissions), timezone.now()
    for submission in submissions:
        submission.problems = [dict(problem.as_json()) for problem in found[submission.pk]]
        submission.checked_at = now
    lines = [(submission.pk, json.dumps(submission.problems), now) for submission in submissions]
    update_each(Submission, ("problems", "checked_at"), lines)
    return [found[submission.pk] for submission in submissions]


def _refuse_blocked(found: Sequence[Sequence[Problem]]) -> None:
    """As `moves.submit`: what its author cannot know of does not keep a submission from being sent."""
    told = [[problem for problem in problems if not problem.confidential] for problems in found]
    blocking = [[problem for problem in problems if problem.blocks(StepKind.SUBMIT)] for problems in told]
    if blocked := {place: problems for place, problems in enumerate(blocking) if problems}:
        raise BlockedManyError(blocked)


def _one_of_each(submissions: Sequence[Submission]) -> list[Submission]:
    """One submission of each kind and maker: who may send it may send the others."""
    found = {(each.kind, each.manufacturer_id, each.party_id): each for each in submissions}
    return list(found.values())
