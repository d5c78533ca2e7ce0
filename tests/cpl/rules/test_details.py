"""Where a rule has more than one side."""

from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from cpl.choices import PathwayState
from cpl.models import CPLEntry, CPLIssue, DeviceModel, Submission
from cpl.rules import problems_of
from cpl.rules.advising.certificates import months_after
from tests.cpl.rules.cases_blocking import circle_unseen, contact, correction, hash_of, named_by_reference, pathway
from tests.cpl.rules.world import HASH, NEW_ENTRY, Kind, State, World, found, written
from tests.factories import make_entry, make_model


def published(world: World, version: str) -> Submission:
    """A submission whose entry is on the list by now."""
    one = world.ask(Kind.NEW_ENTRY, NEW_ENTRY | {"firmware_version": version}, state=State.SUBMITTED)
    make_entry(world.list.ember, version, cpl_entry_id=f"CPL-{version}")
    agreed = {"accepted_by": world.cast.moderator, "accepted_at": timezone.now()}
    issue = CPLIssue.objects.create(number=version, issue_date=date(2026, 1, 1))
    done = {"published_by": world.cast.publisher, "published_at": timezone.now(), "issue": issue}
    for move in ({"state": State.ACCEPTED, **agreed}, {"state": State.PUBLISHED, **done}):
        Submission.objects.filter(pk=one.pk).update(**move)
    return one


def test_a_circle_is_told_step_by_step(world: World) -> None:
    [problem] = found(pathway(world, world.list.baseline, "CPL-001072"), "pathway-in-a-circle")

    assert "CPL-001045 to CPL-001050 to CPL-001072 to CPL-001045" in problem.message


def test_a_circle_through_what_is_accepted_is_found(world: World) -> None:
    content = {"pathway_state": "these_entries", "predecessors": "CPL-001077"}
    world.ask(Kind.PATHWAY, content, entry=world.list.baseline, state=State.ACCEPTED)

    [problem] = found(pathway(world, world.list.test_version, "CPL-001072"), "pathway-in-a-circle")

    assert problem.message.count("CPL-001077") == 2


def test_what_is_only_submitted_makes_no_circle(world: World) -> None:
    content = {"pathway_state": "these_entries", "predecessors": "CPL-001077"}
    world.ask(Kind.PATHWAY, content, entry=world.list.baseline, state=State.SUBMITTED)

    assert found(pathway(world, world.list.test_version, "CPL-001072"), "pathway-in-a-circle") == []


def test_what_is_accepted_takes_the_place_of_what_is_published(world: World) -> None:
    content = {"pathway_state": "these_entries", "predecessors": "CPL-001077"}
    world.ask(Kind.PATHWAY, content, entry=world.list.second, state=State.ACCEPTED)

    # CPL-001050 no longer comes after the baseline, so the baseline may come after CPL-001072.
    assert found(pathway(world, world.list.baseline, "CPL-001072"), "pathway-in-a-circle") == []


def test_a_circle_through_a_new_version_and_its_reference_is_found(world: World) -> None:
    new = world.ask(Kind.NEW_ENTRY, NEW_ENTRY | {"predecessors": "CPL-001072"}, state=State.ACCEPTED)

    problems = found(pathway(world, world.list.baseline, new.reference), "pathway-in-a-circle")

    assert [new.reference in problem.message for problem in problems] == [True]


def test_a_circle_through_a_published_reference_is_found(world: World) -> None:
    first = published(world, "01050601")
    content = NEW_ENTRY | {"firmware_version": "01050602", "predecessors": first.reference}
    second = world.ask(Kind.NEW_ENTRY, content, state=State.ACCEPTED)

    problems = found(
        pathway(world, CPLEntry.objects.get(cpl_entry_id="CPL-01050601"), second.reference), "pathway-in-a-circle"
    )

    assert [second.reference in problem.message for problem in problems] == [True]


def test_a_hidden_circle_is_not_told_to_its_author(world: World) -> None:
    problems = [problem for problem in problems_of(circle_unseen(world)) if "circle" in problem.check]

    assert [(problem.confidential, problem.check) for problem in problems] == [(True, "pathway-in-a-circle-unseen")]


