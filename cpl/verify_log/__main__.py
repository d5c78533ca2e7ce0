"""The command: reads its arguments, verifies, says in plain sentences what it found.

Ends with 0 where the log verifies, 1 where it does not, 2 where it could not be checked.
"""

import argparse
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final, NoReturn

from cpl import log_chain
from cpl.log_chain import Head, KeyTextError, key_name
from cpl.verify_log.chain import Keys, Verifier
from cpl.verify_log.lines import Checkpoint, MalformedError, parse, read_lines

VERIFIES, DOES_NOT, UNCHECKED = 0, 1, 2
_KEPT: Final = re.compile(r"([1-9]\d{0,17}):([0-9a-f]{64})")
_LAST_LINE_BYTES: Final = 4_096


class UsageError(Exception):
    """Something that was given cannot be used: says what, and what to give."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify one file; return the exit code."""
    given = _parser().parse_args(arguments)
    try:
        keys = _keys(given.key)
        verifier = Verifier(keys, [_kept(text, keys) for text in given.checkpoint])
        with _opened(given.file) as file:
            verifier.verify(read_lines(file))
    except (UsageError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return UNCHECKED
    _report(verifier)
    return DOES_NOT if verifier.faults else VERIFIES


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m cpl.verify_log",
        description="Verify a publication log that was taken away as a file: its chain, and who signed it.",
    )
    parser.add_argument("file", metavar="FILE", help="the file, or - for standard input")
    parser.add_argument(
        "--key",
        action="append",
        required=True,
        metavar="KEY",
        help="public key of the log in base64, or a file with keys; may be repeated",
    )
    parser.add_argument(
        "--checkpoint",
        action="append",
        default=[],
        metavar="KEPT",
        help="what you kept from before and must still be there: NUMBER:DIGEST, or an earlier file; may be repeated",
    )
    return parser


def _opened(name: str) -> BinaryIO:
    return sys.stdin.buffer if name == "-" else Path(name).open("rb")


def _keys(texts: Sequence[str]) -> Keys:
    """The keys by name. Raises UsageError for what is none."""
    try:
        keys = [log_chain.public_key(word) for text in texts for word in _key_words(text)]
    except KeyTextError as error:
        raise UsageError(f"--key: {error} The page of the log and `manage.py log_key` show it.") from None
    if not keys:
        raise UsageError("--key: the file holds no key.")
    return {key_name(key): key for key in keys}


def _key_words(text: str) -> Iterator[str]:
    """The key itself, or the first word of each line of a file."""
    path = Path(text)
    try:
        is_file = path.is_file()
    except (OSError, ValueError):
        is_file = False
    if not is_file:
        yield text
        return
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        if words := line.split():
            yield words[0]


def _kept(text: str, keys: Keys) -> Head:
    """A head that was kept from before. Raises UsageError where the text is neither that nor a file that ends so."""
    if found := _KEPT.fullmatch(text):
        return Head(int(found[1]), found[2])
    path = Path(text)
    if not path.is_file():
        raise UsageError(f"--checkpoint {text}: give NUMBER:DIGEST as the page shows it, or a file taken away before.")
    try:
        what = parse(_last_line(path)).what
    except MalformedError as error:
        raise UsageError(f"--checkpoint {text}: its last line cannot be read: {error}.") from None
    if not isinstance(what, Checkpoint):
        raise UsageError(f"--checkpoint {text}: the file does not end with a checkpoint.")
    key = keys.get(what.key_id)
    # One of a former key that was not given again is believed: it is the reader's own.
    if key and not log_chain.is_signed(key, what.head, what.at, what.signature):
        raise UsageError(f"--checkpoint {text}: its checkpoint was altered, or not signed with key {what.key_id}.")
    return what.head


def _last_line(path: Path) -> bytes:
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _LAST_LINE_BYTES))
        return file.read().rstrip(b"\n").rpartition(b"\n")[2]


def _report(verifier: Verifier) -> None:
    if verifier.faults:
        _report_faults(verifier)
    else:
        _report_success(verifier)


def _report_faults(verifier: Verifier) -> None:
    count = len(verifier.faults) + verifier.untold
    lines = [str(fault) for fault in verifier.faults]
    if verifier.untold:
        lines.append(f"And {verifier.untold:,} more faults.")
    lines.append(f"The log does NOT verify: {count:,} fault{'s' if count > 1 else ''} in {verifier.records:,} records.")
    sys.stdout.write("\n".join(lines) + "\n")


def _report_success(verifier: Verifier) -> None:
    head, checkpoint = verifier.head, verifier.checkpoint
    lines = [f"The log verifies: {verifier.records:,} records, from {verifier.first_at} to {verifier.last_at}."]
    if verifier.withheld:
        lines.append(
            f"The bodies of {verifier.withheld:,} were not shown to the reader of this file; the chain is whole."
        )
    if checkpoint:
        lines.append(f"Signed up to record {checkpoint.number:,} at {checkpoint.at} with key {checkpoint.key_id}.")
    lines += [f"{len(verifier.kept)} kept earlier and found again."] if verifier.kept else []
    lines.append(f"Keep this for the next time: --checkpoint {head.number}:{head.digest}")
    sys.stdout.write("\n".join(lines) + "\n")


def run() -> NoReturn:
    """The command as the shell calls it."""
    sys.exit(main())


if __name__ == "__main__":
    run()
