"""Taking the bytes of a file, never more than allowed, and telling what they are from their content."""

import io
from pathlib import Path, PurePath
from typing import BinaryIO

from cpl.spreadsheets.errors import (
    EmptyFileError,
    EncryptedError,
    FileTooLargeError,
    WrongKindError,
)
from cpl.spreadsheets.reader.limits import Limits, megabytes
from cpl.spreadsheets.reader.workbook import Kind

# OLE compound files hold the old .xls, and the encrypted form of .xlsx ([MS-OFFCRYPTO] 2.3.1).
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK\x03\x04"
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a rich text document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"\x1e\xf1\xee\x0b", "a firmware image"),
    (b"SQLite format 3\x00", "a database"),
)
_MARKUP = ((b"<!doctype html", "a web page"), (b"<html", "a web page"), (b"<?xml", "an XML document"))
_OTHER_NAMES = {
    ".xls": "an old Excel 97-2003 workbook",
    ".xlsm": "a workbook with macros",
    ".xltx": "a workbook template",
    ".xlsb": "a binary workbook",
    ".ods": "an OpenDocument spreadsheet",
    ".numbers": "an Apple Numbers document",
}
SAVE_AS_XLSX = "Open it in a spreadsheet program, save it as an Excel workbook (.xlsx), and upload that."
EXPORT_AGAIN = "Export the list again as .xlsx or .csv and upload that file."


def read_bytes(source: Path | BinaryIO | bytes, name: str, limits: Limits) -> bytes:
    """All bytes of a file; its size is checked before they are read.

    Raises FileTooLargeError and EmptyFileError.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return read_bytes(file, name, limits)
    stream: BinaryIO = io.BytesIO(source) if isinstance(source, bytes) else source
    size = _size(stream)
    if size is not None and size > limits.file_bytes:
        raise _too_large(name, f"is {megabytes(size)} large", limits)
    data = stream.read(limits.file_bytes + 1)
    if len(data) > limits.file_bytes:
        raise _too_large(name, "is larger", limits)
    if not data.strip(b"\x00\t\r\n \xef\xbb\xbf\xff\xfe"):
        raise EmptyFileError(f"The file “{name}” is empty.", EXPORT_AGAIN)
    return data


def kind_of(data: bytes, name: str) -> Kind:
    """The kind of a file, where its name and its content agree.

    Raises WrongKindError where they do not or the kind cannot be read, EncryptedError.
    """
    found = describe(data)
    if found == "encrypted":
        raise EncryptedError(
            f"The file “{name}” is protected by a password.",
            "Open it, remove the password (File, Info, Protect Workbook), save it and upload it again.",
        )
    suffix = PurePath(name.strip()).suffix.lower()
    if suffix in _OTHER_NAMES:
        raise WrongKindError(f"The file “{name}” is {_OTHER_NAMES[suffix]}.", SAVE_AS_XLSX)
    if suffix not in (".xlsx", ".csv"):
        raise _unknown_name(name, found)
    expected = "a zip archive" if suffix == ".xlsx" else ""
    if found != expected:
        raise _contradiction(name, suffix, found)
    return "xlsx" if suffix == ".xlsx" else "csv"


def describe(data: bytes) -> str:
    """What the bytes are, in words, as far as their first ones tell; '' for what may be plain text."""
    if data.startswith(_OLE):
        return "encrypted" if _ENCRYPTED_STREAM in data else _OTHER_NAMES[".xls"]
    if data.startswith(_ZIP):
        return "a zip archive"
    for signature, words in _SIGNATURES:
        if data.startswith(signature):
            return words
    start = data[:200].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return next((words for tag, words in _MARKUP if start.startswith(tag)), "")


def _size(stream: BinaryIO) -> int | None:
    if not stream.seekable():
        return None
    stream.seek(0, io.SEEK_END)
    # Not what seek() returns: that of Django's uploaded files returns nothing.
    size = stream.tell()
    stream.seek(0)
    return size


def _too_large(name: str, size: str, limits: Limits) -> FileTooLargeError:
    return FileTooLargeError(
        f"The file “{name}” {size}; at most {megabytes(limits.file_bytes)} can be read.",
        "Remove pictures and sheets that are not needed, or split the list into several files.",
    )


def _unknown_name(name: str, found: str) -> WrongKindError:
    content = f" Its content is {found}." if found else ""
    return WrongKindError(f"The name of the file “{name}” ends neither in .xlsx nor in .csv.{content}", EXPORT_AGAIN)


def _contradiction(name: str, suffix: str, found: str) -> WrongKindError:
    if suffix == ".csv" and found == "a zip archive":
        cure = "If it is an Excel workbook, rename it to end in .xlsx; otherwise export the list as .csv."
    elif suffix == ".xlsx" and not found:
        cure = "If it is plain text in columns, rename it to end in .csv; otherwise save it as .xlsx."
    else:
        cure = EXPORT_AGAIN
    content = found or "no Excel workbook, or only part of one"
    return WrongKindError(f"The file “{name}” is not what its name says: its content is {content}.", cure)
