"""An estate file without some of its columns, made while it streams by; every row keeps the numbers of its lines."""

import csv
import io
from collections.abc import Collection
from typing import Final

from cpl.estate.errors import EstateFileError
from cpl.estate.head import not_read

_LONGEST_OPEN: Final = 1024 * 1024
NOT_READ: Final = "-"
"""What stands in a row that has more fields than headings, or fewer: a comma too many, or one that is missing, may
have moved what is left out.
"""


class Rewriter:
    """Takes whole lines of UTF-8 below the headings, gives them without the columns at `left_out`."""

    def __init__(self, name: str, separator: str, width: int, left_out: Collection[int], first_line: int) -> None:
        self.name, self.separator, self.width = name, separator, width
        self.kept = [at for at in range(width) if at not in left_out]
        self.line = first_line
        self._open = b""

    def feed(self, lines: bytes) -> bytes:
        """The lines as far as every quotation mark in them is closed. Raises EstateFileError where one never is."""
        lines = self._open + lines
        if lines.count(b'"') % 2:
            if len(lines) > _LONGEST_OPEN:
                raise self._unclosed()
            self._open = lines
            return b""
        self._open = b""
        return self._rewritten(lines)

    def finish(self) -> bytes:
        """Nothing is left over, or a quotation mark is open: raises EstateFileError."""
        if self._open:
            raise self._unclosed()
        return b""

    def _rewritten(self, lines: bytes) -> bytes:
        text = lines.decode()
        if '"' in text:
            return self._read(text).encode()
        self.line += text.count("\n")
        return "\n".join([self._plain(line) for line in text.split("\n")]).encode()

    def _plain(self, line: str) -> str:
        """A line without quotation marks: four times as fast as the general way."""
        fields = line.split(self.separator)
        if len(fields) == self.width:
            return self.separator.join([fields[at] for at in self.kept])
        return self.separator.join(self._fields(fields)) if line.strip() else line

    def _read(self, text: str) -> str:
        out = io.StringIO(newline="")
        writer = csv.writer(out, delimiter=self.separator, lineterminator="\n")
        records = csv.reader(io.StringIO(text, newline=""), delimiter=self.separator)
        before = 0
        try:
            for fields in records:
                kept = self._fields(fields)
                writer.writerow(kept)
                # A record over several lines, some of which went with what was left out: empty lines take their place.
                spans = 1 + sum(field.count("\n") for field in kept)
                out.write("\n" * (records.line_num - before - spans))
                before = records.line_num
        except csv.Error as error:
            raise not_read(error, self.name, self.line + before) from error
        self.line += before
        return out.getvalue()

    def _fields(self, fields: list[str]) -> list[str]:
        if not fields:
            return fields
        is_moved = len(fields) < self.width or any(field.strip() for field in fields[self.width :])
        if is_moved and any(field.strip() for field in fields):
            return [NOT_READ] * (len(self.kept) + 1)
        return [fields[at] for at in self.kept if at < len(fields)]

    def _unclosed(self) -> EstateFileError:
        return EstateFileError(
            f"In the file “{self.name}” a quotation mark on line {self.line:,} or below is not closed.",
            "Correct the quotation marks, or save the list as .xlsx and upload that.",
        )


def heading_line(headings: list[str], separator: str) -> bytes:
    """The headings as one line without quotation marks: what they say is known, and that there is a line matters."""
    plain = (heading.replace(separator, " ").replace('"', " ") for heading in headings)
    return (separator.join(plain) + "\n").encode()
