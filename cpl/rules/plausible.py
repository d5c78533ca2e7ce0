"""Values right in form that can hardly be right: what a hash of a firmware image never looks like."""

import hashlib
from typing import Final

FEWEST_DIGITS: Final = 8
"""Of 16. That 64 random hex digits use fewer than this happens once in many million million hashes."""

_OF_NOTHING: Final = {
    hashlib.sha256(content).hexdigest().upper(): name
    for content, name in (
        (b"", "an empty file"),
        (b"\n", "an empty line"),
        (b"\0", "a single zero byte"),
        (b"test", "the word “test”"),
    )
}


def why_no_hash(value: str) -> str:
    """Why this can hardly be the SHA-256 of a firmware image, as the end of a sentence; '' where it can."""
    if value in _OF_NOTHING:
        return f"is the SHA-256 of {_OF_NOTHING[value]}"
    if len(set(value)) == 1:
        return "is one digit over and over"
    if value in (value + value)[1:-1]:
        return "repeats the same digits over and over"
    if len(set(value)) < FEWEST_DIGITS:
        return f"uses only {len(set(value))} different digits"
    return ""
