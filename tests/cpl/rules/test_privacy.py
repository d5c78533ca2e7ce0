"""No message tells its author of what they may not see."""

import json

import pytest

from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import Membership, Party, User
from cpl.models import Contact, CPLEntry, Submission
from cpl.querysets import manufacturers_of
from cpl.rules import problems_of
from tests.cpl.rules.cases_blocking import Case, pathway
from tests.cpl.rules.test_each_check import EVERY_CASE
from tests.cpl.rules.world import HASH, NEW_ENTRY, Kind, State, World, found
from tests.factories import make_entry, make_model, make_user


@EVERY_CASE
def test_messages_for_the_author_name_no_record_hidden_from_them(world: World, name: str, case: Case) -> None:
    submission = case.finds(world)
    author = submission.created_by
    assert author is not None
    hidden = CPLEntry.objects.exclude(pk__in=CPLEntry.objects.visible_to(author).values("pk"))
    others = Submission.objects.exclude(pk__in=Submission.objects.visible_to(author).values("pk"))
    secrets = {*map(str, hidden), *(other.reference for other in others)}

    told = json.dumps([{**one.as_json(), "detail": ""} for one in problems_of(submission) if not one.confidential])

    assert [secret for secret in sorted(secrets) if secret in told] == []


@EVERY_CASE
def test_no_problem_repeats_contact_details(world: World, name: str, case: Case) -> None:
    submission = case.finds(world)
    details = [submission.content.get(field, "") for field in ("contact_email", "contact_telephone")]
    known = [detail for contact in Contact.objects.all() for detail in (contact.email, contact.telephone)]

    told = json.dumps([one.as_json() for one in problems_of(submission)])

    assert [detail for detail in {*details, *known} - {""} if detail in told] == []


def test_an_address_that_cannot_be_read_is_not_repeated(world: World) -> None:
    [problem] = found(world.ask(Kind.CONTACT, {"contact_email": "jo at northmoor"}), "unreadable")

    assert "jo at northmoor" not in json.dumps(problem.as_json())


def test_a_hidden_previous_entry_reads_as_one_that_does_not_exist(world: World) -> None:
    def told(named: str) -> list[str]:
        submission = world.ask(
            Kind.PATHWAY,
            {"pathway_state": "these_entries", "predecessors": named},
            by=world.cast.submitter,
            entry=world.list.test_version,
        )
        return [one.message.replace(named, "X") + one.cure for one in problems_of(submission)]

    hidden = make_entry(world.list.ember, "01000001", audience="named_parties")

    assert told(str(hidden)) == told("CPL-555555")


def test_the_maker_may_name_its_own_restricted_entry(world: World) -> None:
    assert found(world.new_entry(predecessors=str(world.list.restricted)), "predecessor-unknown") == []


def test_a_competitors_draft_is_unknown(world: World) -> None:
    draft = world.new_entry()

    submission = world.ask(
        Kind.PATHWAY,
        {"pathway_state": "these_entries", "predecessors": draft.reference},
        by=world.cast.competitor,
        maker=world.kestrel,
        entry=CPLEntry.objects.get(cpl_entry_id="CPL-002001"),
    )

    assert [one.message for one in found(submission, "predecessor-unknown")] == [
        f"No previous entry {draft.reference} is known."
    ]


def test_a_hash_known_only_from_a_hidden_entry_is_for_secas_alone(world: World) -> None:
    make_entry(world.list.gas, "01050000", firmware_hash=HASH, audience="named_parties")

    problems = [one for one in problems_of(world.new_entry()) if one.field == "firmware_hash"]

    assert [(one.check, one.confidential) for one in problems] == [("hash-repeated-unseen", True)]


def test_a_maker_of_whom_nothing_is_visible_is_not_named(world: World) -> None:
    secret = make_model("Hidden Meters Ltd", "7ABC", name="Secret", model_identifier="0001")
    make_entry(secret, "01050000", audience="named_parties")

    [problem] = [
        one
        for one in problems_of(world.new_entry(manufacturer_identifier="7ABC", device_model="00020101"))
        if one.check.startswith("identifier-")
    ]

    assert problem.check == "identifier-new"
    assert "Hidden Meters" not in problem.message + problem.cure + problem.key
    assert "Hidden Meters Ltd" in problem.detail


def test_after_its_author_left_a_submission_is_read_with_the_eyes_of_the_party(world: World) -> None:
    submission = pathway(world, world.list.test_version, str(world.list.restricted))
    colleague = make_user("new@northmoor.example")
    Membership.objects.filter(user=world.cast.manufacturer).update(user=colleague)

    assert found(submission, "predecessor-unknown") == []


def test_an_author_who_went_to_a_competitor_takes_no_sight_of_it_along(world: World) -> None:
    secret = make_entry(world.list.gas, "01050001", audience="named_parties")
    submission = pathway(world, world.list.test_version, str(secret))
    kestrel = Membership.objects.get(user=world.cast.competitor).party
    Membership.objects.filter(user=world.cast.manufacturer).update(party=kestrel)

    assert [one.check for one in problems_of(submission) if one.field == "predecessors"] == ["predecessor-unknown"]


def test_when_everybody_left_the_party_still_knows_its_own(world: World) -> None:
    restricted = pathway(world, world.list.test_version, str(world.list.restricted))
    Membership.objects.filter(user=world.cast.manufacturer).delete()

    assert found(restricted, "predecessor-unknown") == []


def test_what_an_author_sees_by_a_role_in_another_party_is_not_told_to_colleagues(world: World) -> None:
    secret = make_entry(world.list.gas, "01050000", firmware_hash=HASH, audience="named_parties")
    join(
        user=world.cast.manufacturer, party=Party.objects.get(name__startswith="Kestrel"), role=Role.PARTY_USER, by=None
    )
    author = User.objects.get(pk=world.cast.manufacturer.pk)
    assert CPLEntry.objects.visible_to(author).filter(pk=secret.pk).exists()

    told = [one for one in problems_of(world.ask(Kind.NEW_ENTRY, NEW_ENTRY, by=author)) if not one.confidential]

    assert str(secret) not in json.dumps([one.as_json() for one in told])


def test_of_a_party_that_is_closed_only_what_all_may_see_is_known(world: World) -> None:
    open_to_all = pathway(world, world.list.test_version, "CPL-001072")
    restricted = pathway(world, world.list.test_version, str(world.list.restricted))
    Party.objects.filter(pk=open_to_all.party_id).update(is_active=False)

    assert found(open_to_all, "predecessor-unknown") == []
    assert found(restricted, "predecessor-unknown") != []


@pytest.mark.parametrize("state", [State.SUBMITTED, State.ACCEPTED])
def test_what_another_party_asked_for_is_told_to_secas_alone(world: World, state: State) -> None:
    mine = world.ask(Kind.HASH, {"firmware_hash": HASH}, entry=world.list.test_version, state=state)

    theirs = world.ask(Kind.HASH, {"firmware_hash": HASH}, by=world.cast.submitter, entry=world.list.test_version)

    told = [one for one in problems_of(theirs) if mine.reference in one.message]
    assert told
    assert all(one.confidential for one in told)
    assert manufacturers_of(world.cast.submitter) == []
