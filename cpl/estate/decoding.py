"""Bytes of a file in any usual encoding, made UTF-8 while they stream by, and refused where they are no text.

A file without a mark is UTF-8 as long as it can be. One in which nothing but plain ASCII stands before the first byte
that UTF-8 does not know is Windows-1252 from there on; one that has both kinds of characters is of mixed encodings, and
nobody can tell which letters were meant.
"""

import codecs
import re
from typing import Final, Protocol

from cpl.estate.errors import EstateFileError

SAVE_AS_UTF8: Final = "Save it as “CSV UTF-8” and upload that."

_NAMES: Final = {"utf-8": "UTF-8", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252"}
_NUL: Final = "line {} holds a NUL byte, so it is no plain text (or is UTF-16 without its mark)."
# A character of several bytes in UTF-8: in Windows-1252 it would be two or more signs that no word has beside another.
_SEVERAL_BYTES: Final = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_BEYOND_ASCII: Final = re.compile(rb"[\x80-\xff]")
_HIGH: Final = bytes(range(0x80, 0x100))
_LONGEST: Final = 3


class Decoder(Protocol):
    """Takes bytes in order, gives UTF-8. `encoding` is the name under which people know what the file is in."""

    encoding: str

    def feed(self, data: bytes) -> bytes:
        """What these bytes say, as far as it is whole. Raises EstateFileError, which names the line."""

    def finish(self) -> bytes:
        """What was left over. Raises EstateFileError where the file ends within a character."""


def decoder_for(start: bytes, name: str) -> Decoder:
    """Chosen by the mark with which the file begins; the decoder takes the mark away itself."""
    for mark, codec in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if start.startswith(mark):
            return _Utf16(codec, name)
    return _Plain(name, marked=start.startswith(codecs.BOM_UTF8))


class _Lines:
    """Counts lines, so that a problem has a place. Lines may end in CR LF, LF, or CR alone as on old computers."""

    def __init__(self) -> None:
        self.passed = 0
        self._at_start = True
        self._only_cr = False

    def first_look(self, data: bytes) -> None:
        if self._at_start and data:
            self._at_start = False
            self._only_cr = b"\r" in data and b"\n" not in data

    def ended(self, data: bytes) -> bytes:
        """With line feeds alone where the file has none."""
        return data.replace(b"\r", b"\n") if self._only_cr else data

    def at(self, before: bytes) -> int:
        """The line on which the byte after these stands, counted from 1."""
        return self.passed + self.ended(before).count(b"\n") + 1

    def passing(self, data: bytes) -> bytes:
        out = self.ended(data)
        self.passed += out.count(b"\n")
        return out


class _Plain:
    """UTF-8, or Windows-1252."""

    def __init__(self, name: str, *, marked: bool) -> None:
        self.name, self.encoding = name, _NAMES["utf-8"]
        self._marked, self._to_skip = marked, len(codecs.BOM_UTF8) if marked else 0
        self._lines = _Lines()
        self._rest = b""
        self._utf8_line = 0
        self._other_line = 0

    def feed(self, data: bytes) -> bytes:
        if self._to_skip:
            data, self._to_skip = data[self._to_skip :], 0
        self._lines.first_look(data)
        self._refuse_nul(data)
        data = self._rest + data
        if data.isascii():
            self._rest = b""
            return self._lines.passing(data)
        return self._windows(data) if self._other_line else self._utf8(data)

    def finish(self) -> bytes:
        rest, self._rest = self._rest, b""
        if not rest:
            return b""
        # A character of UTF-8 that breaks off at the end: or the last letters of Windows-1252.
        return self._windows(rest, last=True) if self._other_line else self._turn(rest, 0)

    def _utf8(self, data: bytes) -> bytes:
        try:
            _, taken = codecs.utf_8_decode(data, "strict", False)
        except UnicodeDecodeError as error:
            return self._turn(data, error.start)
        self._see(data[:taken])
        self._rest = data[taken:]
        return self._lines.passing(data[:taken])

    def _see(self, data: bytes) -> None:
        """Remember where the first character of several bytes stands."""
        if not self._utf8_line and (found := _BEYOND_ASCII.search(data)):
            self._utf8_line = self._lines.at(data[: found.start()])

    def _turn(self, data: bytes, at: int) -> bytes:
        """The first byte that UTF-8 does not know: from here on Windows-1252, were there nothing of UTF-8 before."""
        self._see(data[:at])
        self._other_line = self._lines.at(data[:at])
        if self._marked:
            raise EstateFileError(
                f"The file “{self.name}” says that it is UTF-8, but line {self._other_line:,} has the byte "
                f"{data[at]:02X}, which means nothing there.",
                SAVE_AS_UTF8,
            )
        if self._utf8_line:
            raise self._mixed(self._utf8_line)
        self.encoding = _NAMES["cp1252"]
        plain, self._rest = self._lines.passing(data[:at]), b""
        return plain + self._windows(data[at:])

    def _windows(self, data: bytes, *, last: bool = False) -> bytes:
        if found := _SEVERAL_BYTES.search(data):
            raise self._mixed(self._lines.at(data[: found.start()]))
        # What may be the beginning of a character of several bytes is looked at again with the next bytes.
        end = data[-_LONGEST:]
        kept = 0 if last else len(end) - len(end.rstrip(_HIGH))
        data, self._rest = data[: len(data) - kept], data[len(data) - kept :]
        try:
            return self._lines.passing(data.decode("cp1252").encode())
        except UnicodeDecodeError as error:
            raise EstateFileError(
                f"The file “{self.name}” cannot be read as UTF-8 or Windows-1252: line "
                f"{self._lines.at(data[: error.start]):,} has the byte {data[error.start]:02X}, which means nothing "
                "there.",
                SAVE_AS_UTF8,
            ) from error

    def _mixed(self, utf8_line: int) -> EstateFileError:
        return EstateFileError(
            f"The file “{self.name}” is of mixed encodings: line {utf8_line:,} is written in UTF-8, line "
            f"{self._other_line:,} in Windows-1252.",
            "Two files were probably joined. Save each as “CSV UTF-8”, join them again and upload that.",
        )

    def _refuse_nul(self, data: bytes) -> None:
        if (at := data.find(b"\x00")) >= 0:
            raise EstateFileError(
                f"In the file “{self.name}” {_NUL.format(format(self._lines.at(data[:at]), ','))}", SAVE_AS_UTF8
            )


class _Utf16:
    """UTF-16 with its mark, in either order of bytes."""

    def __init__(self, codec: str, name: str) -> None:
        self.name, self.encoding = name, _NAMES[codec]
        self._decoder = codecs.getincrementaldecoder(codec)("strict")
        self._lines = _Lines()
        self._is_first = True

    def feed(self, data: bytes) -> bytes:
        return self._told(data, last=False)

    def finish(self) -> bytes:
        return self._told(b"", last=True)

    def _told(self, data: bytes, *, last: bool) -> bytes:
        try:
            out = self._decoder.decode(data, last).encode()
        except UnicodeError as error:
            raise EstateFileError(
                f"The file “{self.name}” cannot be read as UTF-16 beyond line {self._lines.passed + 1:,}.", SAVE_AS_UTF8
            ) from error
        if self._is_first and out:
            self._is_first, out = False, out.removeprefix(codecs.BOM_UTF8)
        self._lines.first_look(out)
        if (at := out.find(b"\x00")) >= 0:
            raise EstateFileError(
                f"In the file “{self.name}” {_NUL.format(format(self._lines.at(out[:at]), ','))}", SAVE_AS_UTF8
            )
        return self._lines.passing(out)
