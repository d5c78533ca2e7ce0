"""The verifier of the publication log as an archive: the files that it is made of here, and how to run them."""

import io
import zipfile
from functools import cache
from pathlib import Path
from typing import Final

from django.conf import settings

NAME: Final = "publication-log-verifier.zip"
_PATTERNS: Final = ("cpl/__init__.py", "cpl/log_chain.py", "cpl/verify_log/*.py")
# The same files give the same archive, whenever it is made: its digest can be compared.
_MADE: Final = (2026, 1, 1, 0, 0, 0)

_README: Final = """\
Verifier of the publication log of the Firmware Information Repository

It checks a log that was downloaded from the portal: that no record was changed, taken out or put between others,
and that the whole was signed with the key that you give. It needs no portal and no network.

1. Needed: Python 3.11 or newer, and its package cryptography:

       python -m pip install cryptography

2. In the folder that holds this file, with the log beside it:

       python -m cpl.verify_log publication-log-2026-12-01.jsonl --key KEY

   KEY is the key in base64 as the page of the log shows it, or a file with several of them.

3. It says what it found, and ends with 0 where the log verifies, 1 where it does not, 2 where it could not tell.
   Keep the line with --checkpoint that it prints: given the next time, it shows whether the log was written anew.

       python -m cpl.verify_log FILE --key KEY --checkpoint NUMBER:DIGEST

cpl/log_chain.py says how records are chained and signed; it is the very file that the portal uses.
"""


@cache
def build() -> bytes:
    """The archive, as the code that runs has it; the same bytes each time."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "README.txt", _README.encode())
        for path in _files(Path(settings.BASE_DIR)):
            _add(archive, path.relative_to(settings.BASE_DIR).as_posix(), path.read_bytes())
    return stream.getvalue()


def _files(root: Path) -> list[Path]:
    return sorted(path for pattern in _PATTERNS for path in root.glob(pattern))


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=_MADE)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)
