"""Hashes: what is published of them is final."""

from collections.abc import Iterator
from typing import Final

from cpl.choices import SubmissionKind
from cpl.rules import clauses
from cpl.rules.problem import Check, Finding
from cpl.rules.subject import Subject

Kind = SubmissionKind


class HashIsFinal(Check):
    """A published hash never changes: a hash can be given only to an entry that has none."""

    name = "hash-is-final"
    clause = clauses.RECORD
    kinds = frozenset({Kind.HASH})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """An entry that has a hash, the same or another."""
        entry = subject.entry
        if entry is None or not entry.firmware_hash:
            return
        same = subject.values.get("firmware_hash") == entry.firmware_hash
        yield Finding(
            "firmware_hash",
            f"{entry} has this very hash already." if same else f"{entry} has another hash already, and it is final.",
            "Cancel this submission: there is nothing to do."
            if same
            else "Check whether this is the right entry. An image with another hash is another version: send a new CPL "
            "Entry. If the published hash is wrong, write to SECAS.",
            str(entry),
        )


class NoVersionToHash(Check):
    """A hash belongs to a firmware version: a device without one has none."""

    name = "no-version-to-hash"
    clause = clauses.HASH
    kinds = frozenset({Kind.HASH, Kind.NEW_ENTRY, Kind.ADDED_MODEL})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A hash beside a blank firmware version."""
        given, blank = subject.values.get("firmware_hash"), not subject.firmware_version
        if given and blank and "firmware_version" not in subject.unreadable and subject.device_type:
            message = "A hash is given, but there is no firmware version that it could be of."
            yield Finding("firmware_hash", message, "Clear the hash, or give the firmware version.", given)


CHECKS: Final[tuple[Check, ...]] = (HashIsFinal(), NoVersionToHash())
