"""Reading .csv: the encoding and the separator are told from the content."""

import csv
import io
import re
from collections import Counter
from pathlib import PurePath

from cpl.spreadsheets.errors import (
    CorruptError,
    TooManyCellsError,
    TooManyColumnsError,
    TooManyRowsError,
    UnreadableTextError,
)
from cpl.spreadsheets.reader.limits import Limits
from cpl.spreadsheets.reader.source import EXPORT_AGAIN
from cpl.spreadsheets.reader.workbook import Row, Sheet

SEPARATORS = (",", ";", "\t")

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
# How much of a file decides its separator.
_SAMPLE_CHARACTERS = 100_000
_SAMPLE_LINES = 100
_QUOTED = re.compile(r'(^|[,;\t])"(?:[^"]|"")*"', re.MULTILINE)
_SPLIT = "Split the list into several files."


def read_sheet(data: bytes, name: str, limits: Limits) -> Sheet:
    """The one sheet of a CSV file, called as the file is.

    Raises UnreadableTextError, CorruptError or a TooLargeError.
    """
    text = decode(data, name)
    separator, text = _separator(text)
    return Sheet(PurePath(name).stem or name, _rows(text, separator, name, limits), ragged=True)


def decode(data: bytes, name: str) -> str:
    """The text of a file in UTF-8, UTF-16 with a byte order mark, or Windows-1252.

    Raises UnreadableTextError where it is in none of them, or no text at all.
    """
    for mark, codec, words in _MARKS:
        if data.startswith(mark):
            return _without_nul(_decode(data, codec, words, name), name)
    if b"\x00" in data:
        raise _no_text(name)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _decode(data, "cp1252", "UTF-8 or Windows-1252", name)


def _decode(data: bytes, codec: str, words: str, name: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnreadableTextError(
            f"The file “{name}” cannot be read as {words}: line {line} has the byte "
            f"{data[error.start]:02X}, which means nothing there.",
            "Save it as “CSV UTF-8” and upload that.",
        ) from error


def _without_nul(text: str, name: str) -> str:
    if "\x00" in text:
        raise _no_text(name)
    return text


def _no_text(name: str) -> UnreadableTextError:
    return UnreadableTextError(
        f"The file “{name}” contains NUL bytes, so it is no plain text (or is UTF-16 without its mark).",
        "Save it as “CSV UTF-8” and upload that.",
    )


def _separator(text: str) -> tuple[str, str]:
    """The separator, and the text without the line by which Excel is told of it."""
    first, _, rest = text.partition("\n")
    instruction = first.strip("\r \"'").lower()
    if instruction.startswith("sep=") and first.rstrip("\r \"'")[-1] in SEPARATORS:
        return first.rstrip("\r \"'")[-1], rest
    lines = _QUOTED.sub(r"\1", text[:_SAMPLE_CHARACTERS]).splitlines()[:_SAMPLE_LINES]
    return max(SEPARATORS, key=lambda separator: _regularity(lines, separator)), text


def _regularity(lines: list[str], separator: str) -> int:
    """How many separators stand in lines of the most telling width."""
    counts = Counter(line.count(separator) for line in lines)
    return max((width * times for width, times in counts.items()), default=0)


def _rows(text: str, separator: str, name: str, limits: Limits) -> list[Row]:
    rows: list[Row] = []
    cells = 0
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        for number, fields in enumerate(reader, 1):
            if number > limits.rows:
                raise _too_many_rows(number + sum(1 for _ in reader), name, limits)
            cells += len(fields)
            _check_width(len(fields), cells, number, name, limits)
            rows.append(tuple([field or None for field in fields]))
    except csv.Error as error:
        raise CorruptError(
            f"The file “{name}” cannot be read beyond line {reader.line_num}: a quotation mark there or "
            f"before is not closed, or text follows a closing one ({error}).",
            "Correct the quotation marks, or save the list as .xlsx and upload that.",
        ) from error
    return rows


def _too_many_rows(count: int, name: str, limits: Limits) -> TooManyRowsError:
    return TooManyRowsError(f"The file “{name}” has {count:,} rows; at most {limits.rows:,} can be read.", _SPLIT)


def _check_width(width: int, cells: int, number: int, name: str, limits: Limits) -> None:
    if width > limits.columns:
        raise TooManyColumnsError(
            f"Row {number} of the file “{name}” has {width:,} columns; at most {limits.columns:,} can be read.",
            EXPORT_AGAIN,
        )
    if cells > limits.cells:
        raise TooManyCellsError(f"The file “{name}” has more than {limits.cells:,} cells up to row {number:,}.", _SPLIT)
