"""Drafts: begun, changed and checked, for their own Party alone until they are sent."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.db import transaction
from django.utils import timezone

from accounts.access import Forbidden
from accounts.models import Party, User
from cpl.actions.submissions import content as contents
from cpl.actions.submissions import may, steps
from cpl.actions.submissions.errors import EditedMeanwhileError, NotOpenError, UnknownRecordError
from cpl.choices import Confirmation, StepKind, SubmissionKind, SubmissionState
from cpl.models import Contact, CPLEntry, DeviceModel, Manufacturer, Submission, SubmissionBatch
from cpl.rules.sight import eyes_of
from cpl.workflow import EDITABLE, WITH_SECAS

ABOUT_AN_ENTRY: Final = frozenset(SubmissionKind) - {
    SubmissionKind.NEW_ENTRY,
    SubmissionKind.CONTACT,
}
"""Kinds that say something of an entry that is published, or rely on its certificate."""


_WHICH_ENTRY: Final = {
    SubmissionKind.ADDED_MODEL: "Say under the certificate of which CPL Entry it is added.",
}


class _About(NamedTuple):
    """What a submission is about; the manufacturer is None only until it is found."""

    manufacturer: Manufacturer | None
    entry: CPLEntry | None
    device_model: DeviceModel | None
    contact: Contact | None


@transaction.atomic
def begin(  # noqa: PLR0913 - what a submission may be about, each by name
    *,
    kind: SubmissionKind,
    by: User,
    party: Party | None = None,
    manufacturer: Manufacturer | None = None,
    entry: CPLEntry | None = None,
    device_model: DeviceModel | None = None,
    contact: Contact | None = None,
    content: Mapping[str, Any] | None = None,
    batch: SubmissionBatch | None = None,
) -> Submission:
    """Begin a draft for one's Party (`party`, where one acts for several), checked already.

    A new entry and a contact name their manufacturer, directly or by a Device Model or contact of it; every other
    kind its entry, an added model the one whose certificate covers it. Which Device Model a new entry is of, its
    content alone says. Raises UnknownRecordError where what is named is missing, or does not exist for this person or
    for their Party; Forbidden where the person may not submit such a thing about this manufacturer.
    """
    kind = SubmissionKind(kind)
    about = _about(kind, _About(manufacturer, entry, device_model, contact), by)
    acting = Party.objects.get(pk=_acting_for(party, may.parties_for(by, kind, about.manufacturer)))
    # What somebody sees by a role in another Party is not for the colleagues who will read it here.
    if eyes := eyes_of(acting):
        _refuse_unseen(about, eyes)
    draft = Submission(
        kind=kind,
        party=acting,
        state_since=timezone.now(),
        content=contents.kept(kind, content or {}),
        created_by=by,
        writers=[by.pk],
        batch=batch,
        **about._asdict(),
    )
    contents.name_models([draft])
    draft.confirmation = _confirmation(draft)
    draft.save()
    contents.check(draft)
    draft.save(update_fields=["problems", "checked_at"])
    steps.write_step(draft, StepKind.CREATE, by=by)
    return draft


@transaction.atomic
def save(*, submission: Submission, content: Mapping[str, Any], by: User, edition: int) -> Submission:
    """Put `content` in the place of what the submission says, and check it; returns it as it stands.

    Only fields of the kind are kept. What says the same changes nothing, so that a page may save as often as it
    likes. Raises EditedMeanwhileError where `edition`, the one that the person saw, is past; NotOpenError, a
    WrongMoveError, where the submission is no longer its author's to change; Forbidden for everybody else.
    """
    held = steps.locked(submission)
    if not may.is_author(by, held):
        raise Forbidden(held.kind)
    _refuse_unless_editable(held)
    if edition != held.edition:
        raise EditedMeanwhileError(held, edition)
    words = contents.kept(SubmissionKind(held.kind), content)
    if words != held.content:
        held.content, held.edition = words, held.edition + 1
        steps.note_writer(held, by)
        contents.name_models([held])
        # Whatever the manufacturer said, it said of other words.
        held.confirmation = _confirmation(held)
    contents.check(held)
    held.save()
    return held


def _confirmation(draft: Submission) -> Confirmation:
    return Confirmation.WAITING if may.needs_confirmation(draft) else Confirmation.NOT_NEEDED


def _refuse_unless_editable(held: Submission) -> None:
    if held.state in EDITABLE:
        return
    state = SubmissionState(held.state)
    cure = "Ask SECAS to query it, then change it." if state in WITH_SECAS else "Begin a new one."
    raise NotOpenError(None, state, f"A submission that is {state.label.lower()} cannot be changed. {cure}")


def _acting_for(party: Party | None, parties: list[int]) -> int:
    if party is not None:
        parties = [key for key in parties if key == party.pk]
    if not parties:
        raise Forbidden("submit")
    return parties[0]


def _about(kind: SubmissionKind, given: _About, by: User) -> _About:
    """What it is about, each record visible to the person and all of one manufacturer."""
    _refuse_unseen(given, by)
    if kind in ABOUT_AN_ENTRY and given.entry is None:
        raise UnknownRecordError(_WHICH_ENTRY.get(kind, "Say which CPL Entry it is about."))
    model = given.device_model or (given.entry.device_model if given.entry else None)
    makers = {record.manufacturer_id for record in (given.entry, model, given.contact) if record}
    makers |= {given.manufacturer.pk} if given.manufacturer else set()
    if len(makers) != 1:
        raise UnknownRecordError("Say which manufacturer’s it is: one, the same for everything that is named.")
    # Read again: who may speak for it hangs on its Party as of now.
    return given._replace(manufacturer=Manufacturer.objects.get(pk=makers.pop()), device_model=model)


def _refuse_unseen(given: _About, by: User) -> None:
    """What the person, or anybody of their Party, may not see is to them as what does not exist."""
    for record, model in ((given.entry, CPLEntry), (given.device_model, DeviceModel), (given.contact, Contact)):
        # Each has a manager of its own with `visible_to`; a loop over the three has one type for all.
        visible: Any = model._default_manager
        if record is not None and not visible.visible_to(by).filter(pk=record.pk).exists():
            raise UnknownRecordError(f"There is no such {model._meta.verbose_name}.")
