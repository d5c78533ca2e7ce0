"""Words compared without case, spaces and punctuation."""

import re
import unicodedata

_OUTSIDE_NAMES = re.compile(r"[\W_]+")


def normalise(heading: str) -> str:
    """A heading without case, spaces and punctuation: 'SMETS / CHTS Version' is 'smetschtsversion'."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    return _OUTSIDE_NAMES.sub("", text.replace("&", " and "))
