"""The judge of what the portal writes: the mandatory tests of CSAF 2.0 (section 6.1), by a program of others."""

from typing import Any

from csaf.csaf.v20 import validate


def refusals(document: dict[str, Any]) -> list[str]:
    """What the published schema and the mandatory tests refuse, profiles (6.1.27) among them."""
    report = validate(document, preset="basic")
    return [f"{result.id} {found}" for result in report.results for found in result.errors if not result.passed]


def run(document: dict[str, Any]) -> set[str]:
    """The tests that were run on the document."""
    return {result.id for result in validate(document, preset="basic").results if not result.skipped}
