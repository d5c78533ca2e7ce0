"""The verifier finds every fault in a log that was good, and says where."""

import json
import string
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cpl import log_chain
from cpl.choices import LogKind
from cpl.log_chain import Head
from cpl.verify_log.chain import MOST_FAULTS, Verifier
from cpl.verify_log.lines import MalformedError, parse
from tests.cpl.publication_log import logs

GOOD = logs.records(12)
LINES = logs.lines_of(GOOD)
RECORDS = range(len(GOOD))

places = st.sampled_from(RECORDS)


def forged(place: int, **other: Any) -> bytes:
    """A record of the same number with another body, chained to the one before it."""
    before = GOOD[place - 1]["digest"] if place else log_chain.GENESIS
    return log_chain.record_line(logs.record(place + 1, before, body={"forged": True}, **other))


def changed(line: bytes, **fields: Any) -> bytes:
    return logs.line_of({**logs.fields_of(line), **fields})


def faults_at(lines: list[bytes], **options: Any) -> set[int]:
    return {fault.line for fault in logs.faults(lines, **options)}


@given(st.integers(min_value=1, max_value=40))
def test_a_log_as_the_portal_writes_it_verifies(count: int) -> None:
    assert logs.faults(logs.lines_of(logs.records(count))) == []


def test_the_kinds_of_records_are_those_of_the_portal() -> None:
    assert set(log_chain.KINDS) == set(LogKind.values)


@given(places, st.data())
def test_any_byte_of_a_record_that_is_altered_is_found_in_its_line(place: int, data: Any) -> None:
    line = LINES[place]
    at = data.draw(st.integers(min_value=0, max_value=len(line) - 2))
    other = data.draw(st.sampled_from(string.printable.replace("\n", "").encode()))
    assume(line[at] != other)
    lines = [*LINES]
    lines[place] = line[:at] + bytes([other]) + line[at + 1 :]
    assert min(faults_at(lines)) == place + 1


@given(st.data())
def test_any_byte_of_the_checkpoint_that_is_altered_is_found(data: Any) -> None:
    line = LINES[-1]
    at = data.draw(st.integers(min_value=0, max_value=len(line) - 2))
    other = data.draw(st.sampled_from(string.printable.replace("\n", "").encode()))
    assume(line[at] != other)
    assert faults_at([*LINES[:-1], line[:at] + bytes([other]) + line[at + 1 :]]) == {len(LINES)}


@given(places, st.sampled_from(["number", "at", "kind", "previous", "body_digest", "digest"]))
def test_an_altered_field_is_the_only_fault_of_the_log(place: int, name: str) -> None:
    other = {"number": place + 40, "at": "2026-11-01T00:00:59.000001Z", "kind": "contact_published"}
    lines = [*LINES]
    lines[place] = changed(LINES[place], **{name: other.get(name, "f" * 64)})
    (fault,) = logs.faults(lines)
    assert fault.line == place + 1
    words = {"previous": "the record before", "body_digest": "digest of its body"}.get(name, name)
    # Of the time there is no second copy, and none of the digest of a body that was withheld.
    assert words in fault.message or name == "at" or "body" not in GOOD[place]


@given(places)
def test_another_body_is_told_from_an_altered_record(place: int) -> None:
    assume("body" in GOOD[place])
    lines = [*LINES]
    lines[place] = changed(LINES[place], body={"cpl_entry_id": "CPL-999999"})
    (fault,) = logs.faults(lines)
    assert (fault.line, fault.number) == (place + 1, place + 1)
    assert "body or salt" in fault.message


@given(places)
def test_a_record_that_was_altered_with_its_digest_breaks_the_chain_behind_it(place: int) -> None:
    lines = [*LINES]
    lines[place] = forged(place)
    (fault,) = logs.faults(lines)
    assert fault.line == place + 2


@given(st.integers(min_value=0, max_value=len(LINES) - 1))
def test_a_log_that_is_cut_at_any_line_does_not_verify(lines: int) -> None:
    told = logs.told(LINES[:lines])
    assert "cut off at the end" in told if lines else "empty" in told


@given(st.integers(min_value=1, max_value=len(GOOD) - 1))
def test_a_checkpoint_put_behind_a_cut_log_says_how_much_is_missing(kept: int) -> None:
    (fault,) = logs.faults([*LINES[:kept], LINES[-1]])
    assert f"covers record {len(GOOD)}" in fault.message
    assert f"{kept + 1}" in fault.message


@given(st.integers(min_value=1, max_value=len(GOOD) - 1))
def test_a_log_whose_beginning_is_cut_off_says_so(cut: int) -> None:
    (fault,) = logs.faults(LINES[cut:])
    assert (fault.line, fault.number) == (1, cut + 1)
    assert "beginning" in fault.message


@given(st.integers(min_value=1, max_value=len(GOOD) - 2))
def test_a_record_that_was_taken_out_is_named(place: int) -> None:
    (fault,) = logs.faults(LINES[:place] + LINES[place + 1 :])
    assert fault.line == place + 1
    assert f"record {place + 1} is missing" in fault.message


@given(places)
def test_a_repeated_record_is_found_at_once(place: int) -> None:
    (fault,) = logs.faults([*LINES[: place + 1], *LINES[place:]])
    assert (fault.line, fault.number) == (place + 2, place + 1)
    assert "twice" in fault.message


@given(st.integers(min_value=0, max_value=9))
def test_a_record_repeated_far_behind_is_found_where_it_stands(place: int) -> None:
    (fault,) = logs.faults([*LINES[:-1], LINES[place], LINES[-1]])
    assert (fault.line, fault.number) == (len(GOOD) + 1, place + 1)
    assert "repeated or inserted" in fault.message


