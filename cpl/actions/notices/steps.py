"""Locking a notice, asking whether the step is open, and writing down what happened."""

from typing import Any, Final

from django.utils import timezone

from accounts import audit
from accounts.access import Forbidden
from accounts.models import AuditEvent, User
from cpl import audit_names
from cpl.actions.notices import contents, may
from cpl.actions.notices.errors import EditedMeanwhileError, NeedsWordsError, WrongStepError, told
from cpl.choices import NoticeEvent, NoticeState
from cpl.models import Notice, NoticeRevision
from cpl.notice_checks import LONGEST_WORDS

_DONE: Final = {
    audit_names.NOTICE_BEGUN: "began",
    audit_names.NOTICE_CHANGED: "changed",
    audit_names.NOTICE_DISCARDED: "discarded",
    audit_names.NOTICE_PUBLISHED: "published",
    audit_names.NOTICE_REVISED: "revised",
    audit_names.NOTICE_WITHDRAWN: "withdrew",
}

_AUDIT: Final = {
    NoticeEvent.PUBLISHED: audit_names.NOTICE_PUBLISHED,
    NoticeEvent.REVISED: audit_names.NOTICE_REVISED,
    NoticeEvent.WITHDRAWN: audit_names.NOTICE_WITHDRAWN,
}


def locked(
    notice: Notice, done: str, state: NoticeState, *, by: User, edition: int | None = None, ends: bool = False
) -> Notice:
    """The notice as it stands, held until the transaction ends: of two who act at once exactly one goes on.

    Raises Forbidden where it is not this person's, or not theirs to end where the step `ends` it (`may.may_end`);
    WrongStepError, saying that it cannot be `done`, where it is not in the state or was discarded;
    EditedMeanwhileError where it is of another edition than the one that they saw.
    """
    held = Notice.objects.select_for_update().filter(pk=notice.pk).first()
    if not (may.may_end if ends else may.is_author)(by, held or notice):
        raise Forbidden(f"Notice {notice.reference} is not yours.")
    if held is None:
        raise WrongStepError(notice, done, _last(notice, by))
    if held.state != state:
        raise WrongStepError(held, done, _last(held, by))
    if edition is not None and edition != held.edition:
        raise EditedMeanwhileError(held, edition, _last(held, by))
    return held


def _last(notice: Notice, by: User) -> str:
    """What was done to it last and by whom, out of the audit events, which outlive a discarded draft."""
    events = AuditEvent.objects.filter(object_type=Notice._meta.label_lower, object_key=str(notice.pk))
    event = events.filter(name__in=_DONE).first()
    if event is None:
        return ""
    own = event.actor == by.email
    name, party = ("You", "") if own else (event.actor_name or "Somebody", event.party)
    return told(name, party, _DONE[event.name], event.at)


def said(words: str, ask: str) -> str:
    """The words of a revision or withdrawal, as they are kept. Raises NeedsWordsError without any, or with too many."""
    kept = contents.text(words)
    if not kept:
        raise NeedsWordsError(ask)
    if len(kept) > LONGEST_WORDS:
        raise NeedsWordsError(f"That has {len(kept):,} characters; at most {LONGEST_WORDS} are kept. Shorten it.")
    return kept


def write(name: str, held: Notice, *, by: User, **details: Any) -> None:
    """The audit event, which tells no word of the notice: those are in its revisions."""
    audit.record(name, by=by, about=held, owner=str(held.party), edition=held.edition, **details)


def write_revision(held: Notice, event: NoticeEvent, rows: list[contents.Row], *, by: User, words: str = "") -> None:
    """The next revision of a locked notice, whole, and its audit event; the caller saves the notice with both numbers
    that this raises.
    """
    held.revision, held.edition = held.revision + 1, held.edition + 1
    before = NoticeRevision.objects.filter(notice=held).last()
    now = contents.snapshot(held, rows)
    NoticeRevision.objects.create(
        notice=held, number=held.revision, event=event, at=timezone.now(), by=by, by_name=by.name,
        by_party=may.acting_party(by, held), words=words, content=now,
    )  # fmt: skip
    fields = contents.changed(before.content, now) if before else []
    write(_AUDIT[event], held, by=by, revision=held.revision, words=words, versions=len(rows), changed=fields)
