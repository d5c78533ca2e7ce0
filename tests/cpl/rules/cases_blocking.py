"""For each blocking check a submission in which it finds something, and a near one in which it does not."""

from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from accounts.models import Party
from cpl.choices import Confirmation
from cpl.models import Contact, CPLEntry, FirmwareInformation, Manufacturer, Submission
from cpl.rules.examples import EXAMPLES
from tests.cpl.rules.world import ADDED_MODEL, HASH, NEW_ENTRY, OTHER_HASH, Kind, State, World
from tests.factories import make_entry, make_model

Build = Callable[[World], Submission]


class Case(NamedTuple):
    """A submission at fault, the field that mends it, and a submission without that fault."""

    finds: Build
    field: str
    silent: Build


def removal(world: World, entry: CPLEntry | None = None, **content: str) -> Submission:
    """A removal by SECAS."""
    given = {"reason": "At the Panel's direction", "reference": "SECP-1", **content}
    return world.ask(Kind.REMOVAL, given, by=world.cast.moderator, entry=entry or world.list.baseline)


def withdrawal(world: World, entry: CPLEntry | None = None, **content: str) -> Submission:
    """A withdrawal by Northmoor."""
    return world.ask(Kind.WITHDRAWAL, {"reason": "It stops the clock.", **content}, entry=entry or world.list.second)


def correction(world: World, **content: str) -> Submission:
    """A correction of the recommended entry."""
    return world.ask(Kind.CORRECTION, {"reason": "Mistyped.", **content}, entry=world.list.recommended)


def hash_of(world: World, entry: CPLEntry | None = None, value: str = HASH) -> Submission:
    """A hash from the DCC."""
    given = {"firmware_hash": value} if value else {}
    return world.ask(Kind.HASH, given, by=world.cast.submitter, entry=entry or world.list.test_version)


def pathway(world: World, entry: CPLEntry, named: str, state: str = "these_entries") -> Submission:
    """A pathway from Northmoor."""
    return world.ask(Kind.PATHWAY, {"pathway_state": state, "predecessors": named}, entry=entry)


def contact(world: World, *, changes: Contact | None = None, **content: str) -> Submission:
    """A contact of Northmoor."""
    return world.ask(Kind.CONTACT, content, contact=changes)


def passed_on(world: World) -> Submission:
    """Northmoor asked for a new entry; then its manufacturer became Kestrel's."""
    submission = world.new_entry()
    Manufacturer.objects.filter(submissions=submission).update(party=Party.objects.get(name__startswith="Kestr"))
    return submission


def another_maker(world: World) -> Submission:
    """Northmoor names Kestrel's Device Model."""
    return world.new_entry(manufacturer_identifier="7A03", device_model="406F0811", device_type="GSME")


def unseen_model(world: World) -> None:
    """A Device Model of Northmoor of which only Ashdown may see anything."""
    make_entry(make_model(name="Ember Secret", model_identifier="5EC1"), "0DECAF03", audience="named_parties")


def named_by_reference(world: World, state: State = State.SUBMITTED) -> Submission:
    """A version that comes after one that is still asked for."""
    before = world.with_secas(world.new_entry(firmware_version="01050606"), state)
    return world.new_entry(predecessors=before.reference)


def circle(world: World) -> Submission:
    """The baseline is said to come after the version that comes after it."""
    return pathway(world, world.list.baseline, "CPL-001072")


def circle_unseen(world: World) -> Submission:
    """The DCC closes a circle through an entry that only its maker and Ashdown see."""
    hidden = make_entry(world.list.ember, "0DECAF09", after=[world.list.baseline], audience="named_parties")
    last = make_entry(world.list.ember, "01050600", cpl_entry_id="CPL-7001", after=[hidden])
    content = {"pathway_state": "these_entries", "predecessors": str(last)}
    return world.ask(Kind.PATHWAY, content, by=world.cast.submitter, entry=world.list.baseline)


def twice_by_others(world: World) -> Submission:
    """The DCC gives a hash that Northmoor has asked SECAS to publish already."""
    world.ask(Kind.HASH, {"firmware_hash": HASH}, entry=world.list.test_version, state=State.SUBMITTED)
    return hash_of(world, value=OTHER_HASH)


