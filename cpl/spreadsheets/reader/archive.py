"""The compressed parts of a workbook, unfolded piece by piece while the true sizes are counted.

What the archive declares about itself is never believed: a part may say it holds ten bytes and unfold
to gigabytes. Python's `zipfile` is used only to list the parts.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field

from cpl.spreadsheets.errors import CorruptError, DecompressionBombError, EncryptedError, TooLargeError
from cpl.spreadsheets.reader.limits import Limits, megabytes
from cpl.spreadsheets.reader.source import SAVE_AS_XLSX

# PKWARE APPNOTE 4.3.7 (local header), 4.3.12 (central directory), 4.3.16 (its end).
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_CENTRAL_SIGNATURE = b"PK\x01\x02"
_END_OF_DIRECTORY = b"PK\x05\x06"
_END_SIZE = 22
_ENCRYPTED_FLAG = 0x1
_PIECE = 256 * 1024
# Below this size the ratio says nothing: an empty sheet of a few kilobytes folds very well.
_RATIO_MATTERS_FROM = 20_000_000


@dataclass
class Archive:
    """A checked list of parts and a count of what they have unfolded to so far."""

    name: str
    data: bytes
    limits: Limits
    parts: dict[str, zipfile.ZipInfo] = field(init=False)
    inflated: int = 0

    def __post_init__(self) -> None:
        """Lists the parts; raises CorruptError, EncryptedError or TooLargeError."""
        if self.data.count(_CENTRAL_SIGNATURE) > self.limits.parts:
            raise TooLargeError(
                f"The file “{self.name}” has more than {self.limits.parts:,} parts inside.", SAVE_AS_XLSX
            )
        # A comment after the end is legal, written by no spreadsheet, and read differently by readers.
        if self.data[-_END_SIZE:][:4] != _END_OF_DIRECTORY or self.data[-2:] != b"\x00\x00":
            raise self.corrupt("its end is missing, as after a download that broke off")
        self.parts = self._list_parts()

    def unfold(self, part: str) -> Iterator[bytes]:
        """The content of a part in pieces; raises CorruptError or DecompressionBombError on the way."""
        info = self.parts[part]
        size = checksum = 0
        for piece in self._pieces(info):
            size += len(piece)
            checksum = zlib.crc32(piece, checksum)
            self._count(len(piece))
            yield piece
        if size != info.file_size or checksum != info.CRC:
            raise self.corrupt(f"its part “{part}” does not match its check sum")

    def corrupt(self, why: str) -> CorruptError:
        """The error for a damaged file."""
        return CorruptError(
            f"The file “{self.name}” is damaged: {why}.",
            "Open it in a spreadsheet program and save it again, or ask for it to be sent again.",
        )

    def _list_parts(self) -> dict[str, zipfile.ZipInfo]:
        try:
            with zipfile.ZipFile(io.BytesIO(self.data)) as listing:
                infos = [info for info in listing.infolist() if not info.is_dir()]
        # What zipfile raises for archives that are broken or made in ways it does not know.
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
            raise self.corrupt("its table of contents cannot be read") from error
        parts = {info.filename.replace("\\", "/").lower(): info for info in infos}
        if len(parts) != len(infos):
            raise self.corrupt("two of its parts have the same name")
        if any(info.flag_bits & _ENCRYPTED_FLAG for info in infos):
            raise EncryptedError(f"The file “{self.name}” is protected by a password.", "Save it without password.")
        return parts

    def _pieces(self, info: zipfile.ZipInfo) -> Iterator[bytes]:
        packed = self._packed(info)
        if info.compress_type == zipfile.ZIP_STORED:
            yield from (bytes(packed[at : at + _PIECE]) for at in range(0, len(packed), _PIECE))
        elif info.compress_type == zipfile.ZIP_DEFLATED:
            yield from self._inflate(packed)
        else:
            raise self.corrupt("it is compressed in an unusual way")

    def _packed(self, info: zipfile.ZipInfo) -> memoryview:
        start = info.header_offset
        header = self.data[start : start + _LOCAL_HEADER.size]
        if len(header) < _LOCAL_HEADER.size or not header.startswith(b"PK\x03\x04"):
            raise self.corrupt("a part is not where the table of contents says")
        *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        start += _LOCAL_HEADER.size + name_length + extra_length
        packed = memoryview(self.data)[start : start + info.compress_size]
        if len(packed) != info.compress_size:
            raise self.corrupt("a part is cut short")
        return packed

    def _inflate(self, packed: memoryview) -> Iterator[bytes]:
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            for at in range(0, len(packed), _PIECE):
                rest: bytes | memoryview = packed[at : at + _PIECE]
                while rest and not inflater.eof:
                    yield inflater.decompress(rest, _PIECE)
                    rest = inflater.unconsumed_tail
            while piece := inflater.decompress(b"", _PIECE):
                yield piece
        except zlib.error as error:
            raise self.corrupt("a part cannot be unfolded") from error
        if not inflater.eof:
            raise self.corrupt("a part is cut short")

    def _count(self, size: int) -> None:
        self.inflated += size
        ratio_limit = max(len(self.data) * self.limits.inflation_ratio, _RATIO_MATTERS_FROM)
        limit = min(self.limits.inflated_bytes, ratio_limit)
        if self.inflated > limit:
            raise DecompressionBombError(
                f"The file “{self.name}” is {megabytes(len(self.data))} large but unfolds to more than "
                f"{megabytes(limit)}.",
                "Delete empty rows and columns beyond the list and save the workbook again.",
            )
