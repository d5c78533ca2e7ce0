"""The checks of a log, record by record: what was altered, cut, inserted, repeated or put out of order, and where."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from cpl.log_chain import GENESIS, KINDS, Head, body_digest, is_signed, record_digest
from cpl.verify_log.lines import Checkpoint, MalformedError, Record, parse

MOST_FAULTS: Final = 100
"""So many are told; a log in which everything is wrong needs no longer list."""

Keys = Mapping[str, Ed25519PublicKey]


@dataclass(slots=True)
class Fault:
    """Something that is not as the portal wrote it, with its place. Line 0 is the file as a whole."""

    line: int
    number: int | None
    message: str

    def __str__(self) -> str:
        place = [f"Line {self.line}"] if self.line else []
        place += [f"record {self.number}"] if self.number is not None else []
        return f"{', '.join(place) or 'The file'}: {self.message}."


@dataclass(slots=True)
class _Seen:
    """A record that was read: what the next one must name, and the fault that its own digest has, if any."""

    number: int
    digest: str
    at: str
    line: int
    # What its digest would be by its own fields, where the file says another.
    computed: str = ""
    fault: Fault | None = None

    def is_before(self, previous: str) -> bool:
        """Whether the next record names this one."""
        return previous == self.digest or (bool(self.computed) and previous == self.computed)


@dataclass(slots=True)
class _Gap:
    """Numbers that were passed over, until they turn up somewhere else."""

    first: int
    last: int
    line: int


@dataclass
class Verifier:
    """Takes the lines of a log one after the other and keeps no more than the last record and the faults.

    `keys` are the public keys to believe, by name; `kept` heads that were seen before and must still be there.
    """

    keys: Keys
    kept: Sequence[Head] = ()
    records: int = 0
    withheld: int = 0
    first_at: str = ""
    untold: int = 0
    checkpoint: Checkpoint | None = None
    faults: list[Fault] = field(default_factory=list)
    _line: int = 0
    # More than one where two records bear the same number: the next record tells which is the true one.
    _heads: list[_Seen] = field(default_factory=lambda: [_Seen(0, GENESIS, "", 0)])
    _before: list[_Seen] = field(default_factory=list)
    _gaps: list[_Gap] = field(default_factory=list)
    _unreadable: int = 0
    _kept_found: set[Head] = field(default_factory=set)

    @property
    def head(self) -> Head:
        """The record with the highest number."""
        return Head(self._heads[0].number, self._heads[0].digest)

    @property
    def last_at(self) -> str:
        """When that record was written."""
        return self._heads[0].at

    def verify(self, lines: Iterable[bytes]) -> list[Fault]:
        """Check every line, then what only the end tells; return the faults in the order of their lines."""
        for line in lines:
            self._line += 1
            self._take(line)
        self._end()
        self.faults.sort(key=lambda fault: fault.line)
        return self.faults

    def _tell(self, message: str, number: int | None = None, line: int | None = None) -> Fault:
        fault = Fault(self._line if line is None else line, number, message)
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)
        else:
            self.untold += 1
        return fault

    def _take(self, line: bytes) -> None:
        if self.checkpoint:
            self._tell("it stands after the checkpoint that ends the log: it was added")
        try:
            read = parse(line)
        except MalformedError as error:
            self._tell(f"{error}: the line was altered", error.number)
            self._unreadable += 1
            return
        if not read.is_as_written:
            self._tell("its bytes are not as the portal writes them: spaces, order or escapes", read.what.number)
        if isinstance(read.what, Checkpoint):
            self._take_checkpoint(read.what)
        else:
            self._take_record(read.what)

    # Records ------------------------------------------------------------------------------------------------

    def _take_record(self, record: Record) -> None:
        self.records += 1
        self.withheld += record.is_withheld
        self.first_at = self.first_at or record.at
        seen = _Seen(record.number, record.digest, record.at, self._line)
        placed = self._check_own(record, seen)
        seen.number = placed.number
        self._check_kept(placed)
        self._place(placed, seen)
        self._unreadable = 0

    def _place(self, record: Record, seen: _Seen) -> None:
        """Put the record behind the one before it, or say why that cannot be."""
        last = self._heads[0].number
        if record.number == last + 1:
            self._follow(record)
        elif record.number > last + 1:
            self._leap(record)
        elif record.number == last:
            self._second(record, seen)
            return
        else:
            self._stray(record)
            return
        if seen.computed:
            # What is known to be altered says nothing of the time.
            seen.at = self._heads[0].at
        elif record.at < self._heads[0].at:
            self._tell(f"its time, {record.at}, is before that of the record before it", record.number)
        self._before, self._heads = self._heads, [seen]

    def _follow(self, record: Record) -> None:
        """The next number: it must name a record that was just read."""
        named = [head for head in self._heads if head.is_before(record.previous)]
        if not named:
            self._tell(self._broken(record.number), record.number)
        for head in named:
            if record.previous != head.digest and head.fault:
                head.fault.message = "its digest was altered; the record after it names the right one"
        if named and len(self._heads) > 1:
            for other in (head for head in self._heads if head is not named[0]):
                self._tell(f"record {record.number} does not follow it: it was inserted", other.number, other.line)

    @staticmethod
    def _broken(number: int) -> str:
        if number == 1:
            return "it names a record before it, though it is the first: it was altered, or the beginning was cut off"
        return (
            f"it does not follow record {number - 1} as that stands here: record {number - 1} was altered together "
            "with its digest, or another was put in its place"
        )

    def _leap(self, record: Record) -> None:
        """Numbers are missing, unless unreadable lines stand for them."""
        first = self._heads[0].number + 1
        if record.number - first > self._unreadable and len(self._gaps) < MOST_FAULTS:
            self._gaps.append(_Gap(first, record.number - 1, self._line))
        elif record.number - first > self._unreadable:
            self._tell(f"records {first} to {record.number - 1} are missing before it", record.number)

    def _second(self, record: Record, seen: _Seen) -> None:
        """The same number once more: a repeated record, or one that was put in beside the true one."""
        first = self._heads[0]
        if any(head.digest == record.digest for head in self._heads):
            self._tell(f"it is there twice, the first time in line {first.line}", record.number)
            return
        self._tell(
            f"a second record with number {record.number}: one of the two, in lines {first.line} and {self._line}, "
            "was inserted",
            record.number,
        )
        if any(head.is_before(record.previous) for head in self._before) and len(self._heads) < MOST_FAULTS:
            self._heads.append(seen)

    def _stray(self, record: Record) -> None:
        """A lower number than the one before: out of order where it was missing, else repeated or inserted."""
        last = self._heads[0].number
        gap = next((gap for gap in self._gaps if gap.first <= record.number <= gap.last), None)
        if gap is None:
            self._tell(f"it stands a second time, after record {last}: it was repeated or inserted", record.number)
            return
        self._tell(f"it stands after record {last}: the records were put out of order", record.number)
        self._gaps.remove(gap)
        parts = ((gap.first, record.number - 1), (record.number + 1, gap.last))
        self._gaps += [_Gap(first, end, gap.line) for first, end in parts if first <= end]

    # One record by itself -----------------------------------------------------------------------------------

    def _check_own(self, record: Record, seen: _Seen) -> Record:
        """Whether its fields make its digest, and its body the digest of the body; the record as it must have been."""
        computed = _digest_of(record)
        body = body_digest(record.salt, record.body) if record.salt is not None else record.body_digest
        if computed == record.digest:
            if body != record.body_digest:
                self._tell("its body or salt was altered: they do not match the digest of the body", record.number)
            return record
        what, mended = self._mended(record, body)
        seen.fault = self._tell(f"{what}: it does not match its digest", record.number)
        if mended is None:
            seen.computed = computed
        return mended or record

    def _mended(self, record: Record, body: str) -> tuple[str, Record | None]:
        """Which one field was altered, and the record with what that must have been; None where that is not known."""
        guesses: list[tuple[str, dict[str, Any]]] = [
            ("the digest of its body was altered", {"body_digest": body}),
            *(("its number was altered", {"number": head.number + 1}) for head in self._heads),
            *(
                ("what it names as the digest of the record before it was altered", {"previous": head.digest})
                for head in self._heads
            ),
            *(("its kind was altered", {"kind": kind}) for kind in KINDS),
        ]
        for what, fields in guesses:
            mended = replace(record, **fields)
            if _digest_of(mended) == record.digest:
                return what, mended
        return "its time or a digest was altered, or more than one field", None

    def _check_kept(self, record: Record) -> None:
        """Heads that were kept from before must be there as they were."""
        for kept in self.kept:
            if kept.number == record.number:
                self._kept_found.add(kept)
                if kept.digest != record.digest:
                    self._tell(
                        f"the checkpoint that you kept says {kept.digest}, and this record's digest is another: the "
                        "log was written anew since",
                        record.number,
                    )

    # Checkpoint and end -------------------------------------------------------------------------------------

    def _take_checkpoint(self, checkpoint: Checkpoint) -> None:
        self.checkpoint = checkpoint
        last = self._heads[0].number
        if last < checkpoint.number <= last + self._unreadable:
            pass  # Lines that could not be read stand for what it covers, and were told.
        elif checkpoint.number > last:
            lost = _numbers(last + 1, checkpoint.number)
            self._tell(f"the checkpoint covers record {checkpoint.number}: {lost} cut off at the end")
        elif checkpoint.number < last:
            self._tell(f"the checkpoint covers record {checkpoint.number} only: those after it were added or it is old")
        elif not any(head.is_before(checkpoint.digest) for head in self._heads):
            self._tell("the checkpoint has another digest than the last record: one of the two was altered", last)
        self._check_signature(checkpoint)

    def _check_signature(self, checkpoint: Checkpoint) -> None:
        key = self.keys.get(checkpoint.key_id)
        if key is None:
            self._tell(
                f"the checkpoint is signed with key {checkpoint.key_id}, which is none that you gave: somebody else "
                "signed this log, or it is a former key, to be given with --key as well"
            )
        elif not is_signed(key, checkpoint.head, checkpoint.at, checkpoint.signature):
            self._tell(f"the checkpoint was altered, or not signed with key {checkpoint.key_id}")

    def _end(self) -> None:
        """What only the end of the file tells."""
        self._tell_gaps()
        for kept in self.kept:
            if kept not in self._kept_found:
                told = (
                    f"record {kept.number}, of which you kept a checkpoint, is not there: the log was cut or put back"
                )
                self._tell(told)
        if not self._line:
            self._tell("it is empty")
        elif self.checkpoint is None:
            last = self._heads[0].number
            self._tell(
                "no checkpoint follows the last record: the log was cut off at the end, or never signed", last or None
            )

    def _tell_gaps(self) -> None:
        for gap in self._gaps:
            missing = _numbers(gap.first, gap.last)
            told = "the beginning of the log was cut off" if gap.first == 1 else "the log was cut here"
            self._tell(f"{missing} missing before it: {told}", line=gap.line, number=gap.last + 1)


def _digest_of(record: Record) -> str:
    """The digest that a record should have by its fields."""
    return record_digest(record.number, record.at, record.kind, record.body_digest, record.previous)


def _numbers(first: int, last: int) -> str:
    return f"record {first} is" if first == last else f"records {first} to {last} are"