def two_contacts(world: World) -> tuple[Contact, dict[str, str]]:
    """A second contact of Northmoor, and the details of the first."""
    desk = Contact.objects.get(team="Firmware desk")
    second = Contact.objects.create(manufacturer=world.northmoor, team="Night desk")
    return second, {
        "contact_team": desk.team,
        "contact_email": desk.email,
        "contact_telephone": desk.telephone,
    }


def contact_becomes(world: World, by: str = "manufacturer") -> Submission:
    """The second contact is changed into the first."""
    second, details = two_contacts(world)
    if by == "submitter":
        Contact.objects.filter(team="Firmware desk").update(audience="named_parties")
    return world.ask(Kind.CONTACT, details, by=getattr(world.cast, by), contact=second)


def withdrawn(world: World) -> Submission:
    """A version that was withdrawn before."""
    FirmwareInformation.objects.filter(entry=world.list.second).update(
        withdrawn_on=date(2026, 1, 5), withdrawal_reason="It stops the clock."
    )
    return withdrawal(world)


def asked_twice(world: World) -> Submission:
    """Northmoor withdraws a version a second time while SECAS has the first."""
    world.with_secas(withdrawal(world))
    return withdrawal(world)


def version_asked_for(world: World) -> Submission:
    """Northmoor asks for a version a second time while SECAS has the first."""
    world.with_secas(world.new_entry())
    return world.new_entry()


def version_hidden(world: World) -> Submission:
    """The DCC adds a Device Model in the version that Northmoor has asked for, which it may not know."""
    world.ask(Kind.NEW_ENTRY, {**NEW_ENTRY, **ADDED_MODEL}, state=State.SUBMITTED)
    return world.added_model()


def hidden_model(world: World) -> Submission:
    """The DCC adds a Device Model of which it may see nothing."""
    unseen_model(world)
    return world.added_model(device_model="5EC1030D", firmware_version="01050608")


def other_makers_secret(world: World) -> Submission:
    """Northmoor names the Device Model of Kestrel that only Ashdown may see."""
    content = {"manufacturer_identifier": "7A03", "device_model": "5EC00101", "device_type": "GSME"}
    return world.new_entry(**content, esme_variant=None)


def heard(world: World, state: Confirmation) -> Submission:
    """A hash from the DCC that the manufacturer has answered so."""
    made = hash_of(world)
    made.confirmation = state
    return made


