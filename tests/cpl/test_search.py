"""What somebody types, and what they read."""

from collections.abc import Callable
from typing import Any

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Party
from cpl.actions.search_misses import record_miss
from cpl.filters import SearchRequest
from cpl.models import CPLEntry, DeviceModel, SearchMiss
from cpl.search import Found, Term, exact_entry, find, left_out, understand
from cpl.suggestions import did_you_mean
from tests.factories import Cast, Catalogue, make_entry, make_model

Finder = Callable[..., list[str]]


@pytest.fixture
def names(cast: Cast, catalogue: Catalogue) -> Finder:
    """Names of the Device Models found, in order."""

    def search(text: str, **rest: object) -> list[str]:
        found = find_all(cast, text, **rest)
        models = DeviceModel.objects.in_bulk(found.models)
        return [models[key].name for key in found.models]

    return search


def find_all(cast: Cast, text: str, **rest: Any) -> Found:
    return find(CPLEntry.objects.visible_to(cast.rival_supplier), SearchRequest(text=text, **rest))


@pytest.mark.parametrize(
    "text",
    [
        "ember", "EMBER", "mber X4", "x495", "northmoor", "Northmoor X495", "x495 northmoor", "7a01", "0x7A01", "8b0b",
        "8B0B030D", "8B:0B:03:0D", "8b 0b 03 0d", "0x8B0B030D", "7A018B0B030D", "7a01 8b0b030d", "01040605",
        "0x01040605", "01:04:06:05", "01.04.06.05", "01 04 06 05", "040605", "CPL-001072", "cpl-001072", "cpl001072",
        "001072", "3fad726f3fad", "3FAD72", "a1b2a1b2a1b2", "esme northmoor", "ember 01040605",
        "northmoor,", '"Ember X495"', "8B0B030D/01040605", "7A01-8B0B030D", "0x01 0x04 0x06 0x05", "sha256: 3fad726f",
    ],
)  # fmt: skip
@pytest.mark.django_db
def test_any_writing_finds_the_model(names: Finder, text: str) -> None:
    assert names(text) == ["Ember X495"]


@pytest.mark.parametrize("text", ["helio", "Hélio", "HELIO", "lumen", "societe", "SOCIÉTÉ"])
@pytest.mark.django_db
def test_accents_and_case_do_not_matter(names: Finder, text: str) -> None:
    assert names(text) == ["Hélio 12"]


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", '"', "<b>", "a' OR 1=1 --", "x495 zzz", "3FAD", "~"])
@pytest.mark.django_db
def test_signs_have_no_power_and_nothing_is_found(names: Finder, text: str) -> None:
    assert names(text) == []


@pytest.mark.django_db
def test_four_digits_inside_a_hash_are_not_a_match(names: Finder) -> None:
    assert names("726F") == []


@pytest.mark.django_db
def test_a_whole_word_comes_before_a_part_of_one(cast: Cast, catalogue: Catalogue, names: Finder) -> None:
    make_entry(make_model(name="Remember", model_identifier="0001"), "0B0B0B0B")
    assert names("ember", sort="best") == ["Ember X495", "Remember"]


@pytest.mark.django_db
def test_names_can_be_sorted(names: Finder) -> None:
    assert names("", sort="name") == ["Ember X495", "Hélio 12", "Lantern S290"]


@pytest.mark.django_db
def test_the_newest_can_come_first(names: Finder) -> None:
    assert names("", sort="newest")[0] == "Ember X495"


@pytest.mark.django_db
def test_a_facet_narrows_the_result(names: Finder) -> None:
    assert names("", chosen={"type": ("GSME",)}) == ["Lantern S290"]


@pytest.mark.django_db
def test_two_values_of_a_facet_widen_it(names: Finder) -> None:
    assert len(names("", chosen={"type": ("GSME", "IHD")})) == 2


@pytest.mark.django_db
def test_a_facet_counts_what_choosing_it_would_list(cast: Cast, catalogue: Catalogue) -> None:
    for facet in find_all(cast, "").facets:
        for value in facet.values:
            assert find_all(cast, "", chosen={facet.name: (value.value,)}).total == value.count, (
                facet,
                value,
            )


@pytest.mark.django_db
def test_a_facets_own_choice_does_not_lower_its_other_counts(cast: Cast, catalogue: Catalogue) -> None:
    before = find_all(cast, "").facets[0].values
    after = find_all(cast, "", chosen={"type": ("GSME",)}).facets[0].values
    assert [(value.value, value.count) for value in before] == [(value.value, value.count) for value in after]


@pytest.mark.django_db
def test_removed_versions_are_found_too(names: Finder) -> None:
    assert names("01132107") == ["Ember X495"]


@pytest.mark.django_db
def test_a_page_beyond_the_last_is_empty_but_counts(cast: Cast, catalogue: Catalogue) -> None:
    found = find_all(cast, "", page=9)
    assert (found.models, found.total) == ([], 3)


@pytest.mark.django_db
def test_renaming_a_maker_is_found_at_once(catalogue: Catalogue, names: Finder) -> None:
    maker = catalogue.ember.manufacturer
    maker.name = "Southmoor Metering"
    maker.save()
    assert names("southmoor") == ["Ember X495"]
    assert names("northmoor") == []


