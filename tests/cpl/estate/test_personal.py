"""What is of a person or of a single device is told; identifiers of models and versions, and counts, never are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpl.estate.personal import certainly_personal, looks_personal, masked, personal_column, personal_heading

HEX = "0123456789ABCDEFabcdef"


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("00-DB-12-34-56-78-90-AB", "Device ID (EUI-64)"),
        ("00:db:12:34:56:78:90:ab", "Device ID (EUI-64)"),
        ("00DB1234567890AB", "Device ID (EUI-64)"),
        ("0x00DB1234567890AB", "Device ID (EUI-64)"),
        ("00DB-1234-5678-90AB", "Device ID (EUI-64)"),
        ("1200012345678", "MPAN"),
        ("12 0001 2345 678", "MPAN"),
        ("003801001200012345678", "MPAN"),
        ("1234567890", "MPRN"),
        ("LS1 4AB", "postcode"),
        ("sw1a1aa", "postcode"),
        ("The Cottage, Upper Mill, LS1 4AB", "postcode"),
        ("12 High Street", "address"),
        ("Flat 3, 12a Mill Road, Leeds", "address"),
        ("jane.doe@home.example", "e-mail address"),
        ("+44 7700 900123", "telephone number"),
        ("07700 900123", "telephone number"),
        ("Mrs J. Doe", "name of a person"),
        ("Jane Doe", "name of a person"),
        ("L14C12345678", "serial number"),
    ],
)
def test_a_value_that_is_of_a_person_or_a_device_is_told(value: str, what: str) -> None:
    assert looks_personal(value) == what


@pytest.mark.parametrize(
    "value",
    ["", "North West", "Portfolio A", "LS", "10E7", "A0C30205", "22:AF:01:07", "0x02634262", "05 00 04 32", "802",
     "1,204",
     "12.0", "Northmoor Metering Ltd", "Chester North", "GSP _B", "2026-11", "v1.2.3", "1E+05", "Zone 3"],
)  # fmt: skip
def test_what_an_estate_needs_is_of_nobody(value: str) -> None:
    assert looks_personal(value) is None


@given(st.text(HEX, min_size=8, max_size=8), st.sampled_from(["", ":", "-", ".", " "]), st.booleans())
def test_no_writing_of_a_model_or_a_version_is_personal(digits: str, sign: str, marked: bool) -> None:
    text = ("0x" if marked else "") + sign.join(digits[at : at + 2] for at in range(0, 8, 2))
    assert certainly_personal(text) is None


@given(st.text(HEX, min_size=16, max_size=16), st.sampled_from(["", ":", "-", "."]))
def test_every_writing_of_a_device_id_is(digits: str, sign: str) -> None:
    assert certainly_personal(sign.join(digits[at : at + 2] for at in range(0, 16, 2))) is not None


@pytest.mark.parametrize(
    ("heading", "what"),
    [
        ("Device ID", "Device ID (EUI-64)"), ("device_id", "Device ID (EUI-64)"), ("DeviceId", "Device ID (EUI-64)"),
        ("EUI64", "Device ID (EUI-64)"), ("GPF ID", "Device ID (EUI-64)"), ("MPAN", "MPAN"), ("Import MPAN", "MPAN"),
        ("MPxN", "MPAN"), ("MPRN", "MPRN"), ("Post Code", "postcode"), ("cust_postcode_1", "postcode"),
        ("Address Line 1", "address"), ("Customer Name", "name of a person"), ("Surname", "name of a person"),
        ("E-mail", "e-mail address"), ("MeterSerialNumber", "serial number"), ("MSN", "serial number"),
        ("Serial No", "serial number"), ("Account Number", "customer or account number"),
        ("Date of birth", "date of birth"),
    ],
)  # fmt: skip
def test_a_heading_tells_by_itself(heading: str, what: str) -> None:
    assert personal_heading(heading) == what


@pytest.mark.parametrize(
    "heading",
    ["Manufacturer", "Manufacturer name", "Model", "Device Model", "Device model identifier", "Model name", "Firmware",
     "Hardware version", "Devices", "Number of devices", "Count", "Region", "Portfolio", "Supplier", "Device type", ""],
)  # fmt: skip
def test_headings_of_an_estate_tell_nothing(heading: str) -> None:
    assert personal_heading(heading) is None


def test_a_column_in_which_every_long_code_is_another_holds_serial_numbers() -> None:
    assert personal_column("Ref", [f"E6S10{number:07d}" for number in range(30)]) == ("serial number", 0)


def test_a_column_of_firmware_versions_that_all_differ_does_not() -> None:
    assert personal_column("Ref", [f"0A{number:06X}" for number in range(30)]) is None


def test_numbers_with_the_check_digits_of_an_mprn_are_told_among_short_numbers() -> None:
    def with_check(number: int) -> str:
        digits = f"{number:06d}"
        return f"{digits}{sum(int(digit) * (6 - at) for at, digit in enumerate(digits)) % 11:02d}"

    assert personal_column("Ref", [with_check(number) for number in range(123400, 123410)]) == ("MPRN", 0)


def test_names_are_told_in_a_column_that_holds_little_else() -> None:
    assert personal_column("Who", ["Jane Doe", "John Smith", "Priya Patel-Jones", "n/a"]) == ("name of a person", 0)


def test_what_a_known_column_holds_is_personal_only_beyond_doubt() -> None:
    assert personal_column("Devices", ["123456789"], is_known=True) is None
    assert personal_column("Devices", ["1", "1200012345678"], is_known=True) == ("MPAN", 1)


@given(st.text(min_size=1, max_size=60))
def test_what_is_masked_says_no_more_than_two_signs_at_either_end(value: str) -> None:
    shown = masked(value)
    assert "•••" in shown
    assert sum(sign != "•" for sign in shown) <= 4 + value.count("•")
