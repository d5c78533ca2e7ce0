"""For each advising check a submission in which it finds something, and a near one in which it does not."""

import hashlib
from datetime import date, timedelta

from django.utils import timezone

from cpl.identifiers import reverse_bytes
from cpl.models import CPLEntry, ManufacturerIdentifier, Submission
from tests.cpl.rules.cases_blocking import Case, contact, correction, hash_of, pathway
from tests.cpl.rules.world import HASH, Kind, State, World, written
from tests.factories import make_entry, make_model

EMPTY = hashlib.sha256().hexdigest()


def own_entries(world: World, *versions: str, model: str = "77E1") -> None:
    """Versions of another Device Model of Northmoor."""
    made = make_model(name="Ember X9", model_identifier=model)
    for version in versions:
        make_entry(made, version, firmware_label=f"L{version}")


def of_x9(world: World, **content: str) -> Submission:
    """A new version of that other Device Model."""
    return world.new_entry(device_model="77E1030D", model_name="Ember X9", **content)


def labelled(world: World, label: str) -> Submission:
    """A label beside a version that is labelled L01020304."""
    own_entries(world, "01020304")
    return of_x9(world, firmware_label=label)


def coded(world: World, version: str) -> Submission:
    """A version beside two that have a letter in the third byte only."""
    own_entries(world, "09030A07", "10030B08")
    return of_x9(world, firmware_version=version)


def reversed_hash(world: World) -> Submission:
    """The hash of an entry with its bytes reversed."""
    make_entry(world.list.ember, "01050000", firmware_hash=HASH)
    return hash_of(world, value=reverse_bytes(HASH))


def hash_seen_elsewhere(world: World, audience: str = "all_parties") -> Submission:
    """The hash of another entry of the Ember."""
    make_entry(world.list.ember, "01050000", firmware_hash=HASH, audience=audience)
    return hash_of(world)


def two_open(world: World, *, others: bool) -> Submission:
    """A correction while SECAS has another one for the entry, from the DCC or from Northmoor itself."""
    by = world.cast.submitter if others else world.cast.manufacturer
    content = {"gbcs_version": "4.0", "reason": "Mistyped."}
    # Of its own products Northmoor sees what others submit; so here the DCC is the one who must not know.
    world.ask(Kind.CORRECTION, content, by=by, entry=world.list.recommended, state=State.SUBMITTED)
    return correction(world, gbcs_version="4.1")


def unseen_open(world: World) -> Submission:
    """The DCC says something of an entry while Northmoor has told SECAS something too."""
    entry, content = world.list.test_version, {"stage_answer": "decline"}
    world.ask(Kind.INFORMATION, content, entry=entry, state=State.SUBMITTED)
    return world.ask(Kind.INFORMATION, content, by=world.cast.submitter, entry=entry)


def of_entry(world: World, kind: Kind, entry: CPLEntry, **content: str) -> Submission:
    """Something that Northmoor says of this entry."""
    return world.ask(kind, content, entry=entry)


def released(world: World, day: date) -> Submission:
    """Information with a release date on an entry published on 27 October 2025."""
    return world.information(release_date_answer="give", release_date=written(day))


def shared_code(world: World) -> Submission:
    """Northmoor uses the identifier of Kestrel."""
    return world.new_entry(manufacturer_identifier="7A03", device_model="99990101")


def new_code(world: World) -> Submission:
    """Northmoor uses an identifier that nobody has."""
    return world.new_entry(manufacturer_identifier="7AFF", device_model="99990101")


def reversed_code(world: World) -> Submission:
    """Northmoor writes its identifier 7A01 from the back."""
    return world.new_entry(manufacturer_identifier="017A", device_model="99990101")


def certificate(world: World, days: int) -> Submission:
    """A certificate that stands for so many days from today."""
    return world.new_entry(cpa_date=written(timezone.localdate() + timedelta(days=days)))


def after_later_release(world: World, day: str) -> Submission:
    """A version released on that day, after one that was released on 28 January 2025."""
    return world.new_entry(release_date_answer="give", release_date=day)


def known_code(world: World) -> Submission:
    """Northmoor is known to use 7AFF."""
    world.northmoor.identifiers.add(ManufacturerIdentifier.objects.create(code="7AFF"))
    return new_code(world)


def with_link(world: World, link: str) -> Submission:
    """A link to the portal."""
    return world.information(portal_link_answer="give", portal_link=link)


def with_cve(world: World, text: str) -> Submission:
    """A text on vulnerabilities."""
    return world.information(vulnerabilities_answer="give", vulnerabilities=text)


def other_model_before(world: World) -> Submission:
    """The Ember is said to come after a version of another Device Model."""
    own_entries(world, "01050600")
    return world.new_entry(predecessors=str(CPLEntry.objects.get(firmware_version="01050600")))


def withdrawn_before(world: World) -> Submission:
    """A version that comes after a removed one and a test version alone."""
    return world.new_entry(predecessors="CPL-001048, CPL-001077")


