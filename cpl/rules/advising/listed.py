"""Listed facts: what an entry of its kind has, and versions of the specifications like those of its neighbours."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from django.conf import settings

from cpl.choices import DeviceType, SubmissionKind
from cpl.models import CPLEntry
from cpl.rules import clauses
from cpl.rules.problem import Check, Finding, together_key
from cpl.rules.subject import Subject
from cpl.rules.words import a, shown, together, words

Kind = SubmissionKind
_VERSIONS: Final = {
    "smets_chts_version": ("SMETS / CHTS", "SMETS_CHTS_VERSIONS"),
    "gbcs_version": ("GBCS", "GBCS_VERSIONS"),
}
_WITH_VERSIONS: Final = frozenset({Kind.NEW_ENTRY, Kind.ADDED_MODEL, Kind.CORRECTION})

_METERS: Final = (DeviceType.ESME, DeviceType.GSME, DeviceType.CH, DeviceType.HCALCS)
_EXPECTED: Final[Mapping[str, tuple[DeviceType, ...]]] = {
    "esme_variant": (DeviceType.ESME,),
    "smets_chts_version": (*_METERS, DeviceType.PPMID, DeviceType.SAPC),
    "gbcs_version": (*_METERS, DeviceType.PPMID, DeviceType.SAPC),
    "cpa_certificate": _METERS,
    "zigbee_certificate": (*_METERS, DeviceType.PPMID),
    "dlms_certificate": (DeviceType.ESME,),
}
"""What entries of these types usually have."""


class ListedFactMissing(Check):
    """A new entry usually names its versions of SMETS or CHTS and of GBCS, and the certificates of its device type."""

    name = "listed-fact-missing"
    clause = clauses.LIST
    blocking = False
    kinds = frozenset({Kind.NEW_ENTRY})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Each that is blank; the variant only of a Device Model that has none on the list."""
        for field, types in _EXPECTED.items():
            known = subject.known_model if field == "esme_variant" else None
            blank = field not in subject.values and field not in subject.unreadable
            if subject.device_type in types and blank and not (known and known.esme_variant and subject.sees_model):
                message = f"No {words(field)} is given; {a(subject.device_type)} usually has one."
                yield Finding(field, message, f"Give the {words(field)}, or say why there is none.", field)


class DlmsOnlyOnEsme(Check):
    """A DLMS certificate is that of an ESME."""

    name = "dlms-only-on-esme"
    clause = clauses.LIST
    blocking = False
    kinds = frozenset({Kind.NEW_ENTRY, Kind.CORRECTION})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """A DLMS certificate beside another device type."""
        number = subject.values.get("dlms_certificate")
        if number and subject.device_type not in ("", DeviceType.ESME):
            message = f"A DLMS certificate is given for {a(subject.device_type)}; only ESME has one."
            yield Finding("dlms_certificate", message, "Check the certificate and the device type.", number)


class SpecificationNotInUse(Check):
    """Versions of SMETS, CHTS and GBCS are among those in use, where SECAS keeps a list of them."""

    name = "specification-not-in-use"
    clause = clauses.QUALITY
    blocking = False
    kinds = _WITH_VERSIONS

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Each version that is not on the configured list."""
        for field, (what, setting) in _VERSIONS.items():
            said, known = subject.values.get(field), getattr(settings, setting)
            if said and known and said not in known:
                message = f"“{shown(said)}” is not among the versions of {what} in use."
                yield Finding(field, message, f"Check it; in use are {together(known)}.", together_key(said, *known))


class SpecificationUnlikeOthers(Check):
    """Versions of SMETS, CHTS and GBCS are of the family of those its Device Model has, and not older than all."""

    name = "specification-unlike-others"
    clause = clauses.QUALITY
    blocking = False
    kinds = _WITH_VERSIONS

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Each version of another family than all others, or older than each of them."""
        for field in _VERSIONS:
            said = str(subject.values.get(field, ""))
            others = {value: entry for entry in subject.siblings() if (value := getattr(entry, field))}
            if said and others and (why := _departs(said, others)):
                message = f"The {words(field)} {shown(said)} {why} ({together(map(shown, others))})."
                yield Finding(field, message, f"Check the {words(field)}.", together_key(said, *sorted(others)))


class EntryRemoved(Check):
    """What is said of an entry that has left the list is kept beside it; it does not bring the entry back."""

    name = "entry-removed"
    clause = clauses.RECORD
    blocking = False
    kinds = frozenset({Kind.INFORMATION, Kind.CORRECTION, Kind.HASH, Kind.PATHWAY, Kind.WITHDRAWAL})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """An entry that has been removed."""
        entry = subject.entry
        if entry and entry.is_removed:
            message = f"{entry} was removed from the list on {shown(entry.removed_on)}."
            yield Finding("entry", message, "Check that this is the entry you mean.", str(entry))


class AnotherIsOpen(Check):
    """Two submissions of one kind for one entry are looked at together: the later one would undo the earlier."""

    name = "another-is-open"
    clause = clauses.LIST
    blocking = False
    kinds = frozenset({Kind.INFORMATION, Kind.CORRECTION, Kind.PATHWAY})
    hidden = False

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Other submissions of the kind for the same entry that are with SECAS."""
        for other in subject.others_of_entry():
            if subject.sees_other(other) is not self.hidden:
                message = f"{other.reference} is open too, of the same kind and for the same entry."
                yield Finding("entry", message, f"Compare with {other.reference}.", other.reference)


class AnotherIsOpenUnseen(AnotherIsOpen):
    """The same where the author may not see the other submission."""

    name = "another-is-open-unseen"
    confidential = True
    hidden = True


def _departs(said: str, others: Mapping[str, CPLEntry]) -> str:
    family, numbers = _parts(said)
    known = [_parts(other) for other in others]
    if family and all(theirs and theirs != family for theirs, _ in known):
        return "is of another kind than those of the other versions of this Device Model"
    if numbers and all(theirs > numbers for _, theirs in known if theirs) and any(theirs for _, theirs in known):
        return "is older than those of all other versions of this Device Model"
    return ""


def _parts(version: str) -> tuple[str, tuple[int, ...]]:
    """The family and the numbers: 'SMETS V5.1' is SMETS and 5, 1."""
    letters = re.sub(r"\b(?:version|v)(?=[\s.\d]|$)", "", version.casefold())
    family = "".join(re.findall(r"[a-z]{3,}", letters))
    return family, tuple(int(number) for number in re.findall(r"[0-9]{1,9}", _after_family(version)))


def _after_family(version: str) -> str:
    """Without the number that is part of a name: SMETS2 V4.2 has the version 4.2."""
    return re.sub(r"(?i)(?:smets|chts|gbcs)[12](?=\s)", "", version)


CHECKS: Final[tuple[Check, ...]] = (
    ListedFactMissing(),
    DlmsOnlyOnEsme(),
    SpecificationNotInUse(),
    SpecificationUnlikeOthers(),
    EntryRemoved(),
    AnotherIsOpen(),
    AnotherIsOpenUnseen(),
)
