"""Checks that warn: a moderator may let what they find pass, with a reason on record."""

from typing import Final

from cpl.rules.advising import certificates, contacts, hashes, identifiers, information, listed, pathways, versions
from cpl.rules.problem import Check

CHECKS: Final[tuple[Check, ...]] = (
    *identifiers.CHECKS,
    *versions.CHECKS,
    *hashes.CHECKS,
    *listed.CHECKS,
    *certificates.CHECKS,
    *information.CHECKS,
    *pathways.CHECKS,
    *contacts.CHECKS,
)
"""In the order in which people read what they found."""
