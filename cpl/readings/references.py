"""Submissions by the name that people call them: S-000017, and whatever they write for it."""

import re
from typing import Final

_WRITTEN: Final = re.compile(r"S-0*([1-9][0-9]{0,17})", re.IGNORECASE | re.ASCII)


def number_of(name: str) -> int | None:
    """The key of the submission that is named ('S-000017', 's-17'); None for what names none."""
    match = _WRITTEN.fullmatch(name.strip())
    return int(match[1]) if match else None


def reference_of(key: int) -> str:
    """The one way in which a reference is kept and shown: S-000017, as `Submission.reference`."""
    return f"S-{key:06}"


def canonical(name: str) -> str:
    """A reference in that one way; every other name as it stands."""
    number = number_of(name)
    return name if number is None else reference_of(number)
