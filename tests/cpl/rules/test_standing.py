"""Who may still have something published: as of now, not as of when it was submitted."""

import pytest

from accounts.models import Party
from cpl.choices import Confirmation, StepKind
from cpl.models import Manufacturer, Submission
from tests.cpl.rules.cases_blocking import contact, correction, hash_of, removal
from tests.cpl.rules.world import ADDED_MODEL, HASH, Kind, World, found

CHECK = "party-may-not-submit"


def pass_on(world: World, submission: Submission, to: str = "Kestrel") -> None:
    """The manufacturer becomes another Party's."""
    party = Party.objects.get(name__startswith=to)
    Manufacturer.objects.filter(submissions=submission).update(party=party)


def test_what_a_former_party_of_the_manufacturer_said_is_neither_accepted_nor_published(world: World) -> None:
    submission = correction(world, gbcs_version="4.1")
    assert found(submission, CHECK) == []
    pass_on(world, submission)
    [problem] = found(submission, CHECK)
    assert problem.blocks(StepKind.ACCEPT)
    assert problem.blocks(StepKind.PUBLISH)
    assert "Northmoor Metering Ltd does not speak for this manufacturer" in problem.message


def test_what_a_closed_party_said_is_not_published(world: World) -> None:
    submission = contact(world, contact_team="Upgrades desk")
    Party.objects.filter(pk=submission.party_id).update(is_active=False)
    [problem] = found(submission, CHECK)
    assert "is closed in the portal" in problem.message


def test_secas_removes_and_corrects_whoever_the_manufacturer_is(world: World) -> None:
    submission = removal(world)
    pass_on(world, submission)
    assert found(submission, CHECK) == []
    corrected = world.ask(Kind.CORRECTION, {"reason": "Wrong."}, by=world.cast.moderator, entry=world.list.recommended)
    assert found(corrected, CHECK) == []


def test_secas_submits_nothing_else(world: World) -> None:
    assert found(world.ask(Kind.WITHDRAWAL, {}, by=world.cast.moderator, entry=world.list.second), CHECK)


@pytest.mark.parametrize("kind", [Kind.HASH, Kind.ADDED_MODEL])
def test_of_anybodys_product_the_manufacturer_of_today_must_have_confirmed(world: World, kind: Kind) -> None:
    content = {"firmware_hash": HASH} if kind == Kind.HASH else ADDED_MODEL
    submission = world.ask(kind, content, entry=world.list.recommended)
    assert submission.confirmation == Confirmation.NOT_NEEDED
    assert found(submission, "manufacturer-not-heard") == []
    pass_on(world, submission)
    [problem] = found(submission, "manufacturer-not-heard")
    assert "when it is sent again, the manufacturer is asked" in problem.cure
    assert found(submission, CHECK) == []


def test_a_confirmed_hash_of_the_dcc_may_be_published(world: World) -> None:
    assert [problem for name in (CHECK, "manufacturer-not-heard") for problem in found(hash_of(world), name)] == []
