"""Hashes: right in form, but known from elsewhere or hardly those of an image."""

from collections.abc import Iterator
from typing import Final

from cpl.choices import SubmissionKind
from cpl.models import CPLEntry
from cpl.rules import clauses
from cpl.rules.plausible import why_no_hash
from cpl.rules.problem import Check, Finding, together_key
from cpl.rules.subject import Subject, reversed_bytes
from cpl.rules.words import together

WITH_HASH: Final = frozenset({SubmissionKind.NEW_ENTRY, SubmissionKind.ADDED_MODEL, SubmissionKind.HASH})
_CURE: Final = "Compute the SHA-256 of the Manufacturer Image again: without file header and without supplier trailer."


class HashRepeated(Check):
    """A hash that another entry has is looked at: two versions hardly share one image."""

    name = "hash-repeated"
    clause = clauses.LIST
    blocking = False
    kinds = WITH_HASH
    hidden = False

    def find(self, subject: Subject) -> Iterator[Finding]:
        """The same hash on other entries, or in other submissions with SECAS."""
        value = _hash(subject)
        others = [
            other.reference for other in subject.others_with_hash(value) if subject.sees_other(other) is not self.hidden
        ]
        known = [str(entry) for entry in _with_hash(subject, value, hidden=self.hidden)]
        if known or others:
            message = f"The same hash is given for {together([*known, *others])}."
            yield Finding("firmware_hash", message, _CURE, together_key(value, *sorted([*known, *others])))


class HashRepeatedUnseen(HashRepeated):
    """The same where the author may not see the other entries or submissions."""

    name = "hash-repeated-unseen"
    confidential = True
    hidden = True


class HashReversed(Check):
    """A hash is written with its bytes in the usual order."""

    name = "hash-reversed"
    clause = clauses.QUALITY
    blocking = False
    kinds = WITH_HASH

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A hash that, with its bytes reversed, is on the list, as far as the author may see."""
        value = _hash(subject)
        other = reversed_bytes(value) if value else ""
        if other and (known := _with_hash(subject, other, hidden=False)):
            message = f"This is the hash of {together(known)} with its bytes reversed."
            yield Finding("firmware_hash", message, _CURE, together_key(value, *sorted(map(str, known))))


class HashImplausible(Check):
    """A hash looks like one: 64 digits of no pattern, and not the hash of nothing."""

    name = "hash-implausible"
    clause = clauses.QUALITY
    blocking = False
    kinds = WITH_HASH

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A hash with a pattern, or one that is known to be of no image."""
        value = _hash(subject)
        if value and (why := why_no_hash(value)):
            message = f"The hash {why}: hardly that of a firmware image."
            yield Finding("firmware_hash", message, _CURE, value)


def _hash(subject: Subject) -> str:
    return str(subject.values.get("firmware_hash", ""))


def _with_hash(subject: Subject, value: str, *, hidden: bool) -> list[CPLEntry]:
    return subject.seen(subject.knowledge.by_hash.get(value, ()), hidden=hidden) if value else []


CHECKS: Final[tuple[Check, ...]] = (HashRepeated(), HashRepeatedUnseen(), HashReversed(), HashImplausible())
