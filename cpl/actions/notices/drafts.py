"""Drafts of notices: begun, changed and discarded, and for their own Party alone until they are published."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.access import Forbidden
from accounts.models import Party, User
from cpl import audit_names
from cpl.actions.notices import contents, may, steps
from cpl.choices import NoticeKind, NoticeState
from cpl.models import Manufacturer, Notice
from cpl.notice_checks import Weight


@transaction.atomic
def begin(
    *,
    by: User,
    manufacturer: Manufacturer,
    party: Party | None = None,
    content: contents.Content | None = None,
    versions: contents.Versions | None = None,
    drafted_from: Mapping[str, Any] | None = None,
) -> Notice:
    """Begin a draft about this manufacturer's versions, for one's Party (`party`, where one acts for several).

    `drafted_from` names the CSAF file that it comes from: id, version and publisher. Raises Forbidden where the person
    may not issue a notice about the manufacturer; UnknownVersionError; NotWholeError for what no draft can keep.
    """
    # Read again: who may speak for it hangs on its Party as of now.
    maker = Manufacturer.objects.get(pk=manufacturer.pk)
    party = _acting_for(party, may.parties_for(by, maker))
    draft = Notice(kind=NoticeKind.FAULT, manufacturer=maker, party=party, created_by=by)
    draft.drafted_from = dict(drafted_from or {})
    contents.put(draft, content or {})
    rows = contents.rows_for(draft, versions or {}, by)
    contents.refuse(draft, rows, Weight.STOPS_KEEPING)
    draft.save()
    contents.keep(draft, rows)
    steps.write(audit_names.NOTICE_BEGUN, draft, by=by, versions=len(rows))
    return draft


@transaction.atomic
def save(*, notice: Notice, content: contents.Content, versions: contents.Versions, by: User, edition: int) -> Notice:
    """Let a draft say this; returns it as it stands. What says the same changes nothing.

    Fields that are not in `content` keep what they say; of versions it says what `versions` says and no more, but for
    those that the person cannot see. Raises Forbidden, WrongStepError once it is published or discarded,
    EditedMeanwhileError, UnknownVersionError, NotWholeError for what no draft can keep.
    """
    held = steps.locked(notice, "changed as a draft", NoticeState.DRAFT, by=by, edition=edition)
    before = contents.snapshot(held, contents.rows_of(held))
    contents.put(held, content)
    rows = contents.rows_for(held, versions, by)
    contents.refuse(held, rows, Weight.STOPS_KEEPING)
    if fields := contents.changed(before, contents.snapshot(held, rows)):
        held.edition += 1
        held.save()
        contents.keep(held, rows)
        steps.write(audit_names.NOTICE_CHANGED, held, by=by, versions=len(rows), changed=fields)
    return held


@transaction.atomic
def discard(*, notice: Notice, by: User) -> None:
    """Delete a draft: nobody but its Party ever saw it. Where nobody there is left who may, SECAS does.

    Raises Forbidden, WrongStepError once it is published.
    """
    held = steps.locked(notice, "discarded", NoticeState.DRAFT, by=by, ends=True)
    steps.write(audit_names.NOTICE_DISCARDED, held, by=by)
    held.delete()


def _acting_for(party: Party | None, parties: list[int]) -> Party:
    keys = parties if party is None else [key for key in parties if key == party.pk]
    if not keys:
        raise Forbidden("You may not issue a notice about versions of this manufacturer.")
    return Party.objects.get(pk=keys[0])
