"""Checks that stand in the way of publication until what they find is mended."""

from typing import Final

from cpl.rules.blocking import answers, changes, form, hashes, identity, pathways, steps
from cpl.rules.problem import Check

CHECKS: Final[tuple[Check, ...]] = (
    *form.CHECKS,
    *answers.CHECKS,
    *identity.CHECKS,
    *hashes.CHECKS,
    *pathways.CHECKS,
    *changes.CHECKS,
    *steps.CHECKS,
)
"""In the order in which people read what they found."""
