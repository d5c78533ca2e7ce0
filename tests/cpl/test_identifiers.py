"""Hex identifiers in any writing, and as the numbers that spreadsheets make of them."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cpl.identifiers import (
    Identifier,
    IdentifierError,
    is_repeated_digit,
    join_duis_model,
    parse_identifier,
    reverse_bytes,
    split_duis_model,
    squash,
)


def refusal(raw: object, width: int) -> IdentifierError:
    with pytest.raises(IdentifierError) as caught:
        parse_identifier(raw, width=width)
    assert caught.value.cure
    return caught.value


@pytest.mark.parametrize(
    "raw",
    [
        "0a0b0c0d",
        "0A0B0C0D",
        "0x0a0b0c0d",
        "0X0A0B0C0D",
        "0a:0b:0c:0d",
        "0a-0b-0c-0d",
        "0a.0b.0c.0d",
        "0a0b 0c0d",
        "  0a0b0c0d\t\n",
        "\u00a00a0b0c0d\u00a0",
        "0a\u00a00b\u00a00c\u00a00d",
        "0x 0a 0b 0c 0d",
        "0a\u20110b\u20130c-0d",
        "\ufeff0a0b0c0d",
        "'0a0b0c0d",
    ],
)
def test_any_writing_of_an_identifier_is_normalised(raw: str) -> None:
    assert parse_identifier(raw, width=8) == Identifier("0A0B0C0D")


def test_an_identifier_of_the_form_10e7_is_text_and_stays_so() -> None:
    assert parse_identifier("10E7", width=4).value == "10E7"


def test_a_version_that_is_too_short_is_refused_with_both_counts() -> None:
    error = refusal("010203", 8)
    assert "“010203”" in error.message
    assert "6 hex digits, expected 8" in error.message


def test_a_hash_that_is_too_short_is_refused_with_both_counts() -> None:
    assert "63 hex digits, expected 64" in refusal("a" * 63, 64).message


def test_a_letter_outside_hex_is_named_with_its_position() -> None:
    error = refusal("0102030G", 8)
    assert "“G” at position 8" in error.message


def test_a_character_that_cannot_be_seen_is_named_by_its_escape() -> None:
    assert "“010203\\x07” contains “\\x07” at position 7" in refusal("010203\x07", 8).message


def test_full_width_digits_are_refused_because_they_only_look_like_hex() -> None:
    error = refusal("\uff10\uff11\uff10\uff12\uff10\uff13\uff10\uff14", 8)
    assert "U+FF10" in error.message
    assert "only looks like" in error.message


@pytest.mark.parametrize("raw", ["\u0410102", "\u0661234", "\u00b2345"])
def test_other_characters_that_look_like_hex_are_refused(raw: str) -> None:
    assert f"U+{ord(raw[0]):04X}" in refusal(raw, 4).message


@pytest.mark.parametrize("raw", ["", "   ", None, "0x", "::"])
def test_nothing_is_refused_as_empty(raw: str | None) -> None:
    assert "empty" in refusal(raw, 4).message


def test_a_number_that_lost_a_leading_zero_is_restored_with_a_warning() -> None:
    identifier = parse_identifier(203, width=4)
    assert identifier.value == "0203"
    assert "leading zero" in identifier.warning


def test_a_number_with_all_its_digits_is_accepted_silently() -> None:
    assert parse_identifier(7101.0, width=4) == Identifier("7101")


def test_a_hardware_version_of_one_digit_is_restored_with_a_warning() -> None:
    assert parse_identifier(1, width=2).value == "01"


def test_a_number_that_may_have_been_several_identifiers_is_refused_naming_them() -> None:
    message = refusal(5000, 4).message
    assert "5000" in message
    assert "50E2" in message


@pytest.mark.parametrize("raw", [100_000_000, 100_000_000.0, "1.00E+08", "1E+08", "1.00e+08", " 1,00E+08 "])
def test_an_identifier_that_became_a_power_of_ten_is_lost(raw: object) -> None:
    error = refusal(raw, 4)
    assert "10E7" in error.message
    assert "the original is lost" in error.message
    assert "as text" in error.cure


def test_a_hash_kept_as_a_number_is_lost() -> None:
    assert "lost" in refusal(1.23e63, 64).message


@pytest.mark.parametrize("raw", [-1, -203.0, 2.5, float("nan"), float("inf"), True, False, 10**400, -(10**400)])
def test_numbers_that_no_identifier_becomes_are_refused(raw: float) -> None:
    refusal(raw, 4)


@pytest.mark.parametrize("raw", [b"0203", ["0203"], object()])
def test_other_things_than_text_and_numbers_are_refused(raw: object) -> None:
    refusal(raw, 4)


EXCEL_READS_AS_NUMBER = re.compile(r"[0-9]+(E[0-9]+)?")


@given(width=st.sampled_from([2, 4, 8]), data=st.data())
def test_a_number_is_read_as_its_original_text_or_refused(width: int, data: st.DataObject) -> None:
    digits = "0123456789" if width == 2 else "0123456789E"
    original = data.draw(st.text(digits, min_size=width, max_size=width))
    assume(EXCEL_READS_AS_NUMBER.fullmatch(original))
    try:
        number = float(original)
        restored = parse_identifier(number, width=width)
    except IdentifierError:
        return
    assert restored.value == original


@given(st.integers(0, 9999))
def test_every_number_of_four_digits_is_restored_only_where_one_original_exists(number: int) -> None:
    texts = [f"{number:04d}"]
    for mantissa_digits in (1, 2):
        for mantissa in range(10**mantissa_digits):
            for exponent in range(10 ** (3 - mantissa_digits)):
                if mantissa * 10**exponent == number:
                    texts.append(f"{mantissa:0{mantissa_digits}}E{exponent:0{3 - mantissa_digits}}")
    if len(texts) == 1:
        assert parse_identifier(number, width=4).value == texts[0]
    else:
        refusal(number, 4)


@given(st.text(max_size=20))
def test_any_text_gives_an_identifier_of_the_right_form_or_a_refusal(raw: str) -> None:
    try:
        value = parse_identifier(raw, width=4).value
    except IdentifierError as error:
        assert error.message
        assert error.cure
    else:
        assert re.fullmatch("[0-9A-F]{4}", value)


@given(st.binary(min_size=4, max_size=4), st.sampled_from(["", ":", "-", ".", " "]))
def test_an_identifier_survives_any_separator(value: bytes, separator: str) -> None:
    written = "0x" + (value.hex(separator) if separator else value.hex())
    assert parse_identifier(written, width=8).value == value.hex().upper()


@pytest.mark.parametrize(
    ("raw", "width"),
    [("1.2.3.45678", 8), ("1-2345-678", 8), ("1.0", 2), ("B.EEF", 4), ("0x1.234567.8", 8), ("0453 16C", 8)],
)
def test_separators_in_the_middle_of_a_byte_are_refused(raw: str, width: int) -> None:
    error = refusal(raw, width)
    assert "looks like a version label or has lost zeros" in error.message
    assert error.cure == f"Write all {width} hex digits."


@pytest.mark.parametrize("raw", ["04:53:16:CB", "0453 16CB", "0x04.5316.cb", "-04-53-16-CB-", "045316CB."])
def test_separators_between_bytes_are_left_out(raw: str) -> None:
    assert parse_identifier(raw, width=8).value == "045316CB"


@given(
    st.lists(st.text("0123456789ABCDEFabcdef", min_size=1, max_size=8), min_size=2, max_size=8),
    st.sampled_from([":", "-", ".", " ", " : "]),
)
def test_digits_in_groups_are_joined_only_where_each_group_is_whole_bytes(groups: list[str], separator: str) -> None:
    written, digits = separator.join(groups), "".join(groups).upper()
    try:
        value = parse_identifier(written, width=len(digits)).value
    except IdentifierError as error:
        # A writing such as 1E-10 is a number that a spreadsheet made.
        assert any(len(group) % 2 for group in groups) or "the original is lost" in error.message
    else:
        assert value == digits
        assert not any(len(group) % 2 for group in groups)


@pytest.mark.parametrize(
    ("raw", "squashed"),
    [
        ("7a01", "7A01"),
        ("0x045316CB", "045316CB"),
        ("04:53:16:CB", "045316CB"),
        (" 406f 0811 ", "406F0811"),
        ("Ember S143", ""),
        ("\uff10\uff11", ""),
        ("", ""),
    ],
)
def test_a_search_term_is_squashed_to_hex_where_it_is_hex(raw: str, squashed: str) -> None:
    assert squash(raw) == squashed


def test_reversing_bytes_turns_the_order_of_pairs_of_digits() -> None:
    assert reverse_bytes("045316CB") == "CB165304"


def test_half_a_byte_cannot_be_reversed() -> None:
    with pytest.raises(ValueError, match="hex"):
        reverse_bytes("045")


def test_one_digit_over_and_over_is_noticed() -> None:
    assert is_repeated_digit("FFFF")
    assert not is_repeated_digit("FFF0")
    assert not is_repeated_digit("F")


def test_a_joined_device_model_is_split_as_duis_joins_it() -> None:
    assert split_duis_model("406F0811") == ("406F", "08", "11")
    assert join_duis_model(*split_duis_model("406F0811")) == "406F0811"


def test_a_joined_device_model_of_another_length_cannot_be_split() -> None:
    with pytest.raises(ValueError, match="8 digits"):
        split_duis_model("406F08")
