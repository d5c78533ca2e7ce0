"""The examples that SECAS suggests."""

import pytest
from django.utils import timezone

from cpl.choices import SubmissionKind
from cpl.proposals import ANSWERS, FIELDS, read_content
from cpl.rules import problems_of
from cpl.rules.examples import EXAMPLES, Example, examples_for, left_over, places
from tests.cpl.rules.world import Kind, World, found

EVERY_EXAMPLE = pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)


def test_those_that_were_asked_for_are_there() -> None:
    asked = {"baseline", "recommended", "urgent", "site_visit", "hub_power", "test_version", "vulnerability"}

    assert asked <= {example.name for example in EXAMPLES}
    assert len({example.name for example in EXAMPLES}) == len(EXAMPLES)


@EVERY_EXAMPLE
def test_an_example_has_places_to_fill_in_and_cannot_be_sent_as_it_is(example: Example) -> None:
    assert places(example.text)
    assert left_over(example.text)


@EVERY_EXAMPLE
def test_what_an_example_sets_can_be_read(example: Example) -> None:
    kind = next(kind for kind in (Kind.INFORMATION, Kind.WITHDRAWAL, Kind.CORRECTION) if example in examples_for(kind))

    proposal = read_content(kind, example.sets, timezone.localdate())

    assert proposal.unreadable == ()
    for name, value in example.sets.items():
        assert name.removesuffix("_answer") in FIELDS[kind]
        assert not name.endswith("_answer") or value in ANSWERS


def test_each_kind_is_offered_what_it_has_a_field_for() -> None:
    offered = {kind: [example.name for example in examples_for(kind)] for kind in SubmissionKind}

    assert offered[Kind.WITHDRAWAL] == ["withdrawn"]
    assert offered[Kind.CORRECTION] == ["corrected"]
    assert offered[Kind.HASH] == offered[Kind.CONTACT] == offered[Kind.REMOVAL] == []
    assert offered[Kind.NEW_ENTRY] == offered[Kind.INFORMATION] != []


@EVERY_EXAMPLE
def test_an_edited_example_with_its_answers_has_no_blocking_problem(world: World, example: Example) -> None:
    text = example.text
    for place in places(text):
        text = text.replace(place, "what we say")
    content = {**example.sets, example.field: text}
    if example.sets.get("pathway_state") == "these_entries":
        content["predecessors"] = "CPL-001072"
    kind = next(kind for kind in (Kind.INFORMATION, Kind.WITHDRAWAL, Kind.CORRECTION) if example in examples_for(kind))
    content |= {"gbcs_version": "4.1"} if kind == Kind.CORRECTION else {}

    submission = world.ask(kind, content, entry=world.list.test_version)

    assert [problem.message for problem in problems_of(submission) if problem.blocking] == []


def test_a_text_that_is_not_given_may_hold_an_example(world: World) -> None:
    text = EXAMPLES[0].text

    submission = world.information(notes_answer="later", notes=text, stage_answer="decline")

    assert found(submission, "example-not-edited") == []


def test_a_place_in_any_text_is_found(world: World) -> None:
    submission = world.ask(Kind.WITHDRAWAL, {"reason": "Because of [the fault]."}, entry=world.list.second)

    assert [problem.field for problem in found(submission, "example-not-edited")] == ["reason"]