CASES: dict[str, Case] = {
    "target-missing": Case(lambda world: world.ask(Kind.HASH, {"firmware_hash": HASH}), "entry", hash_of),
    "unreadable": Case(lambda world: world.new_entry(firmware_version="10.7"), "firmware_version", World.new_entry),
    "identity-missing": Case(
        lambda world: world.new_entry(firmware_version=None),
        "firmware_version",
        lambda world: world.new_entry(device_type="IHD", firmware_version=None),
    ),
    "reason-missing": Case(lambda world: correction(world, reason=" "), "reason", correction),
    "reference-missing": Case(lambda world: removal(world, reference=""), "reference", removal),
    "hash-missing": Case(lambda world: hash_of(world, value=""), "firmware_hash", hash_of),
    "variant-only-on-esme": Case(lambda world: world.new_entry(device_type="GSME"), "esme_variant", World.new_entry),
    "cpa-date-incomplete": Case(
        lambda world: world.new_entry(cpa_date_kind=None),
        "cpa_date_kind",
        lambda world: world.new_entry(cpa_date_kind=None, cpa_date=None),
    ),
    "says-nothing": Case(
        lambda world: world.information(stage_answer="later"),
        "notes",
        lambda world: world.information(stage_answer="decline"),
    ),
    "answer-contradicts-itself": Case(
        lambda world: world.information(stage_answer="decline", stage="test"),
        "stage",
        lambda world: world.information(stage_answer="give", stage="test"),
    ),
    "pathway-contradicts-itself": Case(
        lambda world: pathway(world, world.list.test_version, "CPL-001072", "not_applicable"),
        "pathway_state",
        lambda world: pathway(world, world.list.test_version, "CPL-001072"),
    ),
    "example-not-edited": Case(
        lambda world: world.information(notes_answer="give", notes=EXAMPLES[0].text),
        "notes",
        lambda world: world.information(notes_answer="give", notes="Baseline version since June 2026 [1]."),
    ),
    "version-already-listed": Case(
        lambda world: world.new_entry(firmware_version="01040605"), "firmware_version", World.new_entry
    ),
    "version-already-listed-unseen": Case(version_hidden, "firmware_version", version_asked_for),
    "model-of-another-maker": Case(another_maker, "device_model", World.new_entry),
    "model-of-another-maker-unseen": Case(other_makers_secret, "device_model", another_maker),
    "model-contradicted": Case(
        lambda world: world.new_entry(model_name="Ember X500"),
        "model_name",
        lambda world: world.new_entry(model_name="EMBER  X-495"),
    ),
    "model-contradicted-unseen": Case(hidden_model, "model_name", World.added_model),
    "added-model-known": Case(
        lambda world: world.added_model(device_model="8B0B030D"), "device_model", World.added_model
    ),
    "added-model-known-unseen": Case(hidden_model, "device_model", World.added_model),
    "certificate-to-rely-on": Case(
        lambda world: world.added_model(entry=world.list.baseline), "entry", World.added_model
    ),
    "hash-is-final": Case(lambda world: hash_of(world, world.list.second), "firmware_hash", hash_of),
    "no-version-to-hash": Case(
        lambda world: world.new_entry(device_type="IHD", firmware_version=None),
        "firmware_hash",
        lambda world: world.new_entry(device_type="IHD", firmware_version=None, firmware_hash=None),
    ),
    "predecessor-unknown": Case(
        lambda world: world.new_entry(predecessors="CPL-009999"), "predecessors", World.new_entry
    ),
    "predecessor-of-another-maker": Case(
        lambda world: world.new_entry(predecessors="CPL-002001"), "predecessors", World.new_entry
    ),
    "pathway-to-itself": Case(
        lambda world: pathway(world, world.list.baseline, "CPL-001045"),
        "predecessors",
        lambda world: pathway(world, world.list.baseline, "CPL-001050"),
    ),
    "pathway-in-a-circle": Case(
        circle, "predecessors", lambda world: pathway(world, world.list.recommended, "CPL-001045")
    ),
    "pathway-in-a-circle-unseen": Case(circle_unseen, "predecessors", circle),
    "predecessor-not-accepted": Case(
        named_by_reference, "predecessors", lambda world: named_by_reference(world, State.ACCEPTED)
    ),
    "predecessor-in-another-issue": Case(
        lambda world: named_by_reference(world, State.ACCEPTED), "predecessors", World.new_entry
    ),
    "correction-changes-nothing": Case(
        lambda world: correction(world, gbcs_version="4.2"),
        "model_name",
        lambda world: correction(world, gbcs_version="4.1"),
    ),
    "pathway-changes-nothing": Case(
        lambda world: pathway(world, world.list.test_version, "", "not_provided"),
        "pathway_state",
        lambda world: pathway(world, world.list.recommended, "CPL-001050"),
    ),
    "already-withdrawn": Case(withdrawn, "entry", withdrawal),
    "already-removed": Case(lambda world: removal(world, world.list.removed), "entry", removal),
    "removed-before-published": Case(
        lambda world: removal(world, removed_on="09/07/2022"),
        "removed_on",
        lambda world: removal(world, removed_on="10/07/2022"),
    ),
    "asked-for-twice": Case(asked_twice, "reason", withdrawal),
    "asked-for-twice-unseen": Case(twice_by_others, "firmware_hash", asked_twice),
    "contact-becomes-another": Case(
        contact_becomes, "contact_team", lambda world: contact(world, contact_team="Firmware desk")
    ),
    "contact-becomes-another-unseen": Case(
        lambda world: contact_becomes(world, "submitter"), "contact_team", contact_becomes
    ),
    "party-may-not-submit": Case(passed_on, "manufacturer", World.new_entry),
    "manufacturer-not-heard": Case(
        lambda world: heard(world, Confirmation.WAITING),
        "manufacturer",
        lambda world: heard(world, Confirmation.CONFIRMED),
    ),
}