@given(st.integers(min_value=0, max_value=len(GOOD) - 2))
def test_an_inserted_record_is_told_from_the_true_one_by_what_follows(place: int) -> None:
    lines = [*LINES[:place], forged(place), *LINES[place:]]
    assert (
        f"Line {place + 1}, record {place + 1}: record {place + 2} does not follow it: it was inserted."
        in logs.told(lines)
    )


@given(st.permutations(RECORDS))
def test_records_out_of_order_are_found(order: list[int]) -> None:
    assume(list(order) != list(RECORDS))
    told = logs.told([*(LINES[place] for place in order), LINES[-1]])
    assert "out of order" in told


@given(st.integers(min_value=0, max_value=len(GOOD) - 2))
def test_two_records_that_changed_places_are_one_fault(place: int) -> None:
    lines = [*LINES]
    lines[place], lines[place + 1] = lines[place + 1], lines[place]
    (fault,) = logs.faults(lines)
    assert (fault.line, fault.number) == (place + 2, place + 1)


def test_a_log_written_anew_and_signed_with_another_key_is_not_believed() -> None:
    told = logs.told(logs.lines_of(logs.records(3), logs.OTHER_KEY))
    assert "none that you gave" in told


def test_a_signature_of_another_key_under_the_right_name_is_not_believed() -> None:
    head = Head(12, GOOD[-1]["digest"])
    (name,) = logs.KEYS
    signed = log_chain.signature(logs.OTHER_KEY, head, logs.SIGNED_AT)
    told = logs.told([*LINES[:-1], log_chain.checkpoint_line(head, logs.SIGNED_AT, name, signed)])
    assert f"not signed with key {name}" in told


@given(places)
def test_a_log_written_anew_and_signed_with_the_right_key_is_found_by_what_was_kept(place: int) -> None:
    anew = [logs.record(1, log_chain.GENESIS, body={"forged": True})]
    for number in range(2, 13):
        anew.append(logs.record(number, anew[-1]["digest"]))
    kept = Head(place + 1, GOOD[place]["digest"])
    (fault,) = logs.faults(logs.lines_of(anew), kept=(kept,))
    assert (fault.line, fault.number) == (place + 1, place + 1)
    assert "written anew" in fault.message


def test_a_log_that_was_put_back_is_found_by_what_was_kept() -> None:
    told = logs.told(logs.lines_of(GOOD[:5]), kept=(Head(12, GOOD[-1]["digest"]),))
    assert "record 12, of which you kept a checkpoint, is not there" in told


def test_what_was_kept_and_is_there_is_no_fault() -> None:
    assert logs.faults(LINES, kept=(Head(5, GOOD[4]["digest"]),)) == []


def test_time_that_goes_back_is_told_with_its_record() -> None:
    first = logs.record(1, log_chain.GENESIS)
    second = logs.record(2, first["digest"], at="2026-10-31T00:00:00.000000Z")
    (fault,) = logs.faults(logs.lines_of([first, second]))
    assert (fault.line, fault.number) == (2, 2)
    assert "its time" in fault.message


def test_a_record_behind_the_checkpoint_was_added() -> None:
    late = log_chain.record_line(logs.record(13, GOOD[-1]["digest"]))
    assert "after the checkpoint" in logs.told([*LINES, late])


def test_a_line_that_is_no_json_costs_one_fault() -> None:
    lines = [*LINES]
    lines[4] = b"\x00\xff garbage\n"
    (fault,) = logs.faults(lines)
    assert fault.line == 5


def test_a_last_record_that_cannot_be_read_is_not_also_a_cut() -> None:
    (fault,) = logs.faults([*LINES[:11], b"garbage\n", LINES[-1]])
    assert fault.line == 12


def test_so_many_faults_are_counted_and_no_longer_listed() -> None:
    verifier = Verifier(logs.KEYS)
    verifier.verify([b"garbage"] * (MOST_FAULTS + 50))
    assert len(verifier.faults) == MOST_FAULTS
    assert verifier.untold == 51


@pytest.mark.parametrize(
    "line",
    [
        b"", b"null", b"[]", b'"record"', b"{}", b'{"type":"other"}', b'{"type":["record"]}', b'{"a":1,"a":2}',
        b'{"a":1.5}', b'{"a":NaN}', b"{" * 100_000, b'{"a":' * 5_000 + b"1" + b"}" * 5_000, b"\xff\xfe{\x00}\x00",
        b'{"number":' + b"9" * 5_000 + b"}",
    ],
)  # fmt: skip
def test_a_line_that_is_no_record_is_refused_whatever_it_holds(line: bytes) -> None:
    with pytest.raises(MalformedError):
        parse(line)


@given(st.binary(max_size=200))
def test_no_bytes_make_the_reader_fall_over(line: bytes) -> None:
    with pytest.raises(MalformedError):
        parse(line)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.text(max_size=5), part, max_size=3),
    max_leaves=8,
)


@given(json_values)
def test_a_value_has_one_way_to_be_written(value: Any) -> None:
    written = log_chain.canonical_json(value)
    assert log_chain.canonical_json(json.loads(written)) == written
    assert written.isascii()


@pytest.mark.parametrize("value", [1.5, {"a": [2.0]}, {1: "a"}, float("nan"), {"a": object()}])
def test_what_has_no_one_way_is_refused(value: Any) -> None:
    with pytest.raises(TypeError):
        log_chain.canonical_json(value)


@pytest.mark.parametrize("text", ["", "short", "AAAA", "é" * 44, "A" * 44, "A" * 200])
def test_a_text_that_is_no_key_is_refused_with_what_it_should_be(text: str) -> None:
    with pytest.raises(log_chain.KeyTextError, match="32 bytes"):
        log_chain.private_key(text)
