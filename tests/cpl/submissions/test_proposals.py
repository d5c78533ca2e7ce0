"""What a submission says, read from what was typed."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpl.choices import FieldState, PathwayState, SubmissionKind
from cpl.models import Submission
from cpl.proposals import ANSWERS, CONTACT_FIELDS, FIELDS, Proposal, is_given, read_content
from cpl.readings import references
from cpl.readings.records import ContactDetails

Kind = SubmissionKind
TODAY = date(2026, 11, 20)


def said(kind: SubmissionKind, **content: str) -> Proposal:
    return read_content(kind, content, TODAY)


def test_identifiers_are_read_in_any_writing() -> None:
    values = said(
        Kind.NEW_ENTRY,
        manufacturer_identifier="0x7a01",
        device_model="8b:0b:03:0d",
        firmware_version="01 04 06 05",
        firmware_hash="3fad726f" * 8,
    ).values
    assert values["manufacturer_identifier"] == "7A01"
    assert values["device_model"] == "8B0B030D"
    assert values["firmware_version"] == "01040605"
    assert values["firmware_hash"] == "3FAD726F" * 8


def test_the_device_model_is_split_into_its_parts() -> None:
    parts = said(Kind.NEW_ENTRY, device_model="8B0B030D").model_parts
    assert parts is not None
    assert tuple(parts) == ("8B0B", "03", "0D")
    assert said(Kind.NEW_ENTRY).model_parts is None


def test_what_cannot_be_read_says_what_was_typed_and_how_to_mend_it() -> None:
    proposal = said(Kind.NEW_ENTRY, firmware_version="0104", device_type="TOASTER")
    assert {one.field for one in proposal.unreadable} == {"firmware_version", "device_type"}
    (version,) = [one for one in proposal.unreadable if one.field == "firmware_version"]
    assert (version.typed, version.message) == ("0104", "“0104” has 4 hex digits, expected 8.")
    assert "all 8 digits" in version.cure
    assert "firmware_version" not in proposal.values


def test_fields_of_other_kinds_are_not_read() -> None:
    assert said(Kind.HASH, firmware_version="01040605", gbcs_version="4.2", notes="x").values == {}


def test_blank_fields_say_nothing() -> None:
    assert said(Kind.CORRECTION, gbcs_version="  ", reason="").values == {}


@pytest.mark.parametrize(
    ("answer", "state"),
    [("decline", FieldState.DECLINED), ("not_applicable", FieldState.NOT_APPLICABLE)],
)
def test_declined_and_not_applicable_are_two_answers(answer: str, state: FieldState) -> None:
    assert said(Kind.INFORMATION, notes_answer=answer).answers == {"notes": (None, state)}


def test_later_is_no_answer() -> None:
    assert said(Kind.INFORMATION, notes_answer="later", urgency="").answers == {}


def test_what_is_given_is_supplied() -> None:
    answers = said(Kind.INFORMATION, notes_answer="give", notes="Mends the clock.").answers
    assert answers == {"notes": ("Mends the clock.", FieldState.SUPPLIED)}


def test_what_is_typed_without_choosing_counts_as_given() -> None:
    assert said(Kind.INFORMATION, irreversible="yes").answers == {"irreversible": (True, FieldState.SUPPLIED)}


def test_no_is_an_answer() -> None:
    assert said(Kind.INFORMATION, irreversible="no").answers == {"irreversible": (False, FieldState.SUPPLIED)}


def test_what_was_typed_and_then_declined_is_declined() -> None:
    """The words stay in the draft, should its author think again; they are not what it says."""
    proposal = said(Kind.INFORMATION, notes_answer="decline", notes="Secret.", urgency_answer="later", urgency="soon")
    assert proposal.answers == {"notes": (None, FieldState.DECLINED)}


def test_a_word_for_declining_in_the_field_itself_is_understood() -> None:
    assert said(Kind.INFORMATION, notes="Declined").answers == {"notes": (None, FieldState.DECLINED)}


def test_to_give_and_leave_blank_gives_nothing() -> None:
    proposal = said(Kind.INFORMATION, notes_answer="give")
    assert proposal.answers == {}
    assert is_given({"notes_answer": "give"}, "notes")


def test_a_value_that_was_declined_is_not_judged() -> None:
    assert said(Kind.INFORMATION, release_date_answer="decline", release_date="soonish").unreadable == ()
    assert said(Kind.INFORMATION, release_date_answer="give", release_date="soonish").unreadable


def test_a_contact_is_one_answer_of_three_fields() -> None:
    proposal = said(Kind.INFORMATION, contact_team="Desk", contact_email="desk@northmoor.example")
    assert proposal.answers == {"contact": (ContactDetails("Desk", "desk@northmoor.example", ""), FieldState.SUPPLIED)}
    assert said(Kind.INFORMATION, contact_answer="decline", contact_team="Desk").answers == {
        "contact": (None, FieldState.DECLINED)
    }


def test_a_submission_of_a_contact_says_its_details() -> None:
    proposal = said(Kind.CONTACT, contact_team="Desk", contact_telephone="020 7946 0545")
    assert proposal.contact == ContactDetails("Desk", "", "020 7946 0545")
    assert said(Kind.CONTACT).contact is None


@pytest.mark.parametrize(
    ("content", "pathway"),
    [
        ({}, None),
        ({"pathway_state": "not_provided"}, (PathwayState.NOT_PROVIDED, ())),
        ({"pathway_state": "N/A"}, (PathwayState.NOT_APPLICABLE, ())),
        (
            {"pathway_state": "these_entries", "predecessors": "cpl-001045, S-000017"},
            (PathwayState.THESE_ENTRIES, ("CPL-001045", "S-000017")),
        ),
        ({"pathway_state": "not_applicable", "predecessors": "CPL-001045"}, (PathwayState.NOT_APPLICABLE, ())),
        ({"pathway_state": "these_entries"}, (PathwayState.THESE_ENTRIES, ())),
        ({"pathway_state": "these_entries", "predecessors": "?!"}, None),
        ({"pathway_state": "maybe"}, None),
    ],
)
def test_nothing_before_and_not_yet_provided_are_two_pathways(content: dict[str, str], pathway: Any) -> None:
    assert said(Kind.PATHWAY, **content).pathway == pathway


@pytest.mark.parametrize("kind", [Kind.NEW_ENTRY, Kind.INFORMATION])
def test_beside_other_facts_not_yet_provided_says_nothing_of_the_pathway(kind: SubmissionKind) -> None:
    assert said(kind, pathway_state="not_provided").pathway is None
    assert said(kind, pathway_state="N/A").pathway is not None


@given(st.integers(min_value=1, max_value=10**18 - 1), st.integers(min_value=0, max_value=4), st.booleans())
def test_a_reference_is_read_in_any_writing_and_kept_in_one(key: int, zeros: int, small: bool) -> None:
    written = f"S-{'0' * zeros}{key}"
    written = written.lower() if small else written
    read = said(Kind.PATHWAY, pathway_state="these_entries", predecessors=f"{written}, CPL-001045, S-{key}")
    assert read.values["predecessors"] == (f"S-{key:06}", "CPL-001045")
    assert references.number_of(written) == key
    assert Submission(pk=key).reference == references.canonical(written)


@pytest.mark.parametrize("name", ["S-0", "S-000000", "S-", "CPL-000017", "S-17A", "S-\u0661\u0667", "XS-17"])
def test_what_names_no_submission_stands_as_it_is(name: str) -> None:
    assert references.number_of(name) is None
    assert references.canonical(name) == name


def test_a_removal_is_not_dated_ahead() -> None:
    proposal = said(Kind.REMOVAL, reason="Direction", reference="SECP-17", removed_on="21/11/2026")
    assert [one.field for one in proposal.unreadable] == ["removed_on"]
    assert said(Kind.REMOVAL, removed_on="20/11/2026").values["removed_on"] == TODAY


KEYS = sorted({name for fields in FIELDS.values() for name in fields})
KEYS += [f"{name}_answer" for name in KEYS] + ["contact_answer", "state", ""]
WORDS = st.one_of(
    st.text(max_size=30), st.sampled_from([*ANSWERS, "N/A", "yes", "01040605", "CPL-001045", "31/02/2026"])
)


@given(st.sampled_from(Kind), st.dictionaries(st.sampled_from(KEYS), WORDS, max_size=12))
def test_nothing_that_anybody_types_is_more_than_unreadable(kind: SubmissionKind, content: dict[str, str]) -> None:
    proposal = read_content(kind, content, TODAY)
    unreadable = {one.field for one in proposal.unreadable}
    assert unreadable <= set(FIELDS[kind])
    assert not unreadable & set(proposal.values)
    assert set(proposal.values) <= set(FIELDS[kind])
    assert all((value is None) == (state != FieldState.SUPPLIED) for value, state in proposal.answers.values())


@given(st.sampled_from(Kind), st.dictionaries(st.sampled_from(KEYS), WORDS, max_size=12))
def test_who_says_later_to_everything_answers_nothing(kind: SubmissionKind, content: dict[str, str]) -> None:
    later = {**content, **{key: "later" for key in KEYS if key.endswith("_answer")}}
    assert read_content(kind, later, TODAY).answers == {}


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_reads_something(kind: SubmissionKind) -> None:
    assert FIELDS[kind]
    assert len(set(FIELDS[kind])) == len(FIELDS[kind])
    assert kind == Kind.CONTACT or set(FIELDS[kind]) - set(CONTACT_FIELDS)
