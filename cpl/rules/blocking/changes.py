"""Changes: a submission changes something, and asks for what can still happen."""

from collections.abc import Iterator
from typing import Final

from cpl.choices import Source, SubmissionKind
from cpl.models import Contact
from cpl.proposals import CORRECTABLE
from cpl.rules import clauses
from cpl.rules.problem import DECIDING_STEPS, Check, Finding
from cpl.rules.subject import Subject
from cpl.rules.words import shown

Kind = SubmissionKind


class CorrectionChangesNothing(Check):
    """A correction changes at least one published field."""

    name = "correction-changes-nothing"
    clause = clauses.RECORD
    kinds = frozenset({Kind.CORRECTION})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A correction in which every value is blank or as published; what cannot be read is another matter."""
        entry = subject.entry
        if entry is None or subject.unreadable & set(CORRECTABLE):
            return
        said = {name: subject.values[name] for name in CORRECTABLE if name in subject.values}
        if all(value == getattr(entry, name) for name, value in said.items()):
            message = f"The correction changes nothing: all it says of {entry} is published so already."
            if not said:
                message = f"The correction changes nothing: no field of {entry} is filled in."
            yield Finding("model_name", message, "Fill in the field that is wrong, or cancel the correction.")


class PathwayChangesNothing(Check):
    """An upgrade pathway says something else than what its manufacturer has published.

    To confirm what so far came only from a spreadsheet is a change.
    """

    name = "pathway-changes-nothing"
    clause = clauses.PATHWAYS
    kinds = frozenset({Kind.PATHWAY})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A pathway that reads as published, from the manufacturer."""
        entry, pathway = subject.entry, subject.proposal.pathway
        if entry is None or pathway is None or entry.pathway_state != pathway.state:
            return
        links = subject.knowledge.links.get(entry.manufacturer_id, {}).get(entry.cpl_entry_id, frozenset())
        blank = entry.pathway_state == "not_provided"
        named = {subject.knowledge.node_named(name) for name in pathway.predecessors}
        if named == links and (blank or entry.pathway_source == Source.MANUFACTURER):
            message = f"The upgrade pathway of {entry} is published in these very words already."
            yield Finding("pathway_state", message, "Correct the answer, or cancel this submission.")


class AlreadyWithdrawn(Check):
    """A version is withdrawn once, and stays withdrawn."""

    name = "already-withdrawn"
    clause = clauses.RECORD
    kinds = frozenset({Kind.WITHDRAWAL})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """An entry that its manufacturer has withdrawn."""
        record = subject.record
        if record and record.withdrawn_on:
            message = f"{subject.entry} was withdrawn by its manufacturer on {shown(record.withdrawn_on)}."
            yield Finding("entry", message, "Cancel this submission: there is nothing to do.", str(subject.entry))


class AlreadyRemoved(Check):
    """An entry is removed once, and does not return."""

    name = "already-removed"
    clause = clauses.RECORD
    kinds = frozenset({Kind.REMOVAL})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """An entry that has left the list."""
        entry = subject.entry
        if entry and entry.is_removed:
            message = f"{entry} was removed from the list on {shown(entry.removed_on)}."
            yield Finding("entry", message, "Cancel this submission: there is nothing to do.", str(entry))


class RemovedBeforePublished(Check):
    """An entry is not removed before the day on which it was published, nor on a day still to come."""

    name = "removed-before-published"
    clause = clauses.RECORD
    kinds = frozenset({Kind.REMOVAL})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A date of removal before the publication; one to come cannot be read."""
        day, entry = subject.values.get("removed_on"), subject.entry
        if day and entry and entry.published_on and day < entry.published_on:
            message = f"{shown(day)} lies before the publication of {entry} on {shown(entry.published_on)}."
            yield Finding("removed_on", message, "Correct the date of removal.", day.isoformat())


class AskedForTwice(Check):
    """One submission at a time gives an entry its hash, withdraws it or removes it.

    Of two the accepted one has the better claim, else the one submitted first.
    """

    name = "asked-for-twice"
    clause = clauses.RECORD
    kinds = frozenset({Kind.HASH, Kind.WITHDRAWAL, Kind.REMOVAL})
    hidden = False

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Another submission of the kind for the same entry, with the better claim."""
        for other in subject.others_of_entry():
            if other.is_ahead_of(subject.submission) and subject.sees_other(other) is not self.hidden:
                message = f"{other.reference} asks for the same: {subject.kind.label.lower()} {subject.entry}."
                cure = f"Cancel one of the two. See {other.reference}."
                yield Finding(_ASKED_IN[subject.kind], message, cure, other.reference)


class AskedForTwiceUnseen(AskedForTwice):
    """The same where the author may not see the other submission: SECAS decides."""

    name = "asked-for-twice-unseen"
    confidential = True
    stops = DECIDING_STEPS
    hidden = True


class ContactBecomesAnother(Check):
    """A contact is not changed into another one that its manufacturer has: two would be the same."""

    name = "contact-becomes-another"
    clause = clauses.CONTACTS
    kinds = frozenset({Kind.CONTACT})
    hidden = False

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Another contact with the very same details, which the message does not repeat."""
        own, details = subject.submission.contact_id, subject.proposal.contact
        if own is None or details is None:
            return
        for contact in subject.knowledge.contacts.get(subject.maker or 0, ()):
            same = contact.pk != own and _details(contact) == tuple(details)
            if same and (contact.pk in subject.sight.contacts) is not self.hidden:
                message = "Another contact of this manufacturer has the very same details."
                cure = "Correct the details, or cancel this submission and use the other contact."
                yield Finding("contact_team", message, cure, f"contact-{contact.pk}")


class ContactBecomesAnotherUnseen(ContactBecomesAnother):
    """The same where the author may not see the other contact: SECAS decides."""

    name = "contact-becomes-another-unseen"
    confidential = True
    stops = DECIDING_STEPS
    hidden = True


def _details(contact: Contact) -> tuple[str, str, str]:
    return contact.team, contact.email, contact.telephone


_ASKED_IN: Final = {Kind.HASH: "firmware_hash", Kind.WITHDRAWAL: "reason", Kind.REMOVAL: "reason"}

CHECKS: Final[tuple[Check, ...]] = (
    CorrectionChangesNothing(),
    PathwayChangesNothing(),
    AlreadyWithdrawn(),
    AlreadyRemoved(),
    RemovedBeforePublished(),
    AskedForTwice(),
    AskedForTwiceUnseen(),
    ContactBecomesAnother(),
    ContactBecomesAnotherUnseen(),
)
