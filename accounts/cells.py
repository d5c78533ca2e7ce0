"""One rule for every export: no cell holds what a spreadsheet would run."""

import re
from typing import Final

INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u180e\u00ad"
"""What looks like nothing, and may stand before what is run."""

# OWASP, CSV Injection; with the full-width forms, which Excel takes too.
RUNNABLE: Final = re.compile(f"'*[\\s{INVISIBLE}]*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]|'*[\t\r\n]")


def neutralise(value: str) -> str:
    """The value for a cell of an export: an apostrophe before what a spreadsheet would run.

    A value that already looks protected is protected once more, so that reading it back gives what was
    exported.
    """
    return f"'{value}" if RUNNABLE.match(value) else value
