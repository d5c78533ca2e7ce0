"""Identity: what is on the list once stays one thing."""

from collections.abc import Iterator
from typing import Final

from cpl.choices import SubmissionKind
from cpl.models import CPLEntry
from cpl.readings.words import normalise
from cpl.rules import clauses
from cpl.rules.others import CREATING, Other
from cpl.rules.problem import DECIDING_STEPS, Check, Finding
from cpl.rules.subject import Subject
from cpl.rules.words import a, shown, together

Kind = SubmissionKind


class VersionAlreadyListed(Check):
    """A Device Model with a firmware version is on the list once, and asked for once at a time.

    Removed entries count: their version keeps its CPL Entry ID. Of two submissions the accepted one has the better
    claim, else the one submitted first.
    """

    name = "version-already-listed"
    clause = clauses.LIST
    kinds = CREATING
    hidden = False

    def find(self, subject: Subject) -> Iterator[Finding]:
        """The entry or the submission that has this Device Model with this firmware version."""
        if subject.key is None or not _version_is_known(subject):
            return
        for entry in subject.seen(subject.same_version(), hidden=self.hidden):
            yield _listed(subject, entry)
        for other in _rivals(subject):
            if subject.sees_other(other) is not self.hidden:
                yield _asked_for(subject, other)


class VersionListedUnseen(VersionAlreadyListed):
    """The same where the author may not see the other entry or submission: SECAS decides."""

    name = "version-already-listed-unseen"
    confidential = True
    stops = DECIDING_STEPS
    hidden = True


class ModelOfAnotherMaker(Check):
    """A Device Model has one manufacturer: a new entry names no Device Model that is another's."""

    name = "model-of-another-maker"
    clause = clauses.LIST
    kinds = CREATING
    hidden = False

    def find(self, subject: Subject) -> Iterator[Finding]:
        """The Device Model on the list, or in another submission, under another manufacturer."""
        if subject.key is None:
            return
        code, joined = subject.key
        cure = "Check manufacturer identifier and Device Model."
        model = subject.known_model
        if model and model.manufacturer_id != subject.maker and subject.sees_model is not self.hidden:
            message = f"The Device Model {code} {joined} is listed as one of {model.manufacturer}."
            yield Finding("device_model", message, cure, f"{code}-{joined}")
        for other in _of_another_maker(subject):
            if subject.sees_other(other) is not self.hidden:
                message = f"{other.reference} asks for the Device Model {code} {joined} for another manufacturer."
                yield Finding("device_model", message, cure, other.reference)


class ModelOfAnotherMakerUnseen(ModelOfAnotherMaker):
    """The same where the author may not see that Device Model or submission: SECAS decides."""

    name = "model-of-another-maker-unseen"
    confidential = True
    stops = DECIDING_STEPS
    hidden = True


class ModelContradicted(Check):
    """A new entry agrees with the list on its Device Model: device type, ESME variant and model name."""

    name = "model-contradicted"
    clause = clauses.CERTIFICATES
    kinds = CREATING
    hidden = False

    def find(self, subject: Subject) -> Iterator[Finding]:
        """Each of the three that is given otherwise than on the list; a name may be any that is listed."""
        model = subject.known_model
        if model is None or subject.sees_model is self.hidden or model.manufacturer_id != subject.maker:
            return
        for field, known in (("device_type", model.device_type), ("esme_variant", model.esme_variant)):
            if (said := subject.values.get(field)) and known and said != known:
                yield _contradicts(field, said, known)
        names = {model.name, *(entry.model_name for entry in subject.siblings())} - {""}
        said = subject.values.get("model_name")
        if said and normalise(said) not in {normalise(name) for name in names}:
            yield _contradicts("model_name", said, together(names))


class ModelContradictedUnseen(ModelContradicted):
    """The same where the author may not see that Device Model: SECAS decides."""

    name = "model-contradicted-unseen"
    confidential = True
    stops = DECIDING_STEPS
    hidden = True


class AddedModelKnown(Check):
    """A Device Model that is added under a certificate is not on the list yet."""

    name = "added-model-known"
    clause = clauses.LIST
    kinds = frozenset({Kind.ADDED_MODEL})
    hidden = False

    def find(self, subject: Subject) -> Iterator[Finding]:
        """The Device Model, where it has entries already."""
        model = subject.known_model
        if model and model.manufacturer_id == subject.maker and subject.sees_model is not self.hidden:
            message = f"The Device Model {model.identifier.code} {model.duis_model} is on the list already: {model}."
            cure = "Send a new CPL Entry for another version of it, or correct the Device Model."
            yield Finding("device_model", message, cure, model.duis_model)


