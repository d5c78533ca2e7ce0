"""The folder in which an uploaded estate waits to be counted: private, and left clean whatever happens.

A file is named by a random token, with `.part` behind it while it is written. What a killed process leaves is found by
its age. The folder is shared by the processes that take files in and those that count them.
"""

import os
import re
import secrets
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Final

_TOKEN: Final = re.compile(r"[0-9a-f]{32}")
_PART: Final = ".part"
_PRIVATE_FOLDER: Final = 0o700
_PRIVATE_FILE: Final = 0o600


def path_of(folder: Path, token: str) -> Path:
    """Where the file of this token is. Raises ValueError for what was never a token: no such path is ever made."""
    if not _TOKEN.fullmatch(token):
        raise ValueError("This is not the name of a file in the spool.")
    return Path(folder) / token


def discard(folder: Path, token: str) -> None:
    """Remove the file; nothing happens where there is none, or no token."""
    if token:
        path_of(folder, token).unlink(missing_ok=True)


def leavings(folder: Path, *, older_than: datetime, kept: Collection[str]) -> list[Path]:
    """Files of the spool, written or half-written, that nobody touched since and that no check in `kept` names."""
    found = []
    for path in _files(Path(folder)):
        with suppress(FileNotFoundError):  # taken away while we look
            if path.name not in kept and path.stat().st_mtime < older_than.timestamp():
                found.append(path)
    return found


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if _TOKEN.fullmatch(path.name.removesuffix(_PART))]


class Spool:
    """One file that is being written. It has its name only when `keep` was called; until then `drop` takes it away."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)
        self.token = secrets.token_hex(16)
        self.size = 0
        self._file: BinaryIO | None = None

    @property
    def path(self) -> Path:
        """Where the file will be."""
        return path_of(self.folder, self.token)

    def write(self, data: bytes) -> None:
        """Append; the first bytes make the file. Raises OSError where the disk is full."""
        if self._file is None:
            self._file = self._open()
        self._file.write(data)
        self.size += len(data)

    def keep(self) -> str:
        """Give the file its name, all of its bytes on the disk; returns the token."""
        if self._file is None:
            self._file = self._open()
        self._file.close()
        self._part.rename(self.path)
        return self.token

    def drop(self) -> None:
        """Take away what was written, kept or not; safe to call twice."""
        if self._file is not None:
            with suppress(OSError):  # closing writes what waits, and the disk may be full
                self._file.close()
        self._part.unlink(missing_ok=True)
        self.path.unlink(missing_ok=True)

    @property
    def _part(self) -> Path:
        return self.path.with_name(self.token + _PART)

    def _open(self) -> BinaryIO:
        self.folder.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
        self.folder.chmod(_PRIVATE_FOLDER)
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE)
        return os.fdopen(descriptor, "wb")
