"""Form: what must be given, and that it can be read."""

from collections.abc import Iterator, Mapping
from typing import Final

from cpl.choices import DeviceType, SubmissionKind
from cpl.proposals import CONTACT_FIELDS, MODEL_FIELDS
from cpl.rules import clauses
from cpl.rules.others import CREATING
from cpl.rules.problem import Check, Finding, fingerprint
from cpl.rules.subject import Subject
from cpl.rules.words import a, words

Kind = SubmissionKind

_ABOUT_AN_ENTRY: Final = frozenset(
    {Kind.INFORMATION, Kind.CORRECTION, Kind.HASH, Kind.ADDED_MODEL, Kind.PATHWAY, Kind.WITHDRAWAL, Kind.REMOVAL}
)
_IDENTITY: Final = tuple(name for name in MODEL_FIELDS if name != "esme_variant")


class Unreadable(Check):
    """Every value given can be read: identifiers in hex of the right length, dates that exist, known words."""

    name = "unreadable"
    clause = clauses.QUALITY

    def find(self, subject: Subject) -> Iterator[Finding]:
        """The message is the reading's; that of a contact's details does not repeat them."""
        for unreadable in subject.proposal.unreadable:
            name, private = unreadable.field, unreadable.field in CONTACT_FIELDS
            message = f"The {words(name)} of the contact cannot be read." if private else unreadable.message
            yield Finding(name, message, unreadable.cure, f"{name}:{fingerprint(unreadable.typed)}")


class IdentityMissing(Check):
    """A new entry names its device type, manufacturer identifier, Device Model, model name and firmware version.

    Only a Type 2 device (IHD, CAD) may have no firmware version.
    """

    name = "identity-missing"
    clause = clauses.LIST
    kinds = CREATING

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Each field that is blank."""
        for name in (*_IDENTITY, *(() if subject.is_type_2 else ("firmware_version",))):
            yield from _missing(subject, name, _CURES.get(name, f"Fill in the {words(name)}."))


class TargetMissing(Check):
    """A submission names the entry that it is about, and a manufacturer; the two belong together."""

    name = "target-missing"
    clause = clauses.LIST

    def find(self, subject: Subject) -> Iterator[Finding]:
        """The manufacturer, the entry, or an entry that is another manufacturer's."""
        if subject.maker is None:
            yield Finding("manufacturer", "The submission names no manufacturer.", "Choose the manufacturer.")
        if subject.kind in _ABOUT_AN_ENTRY and subject.entry is None:
            yield Finding("entry", "The submission names no CPL Entry.", "Choose the entry that it is about.")
        if subject.entry and subject.maker and subject.entry.manufacturer_id != subject.maker:
            message = f"{subject.entry} is not an entry of the manufacturer that the submission names."
            yield Finding("entry", message, "Choose one of that manufacturer’s entries.", str(subject.entry))


class ReasonMissing(Check):
    """A correction, a withdrawal and a removal say why: the reason is published beside the entry and stays there."""

    name = "reason-missing"
    clause = clauses.RECORD
    kinds = frozenset({Kind.CORRECTION, Kind.WITHDRAWAL, Kind.REMOVAL})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A reason that is blank."""
        yield from _missing(subject, "reason", "Say in a sentence or two what happened: readers see it.")


class ReferenceMissing(Check):
    """A removal names the direction by which it is made."""

    name = "reference-missing"
    clause = clauses.RECORD
    kinds = frozenset({Kind.REMOVAL})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A reference that is blank."""
        yield from _missing(subject, "reference", "Give the reference of the direction, such as its number and date.")


class HashMissing(Check):
    """A submission of a hash gives one."""

    name = "hash-missing"
    clause = clauses.HASH
    kinds = frozenset({Kind.HASH})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A hash that is blank."""
        cure = "Give the SHA-256 of the Manufacturer Image: 64 hex digits."
        yield from _missing(subject, "firmware_hash", cure)


class VariantOnlyOnEsme(Check):
    """Only an ESME has a variant."""

    name = "variant-only-on-esme"
    clause = clauses.LIST
    kinds = CREATING

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A variant beside another device type."""
        variant = subject.values.get("esme_variant")
        if variant and subject.device_type not in ("", DeviceType.ESME):
            message = f"The variant {variant} is given for {a(subject.device_type)}; only ESME has variants."
            yield Finding("esme_variant", message, "Clear the variant, or correct the device type.", variant)


class CpaDateIncomplete(Check):
    """A CPA date stands with its kind (expires or renews) and with the certificate that it is of."""

    name = "cpa-date-incomplete"
    clause = clauses.MP209
    kinds = frozenset({Kind.NEW_ENTRY, Kind.CORRECTION})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Whichever of date, kind and certificate is missing beside another."""
        date, kind, certificate = (subject.stands(name) for name in ("cpa_date", "cpa_date_kind", "cpa_certificate"))
        if date and not kind:
            yield from _beside(subject, "cpa_date_kind", "A CPA date is given, but not what it means.")
        if kind and not date:
            yield from _beside(subject, "cpa_date", "A kind of CPA date is given, but no date.")
        if date and not certificate:
            yield from _beside(subject, "cpa_certificate", "A CPA date is given, but no CPA certificate.")


def _missing(subject: Subject, name: str, cure: str) -> Iterator[Finding]:
    """Blank; what cannot be read is another matter."""
    if name not in subject.values and name not in subject.unreadable:
        yield Finding(name, f"The {words(name)} is missing.", cure, name)


def _beside(subject: Subject, name: str, message: str) -> Iterator[Finding]:
    if name not in subject.unreadable:
        yield Finding(name, message, _CURES[name], name)


_CURES: Final[Mapping[str, str]] = {
    "manufacturer_identifier": "Give its 4 hex digits.",
    "device_model": "Give its 8 hex digits: model (4), hardware version (2), hardware revision (2).",
    "firmware_version": "Give its 8 hex digits. Only an IHD or a CAD may have none.",
    "cpa_date_kind": "Say whether the certificate expires or renews on that date.",
    "cpa_date": "Give the date, or clear its kind.",
    "cpa_certificate": "Give the number of the certificate, or clear the date.",
}

CHECKS: Final[tuple[Check, ...]] = (
    TargetMissing(),
    Unreadable(),
    IdentityMissing(),
    ReasonMissing(),
    ReferenceMissing(),
    HashMissing(),
    VariantOnlyOnEsme(),
    CpaDateIncomplete(),
)
