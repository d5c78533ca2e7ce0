"""Who speaks here, and steps that others must take first."""

from collections.abc import Iterator
from typing import Final

from accounts.choices import PartyCategory
from cpl.choices import Confirmation, SubmissionKind
from cpl.rules import clauses
from cpl.rules.problem import DECIDING_STEPS, Check, Finding
from cpl.rules.subject import Subject

OF_ANYBODY: Final = frozenset({SubmissionKind.HASH, SubmissionKind.ADDED_MODEL})
OF_SECAS: Final = frozenset({SubmissionKind.REMOVAL, SubmissionKind.CORRECTION})


class PartyMaySpeak(Check):
    """What is published comes from whom it may come from: the manufacturer as of now, a Party that is active, SECAS.

    A manufacturer may pass to another Party, and a Party may leave, after something was submitted.
    """

    name = "party-may-not-submit"
    clause = clauses.OWNER
    stops = DECIDING_STEPS

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A Party that was closed, or one that does not speak for the manufacturer any more."""
        party = subject.party
        if not party.is_active:
            message = f"{party} is closed in the portal: nothing more is published for it."
            yield Finding("manufacturer", message, "SECAS opens the Party again, or refuses this.", party.name)
        elif subject.maker is not None and not _may_speak(subject):
            message = f"{party} does not speak for this manufacturer, so nothing of the kind is published for it."
            cure = "SECAS puts right whose Party the manufacturer is, or refuses this."
            yield Finding("manufacturer", message, cure, party.name)


class ManufacturerNotHeard(Check):
    """What another Party says of a product is accepted only when its manufacturer has confirmed it."""

    name = "manufacturer-not-heard"
    clause = clauses.OWNER
    stops = DECIDING_STEPS

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A confirmation that is still waited for, that was not given, or that was not needed when it was sent."""
        state = Confirmation(subject.submission.confirmation)
        if state in _SAID:
            message, cure = _SAID[state]
            yield Finding("manufacturer", message, cure, state.value)
        elif state == Confirmation.NOT_NEEDED and subject.kind in OF_ANYBODY and not subject.is_makers_own:
            message = f"{subject.party} speaks for this manufacturer no more, which has not confirmed it."
            cure = "SECAS queries it: when it is sent again, the manufacturer is asked."
            yield Finding("manufacturer", message, cure, subject.party.name)


def _may_speak(subject: Subject) -> bool:
    if subject.is_makers_own and subject.kind != SubmissionKind.REMOVAL:
        return True
    by_secas = subject.party.category == PartyCategory.SECAS
    return subject.kind in (OF_SECAS if by_secas else OF_ANYBODY)


_SAID: Final = {
    Confirmation.WAITING: (
        "The manufacturer has not confirmed yet what is said of its product.",
        "Nothing to mend here: this waits for the manufacturer.",
    ),
    Confirmation.CONTRADICTED: (
        "The manufacturer contradicts what is said of its product.",
        "Change what the manufacturer contradicts, or cancel the submission.",
    ),
}

CHECKS: Final[tuple[Check, ...]] = (PartyMaySpeak(), ManufacturerNotHeard())
