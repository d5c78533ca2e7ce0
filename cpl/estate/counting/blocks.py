"""An estate file in blocks of whole lines."""

from pathlib import Path
from types import TracebackType
from typing import IO, Final

from cpl.estate.errors import EstateFileError
from cpl.estate.layout import Layout

LONGEST_LINE: Final = 1 << 20
"""No list of devices has a line of so many bytes: it is something else, or has lost its line ends."""


class Blocks:
    """The lines from the headings on. `here` is where the next block begins, `line` the number of its first line."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self._path, self._layout = path, layout
        self._file: IO[bytes]
        self.here = self.end = self._at = 0
        self.line = 1

    def __enter__(self) -> "Blocks":
        self._file = self._path.open("rb")
        for _ in range(self._layout.first_row - 1):
            self.read_line()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    @property
    def lines_read(self) -> int:
        """How many lines below the headings were passed."""
        return max(self.line - 1 - self._layout.first_row, 0)

    def next(self, size: int) -> bytes:
        """About so many bytes, up to the end of a line; b'' at the end of the file. It stays the next one until it is
        passed over or read line by line. Raises EstateFileError where a line is endless.
        """
        self.end = self.here + size
        self._file.seek(self.end)
        rest = self._file.readline(LONGEST_LINE)
        if len(rest) == LONGEST_LINE:
            raise _endless(f"A line somewhere after line {self.line:,}")
        self.end += len(rest)
        self._file.seek(self.here)
        block = self._file.read(self.end - self.here)
        self.end = self._at = self.here + len(block)
        return block

    def pass_over(self, lines: int) -> None:
        """The block is counted, and had so many lines."""
        self.here, self.line = self.end, self.line + lines

    def read_line(self) -> bytes:
        """One line with its end; b'' at the end of the file. Raises EstateFileError where it is endless."""
        if self._at != self.here:
            self._file.seek(self.here)
        line = self._file.readline(LONGEST_LINE)
        if len(line) == LONGEST_LINE:
            raise _endless(f"Line {self.line:,}")
        self.here, self.line = self.here + len(line), self.line + bool(line)
        self._at = self.here
        return line


def _endless(which: str) -> EstateFileError:
    return EstateFileError(
        f"{which} is longer than a million characters.",
        "Save the list as CSV again, with one line for each row, and send that.",
    )
