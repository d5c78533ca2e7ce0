"""Publishing, revising and withdrawing a notice: one person of its Party each, and nothing of it is ever deleted.

Each locks the row, runs the named checks, writes the revision, and queues its letters in one transaction.
"""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cpl.actions.notices import contents, letters, steps
from cpl.actions.notices.errors import NotWholeError
from cpl.choices import NoticeEvent, NoticeState
from cpl.models import Notice
from cpl.notice_checks import NoticeProblem, Weight

_PUBLISHED, _WITHDRAWN = NoticeState.PUBLISHED, NoticeState.WITHDRAWN


@transaction.atomic
def publish(*, notice: Notice, by: User, edition: int) -> Notice:
    """Publish the edition of a draft that the person read, as its revision 1, and tell whoever is concerned.

    Raises Forbidden, WrongStepError where it is no draft any more, EditedMeanwhileError, NotWholeError.
    """
    held = steps.locked(notice, "published", NoticeState.DRAFT, by=by, edition=edition)
    rows = contents.rows_of(held)
    contents.refuse(held, rows, Weight.STOPS_PUBLICATION)
    held.state, held.published_by, held.published_at = _PUBLISHED, by, timezone.now()
    _write(held, NoticeEvent.PUBLISHED, rows, by=by)
    letters.published(held, rows, by=by)
    return held


@transaction.atomic
def revise(
    *, notice: Notice, content: contents.Content, versions: contents.Versions, words: str, by: User, edition: int
) -> Notice:
    """Let a published notice say this instead, with what changed and why in words; tell whoever is concerned.

    `content` and `versions` as of `drafts.save`. What it said before stays readable. Raises Forbidden, WrongStepError
    where it is not published (any more), EditedMeanwhileError, NeedsWordsError, UnknownVersionError, and NotWholeError:
    also where nothing is changed, or a version that was named is named no more.
    """
    held = steps.locked(notice, "revised", _PUBLISHED, by=by, edition=edition)
    kept = steps.said(words, "Say what changed and why: every reader of the notice reads it.")
    before = contents.snapshot(held, contents.rows_of(held))
    contents.put(held, content)
    rows = contents.rows_for(held, versions, by)
    contents.refuse(held, rows, Weight.STOPS_PUBLICATION)
    if not contents.changed(before, contents.snapshot(held, rows)):
        raise NotWholeError([_NOTHING_CHANGED])
    held.revised_at = timezone.now()
    _write(held, NoticeEvent.REVISED, rows, by=by, words=kept)
    contents.keep(held, rows)
    letters.revised(held, rows, by=by)
    return held


@transaction.atomic
def withdraw(*, notice: Notice, reason: str, by: User, edition: int) -> Notice:
    """Say of a published notice that it does not hold, for a reason that every reader reads; it stays readable.

    Where nobody of its Party is left who may, SECAS does, and the revision says so.

    Raises Forbidden, WrongStepError where it is not published (any more), EditedMeanwhileError, NeedsWordsError.
    """
    held = steps.locked(notice, "withdrawn", _PUBLISHED, by=by, edition=edition, ends=True)
    kept = steps.said(reason, "Give the reason for withdrawing it: every reader of the notice reads it.")
    rows = contents.rows_of(held)
    held.state, held.withdrawn_by, held.withdrawn_at, held.withdrawal_reason = _WITHDRAWN, by, timezone.now(), kept
    _write(held, NoticeEvent.WITHDRAWN, rows, by=by, words=kept)
    letters.withdrawn(held, rows, by=by)
    return held


_NOTHING_CHANGED = NoticeProblem(
    "something_changed", "", "Nothing is changed.", "Change what is to be said otherwise, or leave it as it stands."
)


def _write(held: Notice, event: NoticeEvent, rows: list[contents.Row], *, by: User, words: str = "") -> None:
    steps.write_revision(held, event, rows, by=by, words=words)
    held.save()