CASES: dict[str, Case] = {
    "made-by-spreadsheet": Case(
        lambda world: world.new_entry(manufacturer_identifier="7000", device_model="99990101"),
        "manufacturer_identifier",
        lambda world: world.new_entry(manufacturer_identifier="7001", device_model="99990101"),
    ),
    "identifier-of-another-maker": Case(shared_code, "manufacturer_identifier", new_code),
    "identifier-new": Case(new_code, "manufacturer_identifier", known_code),
    "identifier-reversed": Case(reversed_code, "manufacturer_identifier", new_code),
    "model-reversed": Case(
        lambda world: world.new_entry(device_model="0B8B030D"),
        "device_model",
        lambda world: world.new_entry(device_model="0B8C030D"),
    ),
    "version-implausible": Case(
        lambda world: world.new_entry(firmware_version="FFFFFFFF"), "firmware_version", World.new_entry
    ),
    "version-reversed": Case(
        lambda world: world.new_entry(firmware_version="05060401"),
        "firmware_version",
        lambda world: world.new_entry(firmware_version="05060402"),
    ),
    "version-of-another-model": Case(
        lambda world: of_x9(world, firmware_version="01040605"), "firmware_version", World.new_entry
    ),
    "coding-unlike-others": Case(
        lambda world: coded(world, "0A040C05"), "firmware_version", lambda world: coded(world, "11040C05")
    ),
    "label-of-another-version": Case(
        lambda world: labelled(world, "l 01020304"),
        "firmware_label",
        lambda world: labelled(world, "L2"),
    ),
    "hash-repeated": Case(hash_seen_elsewhere, "firmware_hash", hash_of),
    "hash-repeated-unseen": Case(
        lambda world: hash_seen_elsewhere(world, audience="named_parties"), "firmware_hash", hash_seen_elsewhere
    ),
    "hash-reversed": Case(reversed_hash, "firmware_hash", hash_of),
    "hash-implausible": Case(lambda world: hash_of(world, value=EMPTY), "firmware_hash", hash_of),
    "listed-fact-missing": Case(
        lambda world: world.new_entry(zigbee_certificate=None), "zigbee_certificate", World.new_entry
    ),
    "dlms-only-on-esme": Case(lambda world: world.new_entry(device_type="GSME"), "dlms_certificate", World.new_entry),
    "specification-not-in-use": Case(
        lambda world: world.new_entry(gbcs_version="9.9"), "gbcs_version", World.new_entry
    ),
    "specification-unlike-others": Case(
        lambda world: world.new_entry(gbcs_version="3.2"),
        "gbcs_version",
        lambda world: world.new_entry(gbcs_version="4.10"),
    ),
    "entry-removed": Case(
        lambda world: of_entry(world, Kind.INFORMATION, world.list.removed, stage_answer="decline"),
        "entry",
        lambda world: of_entry(world, Kind.INFORMATION, world.list.second, stage_answer="decline"),
    ),
    "another-is-open": Case(
        lambda world: two_open(world, others=True), "entry", lambda world: correction(world, gbcs_version="4.1")
    ),
    "another-is-open-unseen": Case(unseen_open, "entry", lambda world: two_open(world, others=False)),
    "certificate-date-close": Case(
        lambda world: certificate(world, 300), "cpa_date", lambda world: certificate(world, 400)
    ),
    "released-after-publication": Case(
        lambda world: released(world, date(2025, 10, 28)),
        "release_date",
        lambda world: released(world, date(2025, 10, 27)),
    ),
    "released-long-ago": Case(
        lambda world: released(world, date(2015, 10, 27)),
        "release_date",
        lambda world: released(world, date(2024, 10, 27)),
    ),
    "answers-at-odds": Case(
        lambda world: world.information(stage="test", urgency="urgent"),
        "urgency",
        lambda world: world.information(stage="production", urgency="urgent"),
    ),
    "vulnerability-unreadable": Case(
        lambda world: with_cve(world, "Mends CVE-2026-12 and a CVE to come."),
        "vulnerabilities",
        lambda world: with_cve(world, "Mends cve-2026-12345 and a CVE to come."),
    ),
    "link-not-encrypted": Case(
        lambda world: with_link(world, "http://portal.northmoor.example"),
        "portal_link",
        lambda world: with_link(world, "https://portal.northmoor.example"),
    ),
    "predecessor-of-another-model": Case(other_model_before, "predecessors", World.new_entry),
    "only-ended-predecessors": Case(
        withdrawn_before,
        "predecessors",
        lambda world: world.new_entry(predecessors="CPL-001048, CPL-001072"),
    ),
    "predecessor-released-later": Case(
        lambda world: after_later_release(world, "27/01/2025"),
        "predecessors",
        lambda world: after_later_release(world, "29/01/2025"),
    ),
    "pathway-taken-back": Case(
        lambda world: pathway(world, world.list.recommended, "", "not_provided"),
        "pathway_state",
        lambda world: pathway(world, world.list.test_version, "", "not_provided"),
    ),
    "contact-known": Case(
        lambda world: contact(world, contact_team="New desk", contact_telephone="020 7946 0545"),
        "contact_telephone",
        lambda world: contact(world, contact_team="New desk", contact_telephone="020 7946 0546"),
    ),
    "contact-looks-personal": Case(
        lambda world: contact(world, contact_email="jo@Gmail.com"),
        "contact_email",
        lambda world: contact(world, contact_email="jo@northmoor.example"),
    ),
    "contact-for-consumers": Case(
        lambda world: contact(world, contact_telephone="0800 123 4567"),
        "contact_telephone",
        lambda world: contact(world, contact_telephone="020 7946 0999"),
    ),
}
