"""Firmware versions: right in form, but unlike their neighbours."""

from collections.abc import Iterator
from typing import Final

from cpl import identifiers
from cpl.models import CPLEntry
from cpl.readings.words import normalise
from cpl.rules import clauses, coding
from cpl.rules.others import CREATING
from cpl.rules.problem import Check, Finding, together_key
from cpl.rules.subject import Subject, reversed_bytes
from cpl.rules.words import shown, together


class VersionImplausible(Check):
    """A firmware version is not one digit over and over."""

    name = "version-implausible"
    clause = clauses.QUALITY
    blocking = False
    kinds = CREATING

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A version such as 00000000 or FFFFFFFF."""
        version = subject.firmware_version
        if version and identifiers.is_repeated_digit(version):
            message = f"The firmware version {version} is one digit over and over."
            yield Finding("firmware_version", message, "Check it against the device.", version)


class VersionReversed(Check):
    """A firmware version is written with its bytes in the usual order."""

    name = "version-reversed"
    clause = clauses.QUALITY
    blocking = False
    kinds = CREATING

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A version that, with its bytes reversed, this manufacturer has on the list, and not as it stands."""
        version = subject.firmware_version
        other = reversed_bytes(version) if version else ""
        if other and (known := _of_maker(subject, other)) and not _of_maker(subject, version):
            message = f"{version} is the firmware version {other} of {_where(known)} with its bytes reversed."
            key = together_key(version, *sorted(map(str, known)))
            yield Finding("firmware_version", message, f"Write {other}, if that is meant.", key)


class VersionOfAnotherModel(Check):
    """A firmware version that another Device Model of the same maker has is looked at: it may be meant for that one."""

    name = "version-of-another-model"
    clause = clauses.QUALITY
    blocking = False
    kinds = CREATING

    def find(self, subject: Subject) -> Iterator[Finding]:
        """The same version on another Device Model, as far as the author may see."""
        version, model = subject.firmware_version, subject.known_model
        others = [entry for entry in _of_maker(subject, version) if model is None or entry.device_model_id != model.pk]
        if version and others:
            message = f"The firmware version {version} is also that of {_where(others)}."
            cure = "Check that the Device Model is right. If both have the same version, say so."
            yield Finding("firmware_version", message, cure, together_key(version, *sorted(map(str, others))))


class CodingUnlikeOthers(Check):
    """A firmware version is coded as the others of its Device Model are: byte by byte in decimal digits or in hex."""

    name = "coding-unlike-others"
    clause = clauses.QUALITY
    blocking = False
    kinds = CREATING

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A version that has letters where none of the others has, or none where all of them have."""
        version = subject.firmware_version
        others = [entry.firmware_version for entry in subject.siblings() if entry.firmware_version]
        if version and (places := coding.unlike(version, others)):
            kinds = together(coding.described(other) for other in others)
            message = (
                f"{version} is coded in {coding.described(version)} unlike the other versions of this Device Model "
                f"({kinds}): it departs from all of them in byte {together(places)}."
            )
            cure = "Check whether each byte is written in decimal digits (10 follows 09) or in hex (0A follows 09)."
            yield Finding("firmware_version", message, cure, together_key(version, *sorted(others)))


class LabelOfAnotherVersion(Check):
    """The manufacturer's own label names one version of a Device Model."""

    name = "label-of-another-version"
    clause = clauses.EVEN_QUALITY
    blocking = False

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A label that another version of the Device Model has."""
        label = str(subject.values.get("firmware_label", ""))
        same = [entry for entry in subject.siblings() if label and normalise(entry.firmware_label) == normalise(label)]
        if same := [entry for entry in same if entry.firmware_version != subject.firmware_version]:
            message = f"The label {shown(label)} is already that of {_where(same)}."
            yield Finding("firmware_label", message, "Check the label.", together_key(label, *sorted(map(str, same))))


def _of_maker(subject: Subject, version: str) -> list[CPLEntry]:
    """Entries of this manufacturer with this version that the author may see."""
    return subject.seen(subject.knowledge.by_version.get((subject.maker or 0, version), ()))


def _where(entries: list[CPLEntry]) -> str:
    return together(f"{entry} ({entry.model_name})" for entry in entries)


CHECKS: Final[tuple[Check, ...]] = (
    VersionImplausible(),
    VersionReversed(),
    VersionOfAnotherModel(),
    CodingUnlikeOthers(),
    LabelOfAnotherVersion(),
)