def test_the_reference_of_a_published_submission_stands_for_its_entry(world: World) -> None:
    first = published(world, "01050601")

    problems = problems_of(world.new_entry(predecessors=first.reference))

    assert [problem.check for problem in problems if problem.field == "predecessors"] == []


@pytest.mark.parametrize("written", ["S-{:06}", "s-{}", "S-{:010}"])
def test_a_reference_may_be_written_with_any_zeros(world: World, written: str) -> None:
    before = world.with_secas(world.new_entry(firmware_version="01050606"))

    assert found(world.new_entry(predecessors=written.format(before.pk)), "predecessor-unknown") == []


def test_a_refused_submission_is_no_previous_version(world: World) -> None:
    [problem] = found(named_by_reference(world, State.REFUSED), "predecessor-unknown")

    assert "was refused" in problem.message


def test_a_submission_of_a_hash_is_no_previous_version(world: World) -> None:
    named = hash_of(world)

    assert found(world.new_entry(predecessors=named.reference), "predecessor-unknown") != []


def test_a_submission_that_names_its_own_reference_is_told(world: World) -> None:
    submission = world.new_entry()
    submission.content["predecessors"] = submission.reference

    assert found(submission, "pathway-to-itself") != []


def test_to_confirm_a_pathway_from_a_spreadsheet_is_a_change(world: World) -> None:
    entry = world.list.recommended
    confirming = pathway(world, entry, "CPL-001050")
    before = found(confirming, "pathway-changes-nothing")
    CPLEntry.objects.filter(pk=entry.pk).update(pathway_source="manufacturer")

    assert (before, len(found(confirming, "pathway-changes-nothing"))) == ([], 1)


def test_a_corrected_date_stands_with_the_kind_that_is_published(world: World) -> None:
    entry = make_entry(
        world.list.ember, "01059999", cpa_certificate="CPA-1", cpa_date_kind="expiry", cpa_date=date(2030, 1, 1)
    )

    problems = problems_of(world.ask(Kind.CORRECTION, {"cpa_date": "01/01/2031", "reason": "Mistyped."}, entry=entry))

    assert problems == []


def test_a_correction_that_changes_one_of_two_values_changes_something(world: World) -> None:
    submission = correction(world, gbcs_version="4.2", smets_chts_version="SMETS V5.2")

    assert found(submission, "correction-changes-nothing") == []


def test_a_correction_that_cannot_be_read_is_not_called_empty(world: World) -> None:
    submission = correction(world, cpa_date="31/02/2030")

    assert [problem.check for problem in problems_of(submission) if problem.blocking] == ["unreadable"]


def test_a_date_of_removal_still_to_come_cannot_be_read(world: World) -> None:
    day = date(timezone.localdate().year + 1, 1, 1)
    content = {"reason": "Directed.", "reference": "SECP-1", "removed_on": written(day)}

    submission = world.ask(Kind.REMOVAL, content, by=world.cast.moderator, entry=world.list.baseline)

    assert [problem.field for problem in found(submission, "unreadable")] == ["removed_on"]


@pytest.mark.parametrize(
    ("given", "fields"),
    [
        ({"cpa_date_kind": None}, ["cpa_date_kind"]),
        ({"cpa_date": None}, ["cpa_date"]),
        ({"cpa_certificate": None}, ["cpa_certificate"]),
        ({"cpa_date": "soon"}, []),
    ],
)
def test_what_is_missing_beside_a_certificate_is_named(
    world: World, given: dict[str, str | None], fields: list[str]
) -> None:
    assert [problem.field for problem in found(world.new_entry(**given), "cpa-date-incomplete")] == fields


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"stage_answer": "give"}, "nothing is written"),
        ({"stage_answer": "give", "stage": "declined"}, "says that there is none"),
        ({"stage_answer": "later", "stage": "test"}, "You chose “later”"),
        ({"stage_answer": "perhaps"}, "is no answer"),
        ({"contact_answer": "not_applicable", "contact_team": "Desk"}, "You chose “does not apply”"),
    ],
)
def test_each_way_to_contradict_oneself_is_told(world: World, content: dict[str, Any], told: str) -> None:
    problems = found(world.ask(Kind.INFORMATION, content, entry=world.list.second), "answer-contradicts-itself")

    assert [told in problem.message for problem in problems] == [True]


