"""Restricted notes on a FIR record: written, changed and emptied, never deleted."""

from datetime import date
from hashlib import sha256

from django.db import transaction

from accounts import audit
from accounts.access import Forbidden, can
from accounts.models import User
from accounts.permissions import RESTRICT_ENTRY
from cpl import audit_names
from cpl.models import FirmwareInformation, RestrictedNotes


@transaction.atomic
def write_notes(
    *, information: FirmwareInformation, text: str, source: str, given_on: date, reason: str = "", by: User | None
) -> RestrictedNotes:
    """Write the notes of a FIR record, for its manufacturer and SECAS alone until Parties are named.

    Without a text the notes are emptied, which needs a reason. Raises Forbidden without the permission to restrict,
    ValueError where text and reason do not fit.
    """
    if by is not None and not can(by, RESTRICT_ENTRY):
        raise Forbidden(RESTRICT_ENTRY)
    if bool(text.strip()) == bool(reason.strip()):
        raise ValueError("Notes have a text, or a reason why there is none.")
    # The record is locked, for the notes may not be there yet.
    locked = FirmwareInformation.objects.select_for_update().get(pk=information.pk)
    notes = RestrictedNotes.objects.filter(information=locked).first() or RestrictedNotes(information=locked)
    before = _told(notes) if notes.pk else None
    notes.text, notes.source, notes.given_on, notes.emptied_reason = text.strip(), source, given_on, reason.strip()
    if before != _told(notes):
        notes.save()
        owner = notes.maker.name
        audit.record(audit_names.NOTES_WRITTEN, by=by, about=notes, owner=owner, before=before, after=_told(notes))
    return notes


def _told(notes: RestrictedNotes) -> dict[str, str]:
    """What the audit event keeps: of the text a digest, for the text itself has its own audience and row history."""
    return {
        "text_sha256": sha256(notes.text.encode()).hexdigest() if notes.text else "",
        "source": notes.source,
        "given_on": notes.given_on.isoformat(),
        "emptied_reason": notes.emptied_reason,
    }