@pytest.mark.parametrize(
    ("text", "entry"),
    [
        ("CPL-001072", "CPL-001072"),
        ("cpl-001072", "CPL-001072"),
        ("3FAD726F" * 8, "CPL-001072"),
        ("8B0B030D 01040605", "CPL-001072"),
        ("8b:0b:03:0d 0x01040605", "CPL-001072"),
        ("7A01 8B0B030D 01040605", "CPL-001072"),
        ("7A01 8B0B 03 0D 01040605", "CPL-001072"),
        ("7A01-8B0B030D-01040605", "CPL-001072"),
        ("8B0B030D/01040605", "CPL-001072"),
        ("sha256:" + "3FAD726F" * 8, "CPL-001072"),
        (" ".join(["3FAD726F"] * 8), "CPL-001072"),
        ("CPL-001072,", "CPL-001072"),
    ],
)
@pytest.mark.django_db
def test_an_exact_name_goes_straight_to_its_entry(cast: Cast, catalogue: Catalogue, text: str, entry: str) -> None:
    found = exact_entry(CPLEntry.objects.visible_to(cast.supplier), understand(text))
    assert found is not None
    assert found.cpl_entry_id == entry


@pytest.mark.parametrize("text", ["", "ember", "01040605", "8B0B030D", "3FAD726F", "7A01 01040605", "CPL-0010"])
@pytest.mark.django_db
def test_anything_less_than_exact_stays_a_search(cast: Cast, catalogue: Catalogue, text: str) -> None:
    assert exact_entry(CPLEntry.objects.visible_to(cast.supplier), understand(text)) is None


@pytest.mark.django_db
def test_a_hash_of_two_entries_is_no_exact_name(cast: Cast, catalogue: Catalogue) -> None:
    make_entry(catalogue.gas, "0E0E0E0E", firmware_hash="3FAD726F" * 8)
    assert exact_entry(CPLEntry.objects.visible_to(cast.supplier), understand("3FAD726F" * 8)) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("embr", "Ember"),
        ("northmor", "Northmoor"),
        ("kestral lantern", "Kestrel lantern"),
        ("05060401", "01040605"),
        ("01040604", "01040605"),
    ],
)
@pytest.mark.django_db
def test_a_slip_is_answered_with_what_was_meant(cast: Cast, catalogue: Catalogue, typed: str, meant: str) -> None:
    assert meant in did_you_mean(CPLEntry.objects.visible_to(cast.supplier), typed)


@pytest.mark.django_db
def test_nonsense_gets_no_suggestion(cast: Cast, catalogue: Catalogue) -> None:
    assert did_you_mean(CPLEntry.objects.visible_to(cast.supplier), "qqqqqq") == []


@pytest.mark.django_db
def test_a_miss_is_kept_with_the_party_and_without_the_person(cast: Cast) -> None:
    record_miss(text="qqqq", terms=understand("qqqq"), by=cast.supplier)
    miss = SearchMiss.objects.get()
    assert miss.party == Party.objects.get(name="Ashdown Energy")
    assert cast.supplier.email not in str(SearchMiss.objects.values().get())


@pytest.mark.django_db
def test_letters_added_while_typing_mend_the_last_miss(cast: Cast) -> None:
    for text in ("qqq", "qqqx", "qqqxy"):
        record_miss(text=text, terms=understand(text), by=cast.supplier)
    assert SearchMiss.objects.get().text == "qqqxy"


@pytest.mark.django_db
def test_another_word_is_another_miss(cast: Cast) -> None:
    for text in ("qqq", "zzz"):
        record_miss(text=text, terms=understand(text), by=cast.supplier)
    assert SearchMiss.objects.count() == 2


def test_bytes_written_apart_are_one_identifier() -> None:
    assert [term.identifier for term in understand("04 53 16 CB")] == ["045316CB"]


def test_how_a_word_was_understood_is_said() -> None:
    assert [str(term) for term in understand("ember 0x045316cb")] == ["“ember”", "identifier 045316CB"]


@given(st.text(max_size=300))
def test_any_text_is_understood_without_an_error(text: str) -> None:
    terms = understand(text)
    assert len(terms) <= 8
    assert all(isinstance(term, Term) and term.writings for term in terms)


@given(st.text(max_size=60), st.sampled_from(["type", "maker", "q", "page", "sort", "status"]))
def test_any_address_is_read_without_an_error(text: str, name: str) -> None:
    query = QueryDict(mutable=True)
    query.appendlist(name, text)
    asked = SearchRequest.from_address(query)
    assert SearchRequest.from_address(QueryDict(asked.address())) == asked


@given(st.text(max_size=40))
@pytest.mark.django_db
def test_any_text_can_be_searched_for(text: str) -> None:
    query = QueryDict(mutable=True)
    query["q"] = text
    assert find(CPLEntry.objects.all(), SearchRequest.from_address(query)).total == 0


def test_words_beyond_the_eighth_are_owned_up_to() -> None:
    assert [term.typed for term in left_out("a b c d e f g h i j")] == ["i", "j"]
