"""Contacts: teams that answer suppliers. No message here repeats an address or a number."""

import re
from collections.abc import Iterator
from typing import Final

from cpl.choices import SubmissionKind
from cpl.models import Contact
from cpl.readings.records import ContactDetails
from cpl.rules import clauses
from cpl.rules.problem import Check, Finding, fingerprint, together_key
from cpl.rules.subject import Subject

WITH_CONTACT: Final = frozenset({SubmissionKind.NEW_ENTRY, SubmissionKind.INFORMATION, SubmissionKind.CONTACT})

_PERSONAL: Final = frozenset({
    "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "hotmail.co.uk", "live.com", "live.co.uk", "msn.com",
    "yahoo.com", "yahoo.co.uk", "icloud.com", "me.com", "aol.com", "btinternet.com", "sky.com", "proton.me",
    "protonmail.com", "gmx.com",
})  # fmt: skip
# Freephone and other numbers that consumers are given: 0800, 0808, 03…, 084…, 087…
_CONSUMER_LINE: Final = re.compile(r"(?:0|0044|44)(?:800|808|3[0-9]{2}|84[0-9]|87[0-9])[0-9]{4,}")


class ContactKnown(Check):
    """A contact that its manufacturer has already is not entered a second time."""

    name = "contact-known"
    clause = clauses.CONTACTS
    blocking = False
    kinds = frozenset({SubmissionKind.CONTACT})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A new contact with the e-mail address or the telephone number of one that the author may see."""
        details = subject.proposal.contact
        if details is None or subject.submission.contact_id:
            return
        for contact in subject.knowledge.contacts.get(subject.maker or 0, ()):
            if contact.pk in subject.sight.contacts and (field := _same(contact, details)):
                message = f"This manufacturer has a contact with the same {_WORDS[field]} already: {contact}."
                cure = "Change that contact instead, or cancel this submission."
                yield Finding(field, message, cure, together_key(contact.pk, fingerprint(str(tuple(details)))))


class ContactLooksPersonal(Check):
    """A contact is a team at the manufacturer's own address: people leave, and private mailboxes are not its own."""

    name = "contact-looks-personal"
    clause = clauses.CONTACTS
    blocking = False
    kinds = WITH_CONTACT

    def find(self, subject: Subject) -> Iterator[Finding]:
        """An e-mail address at a provider of private mailboxes."""
        details = _details(subject)
        if details and details.email.rpartition("@")[2].casefold() in _PERSONAL:
            message = "The e-mail address is at a provider of private mailboxes."
            cure = "Give the address of a team at the manufacturer, if there is one."
            yield Finding("contact_email", message, cure, fingerprint(details.email.casefold()))


class ContactForConsumers(Check):
    """A contact is for suppliers: not the line that consumers ring."""

    name = "contact-for-consumers"
    clause = clauses.CONTACTS
    blocking = False
    kinds = WITH_CONTACT

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A freephone or service number."""
        details = _details(subject)
        if details and _CONSUMER_LINE.fullmatch(_digits(details.telephone)):
            message = "The telephone number looks like a line for consumers."
            cure = "Give the number of the team that answers suppliers, if there is one."
            yield Finding("contact_telephone", message, cure, fingerprint(_digits(details.telephone)))


def _details(subject: Subject) -> ContactDetails | None:
    """The contact that would be published: where it is an answer, only if its author gives it."""
    if subject.kind == SubmissionKind.CONTACT:
        return subject.proposal.contact
    value = subject.answer("contact")
    return value if isinstance(value, ContactDetails) else None


def _same(contact: Contact, details: ContactDetails) -> str:
    """The field in which a contact agrees with the details; '' where it does not."""
    if details.email and details.email.casefold() == contact.email.casefold():
        return "contact_email"
    if details.telephone and _digits(details.telephone) == _digits(contact.telephone):
        return "contact_telephone"
    return "contact_team" if tuple(details) == (contact.team, contact.email, contact.telephone) else ""


def _digits(number: str) -> str:
    """The digits of a number in one writing: +44 (0)20 and 020 are the same."""
    plain = re.sub(r"\(0\)|[^0-9+]", "", number)
    return re.sub(r"^(?:\+44|0044)0?", "0", plain)


_WORDS: Final = {"contact_email": "e-mail address", "contact_telephone": "telephone number", "contact_team": "details"}

CHECKS: Final[tuple[Check, ...]] = (ContactKnown(), ContactLooksPersonal(), ContactForConsumers())