class AddedModelKnownUnseen(AddedModelKnown):
    """The same where the author may not see that Device Model: SECAS decides."""

    name = "added-model-known-unseen"
    confidential = True
    stops = DECIDING_STEPS
    hidden = True


class CertificateToRelyOn(Check):
    """A Device Model is added under a certificate of an entry on the list, for the same type of device."""

    name = "certificate-to-rely-on"
    clause = clauses.CERTIFICATES
    kinds = frozenset({Kind.ADDED_MODEL})

    def find(self, subject: Subject) -> Iterator[Finding]:
        """An entry without certificate, one that was removed, or one of another type."""
        entry = subject.entry
        if entry is None:
            return
        if not any(getattr(entry, name) for name in _CERTIFICATES):
            yield Finding(
                "entry",
                f"No certificate is listed for {entry}, so no Device Model can be added under it.",
                "Choose an entry that has one, or have the certificate of this one corrected first.",
                str(entry),
            )
        if entry.is_removed:
            message = f"{entry} has been removed from the list, so no Device Model can be added under its certificate."
            yield Finding("entry", message, "Choose an entry that is on the list.", f"{entry}:removed")
        if subject.device_type and subject.device_type != entry.device_type:
            message = f"The certificate of {entry} is for {a(entry.device_type)}, not for {a(subject.device_type)}."
            cure = "Correct the device type, or choose an entry of that type."
            yield Finding("device_type", message, cure, subject.device_type)


_CERTIFICATES: Final = ("cpa_certificate", "zigbee_certificate", "dlms_certificate")


def _version_is_known(subject: Subject) -> bool:
    """A blank version counts for Type 2 alone: elsewhere it is missing, which is another matter."""
    return bool(subject.firmware_version) or (subject.is_type_2 and "firmware_version" not in subject.unreadable)


def _rivals(subject: Subject) -> Iterator[Other]:
    """Other submissions that want the same and have the better claim."""
    for other in subject.others_of_model():
        if other.version == subject.firmware_version and other.is_ahead_of(subject.submission):
            yield other


def _of_another_maker(subject: Subject) -> Iterator[Other]:
    for other in subject.others_of_model():
        # The very same version is told as such.
        differs = other.maker != subject.maker and other.version != subject.firmware_version
        if differs and other.is_ahead_of(subject.submission):
            yield other


def _listed(subject: Subject, entry: CPLEntry) -> Finding:
    removed = f"; it was removed on {shown(entry.removed_on)}" if entry.is_removed else ""
    what = f"firmware version {entry.firmware_version}" if entry.firmware_version else "no firmware version"
    return Finding(
        "firmware_version" if entry.firmware_version else "device_model",
        f"This Device Model with {what} is on the list already, as {entry}{removed}.",
        f"Correct the Device Model or the firmware version, or say what you have to say of {entry}.",
        str(entry),
    )


def _asked_for(subject: Subject, other: Other) -> Finding:
    return Finding(
        "firmware_version" if subject.firmware_version else "device_model",
        f"{other.reference} asks for the same Device Model and firmware version, and has the better claim.",
        f"Cancel one of the two, or correct the Device Model or the firmware version. See {other.reference}.",
        other.reference,
    )


def _contradicts(field: str, said: str, known: str) -> Finding:
    what = {"device_type": "device type", "esme_variant": "ESME variant", "model_name": "model name"}[field]
    return Finding(
        field,
        f"The {what} is given as {shown(said)}; on the list this Device Model has {known}.",
        f"Write it as on the list, or check the Device Model. If the list is wrong, send a correction of the {what} "
        "first."
        if field == "model_name"
        else "Write it as on the list, or check manufacturer identifier and Device Model.",
        said,
    )


CHECKS: Final[tuple[Check, ...]] = (
    VersionAlreadyListed(),
    VersionListedUnseen(),
    ModelOfAnotherMaker(),
    ModelOfAnotherMakerUnseen(),
    ModelContradicted(),
    ModelContradictedUnseen(),
    AddedModelKnown(),
    AddedModelKnownUnseen(),
    CertificateToRelyOn(),
)