@pytest.mark.parametrize("content", [{}, {"stage": "declined"}, {"stage": "test"}, {"stage_answer": "later"}])
def test_whoever_makes_no_choice_contradicts_nothing(world: World, content: dict[str, Any]) -> None:
    problems = found(world.ask(Kind.INFORMATION, content, entry=world.list.second), "answer-contradicts-itself")

    assert problems == []


@pytest.mark.parametrize(
    ("version", "others", "told"),
    [
        ("CHTS V1.0", ["SMETS V5.1"], "another kind"),
        ("SMETS V4.2", ["SMETS V5.1", "SMETS V5.0"], "older"),
        ("SMETS V5.10", ["SMETS V5.9"], ""),
        ("SMETS V5.0", ["SMETS V5.1", "SMETS V4.2"], ""),
        ("SMETS2 v5.1", ["SMETS V5.0"], ""),
        ("5.1", ["SMETS V5.0"], ""),
    ],
)
def test_versions_of_a_specification_are_compared_by_their_numbers(
    world: World, version: str, others: list[str], told: str
) -> None:
    model = make_model(name="Ember X9", model_identifier="77E1")
    for number, other in enumerate(others):
        make_entry(model, f"0101000{number}", smets_chts_version=other)
    submission = world.new_entry(device_model="77E1030D", model_name="Ember X9", smets_chts_version=version)

    problems = found(submission, "specification-unlike-others")

    assert [told in problem.message for problem in problems] == ([True] if told else [])


def test_the_period_of_notice_is_a_setting(world: World, settings: Any) -> None:
    submission = world.new_entry(cpa_date=written(months_after(timezone.localdate(), 14)))
    before = found(submission, "certificate-date-close")
    settings.CERTIFICATE_NOTICE_MONTHS = [18]

    assert (before, len(found(submission, "certificate-date-close"))) == ([], 1)


def test_a_certificate_that_has_lapsed_is_told_as_such(world: World) -> None:
    [problem] = found(world.new_entry(cpa_date="01/06/2024"), "certificate-date-close")

    assert problem.message == "The CPA certificate expired on 1 June 2024."


def test_an_added_model_is_warned_of_the_certificate_it_relies_on(world: World) -> None:
    basis = make_entry(
        world.list.ember, "01059999", cpa_certificate="CPA-1", cpa_date_kind="renewal", cpa_date=date(2024, 1, 1)
    )

    [problem] = found(world.added_model(entry=basis), "certificate-date-close")

    assert problem.field == "entry"


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 5), 12, date(2027, 12, 5)),
        (date(2026, 5, 5), 0, date(2026, 5, 5)),
    ],
)
def test_months_are_those_of_the_calendar(day: date, months: int, expected: date) -> None:
    assert months_after(day, months) == expected


def test_a_device_without_version_is_on_the_list_once(world: World) -> None:
    display = DeviceModel.objects.get(pk=world.list.display.pk)
    content = {
        "device_type": "IHD",
        "manufacturer_identifier": "7A0B",
        "device_model": display.duis_model,
        "model_name": "Hélio 12",
    }

    submission = world.ask(Kind.NEW_ENTRY, content, by=world.cast.moderator, maker=display.manufacturer)

    assert [problem.field for problem in found(submission, "version-already-listed")] == ["device_model"]


def test_one_identifier_may_serve_several_makers(world: World) -> None:
    problems = problems_of(world.new_entry(manufacturer_identifier="7A03", device_model="99990101"))

    assert not any(problem.blocking for problem in problems)
    assert "used by Kestrel Gas Measurement Ltd" in problems[0].message


def test_a_contact_that_is_changed_is_not_compared_with_itself(world: World) -> None:
    desk = world.northmoor.contacts.get(team="Firmware desk")

    submission = contact(world, changes=desk, contact_team="Firmware desk", contact_email=desk.email)

    assert problems_of(submission) == []


def test_a_hash_repeated_in_another_submission_is_told(world: World) -> None:
    world.ask(Kind.HASH, {"firmware_hash": HASH}, entry=world.list.restricted, state=State.SUBMITTED)

    assert found(world.new_entry(), "hash-repeated") != []


def test_na_is_an_answer_on_the_pathway(world: World) -> None:
    submission = world.ask(Kind.PATHWAY, {"pathway_state": PathwayState.NOT_APPLICABLE}, entry=world.list.test_version)

    assert problems_of(submission) == []
