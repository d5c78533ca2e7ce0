"""Manufacturers by name, for files that name them."""

from cpl.estate.makers import maker_key
from cpl.selectors.estate.codes import maker_codes
from tests.factories import Cast, Catalogue, make_entry, make_model


def test_a_maker_is_found_by_its_name_in_any_writing(cast: Cast, catalogue: Catalogue) -> None:
    found = maker_codes()
    for written in ("Northmoor Metering Ltd", "NORTHMOOR  METERING LTD.", "northmoor_metering-ltd"):
        assert found[maker_key(written)] == "7A01"


def test_a_maker_with_two_identifiers_is_not_guessed(cast: Cast, catalogue: Catalogue) -> None:
    make_entry(make_model(code="7A0F", name="Ember Two"), "01000000")
    assert maker_key("Northmoor Metering Ltd") not in maker_codes()


def test_what_is_not_for_all_names_no_maker(cast: Cast, catalogue: Catalogue) -> None:
    hidden = make_model("Whisper Ltd", code="7A77", name="Hush")
    make_entry(hidden, "01000000", audience="named_parties")
    make_entry(make_model("Unborn Ltd", code="7A78", name="Egg"), "01000000", published_on=None)
    assert not {maker_key("Whisper Ltd"), maker_key("Unborn Ltd")} & set(maker_codes())
