"""Who reads what of the log: every record for everybody with a role, its body only where its subject may be seen."""

import json
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from accounts.models import Party, User
from cpl import log_chain
from cpl.actions.visibility import restrict, unrestrict
from cpl.choices import LogKind
from cpl.models import PublicationRecord
from cpl.selectors import log_keys
from cpl.selectors.publication_log import Wanted, head, records, told
from cpl.verify_log.chain import Verifier
from cpl.verify_log.lines import read_lines
from tests.conftest import SignedIn
from tests.cpl.publication_log.conftest import about, write
from tests.factories import Cast, Catalogue

Log = dict[str, PublicationRecord]


def readable(person: User) -> set[int]:
    """Numbers of the records whose body the person gets."""
    return {each.record.number for each in told(person, PublicationRecord.objects.all()) if not each.is_withheld}


def numbers(log: Log, *names: str) -> set[int]:
    return {log[name].number for name in names}


OPEN = ("published", "corrected", "information", "contact", "loaded")


def test_a_supplier_reads_what_is_for_all_and_not_a_restricted_entry_nor_what_names_one(cast: Cast, log: Log) -> None:
    assert readable(cast.rival_supplier) == numbers(log, *OPEN)


def test_a_party_that_an_entry_was_given_to_reads_its_records(cast: Cast, log: Log) -> None:
    assert readable(cast.supplier) == numbers(log, *OPEN, "restricted", "pathway")


def test_a_manufacturer_reads_the_records_of_its_own_restricted_entries(cast: Cast, log: Log) -> None:
    assert readable(cast.manufacturer) == numbers(log, *OPEN, "restricted", "pathway")


def test_a_competitor_reads_what_any_party_reads(cast: Cast, log: Log) -> None:
    assert readable(cast.competitor) == numbers(log, *OPEN)


@pytest.mark.parametrize("who", ["moderator", "publisher", "auditor"])
def test_secas_and_auditors_read_every_body(cast: Cast, log: Log, who: str) -> None:
    assert readable(getattr(cast, who)) == set(range(1, head().number + 1))


def test_how_much_was_there_before_is_for_those_who_see_all_of_it(cast: Cast, log: Log) -> None:
    assert 1 not in readable(cast.supplier)


def test_a_restricted_fir_record_withholds_what_was_published_of_it(cast: Cast, catalogue: Catalogue, log: Log) -> None:
    restrict(record=catalogue.recommended.fir, parties=[Party.objects.get(name="Ashdown Energy")], by=None)
    assert log["information"].number in readable(cast.supplier)
    assert log["information"].number not in readable(cast.rival_supplier)


def test_fir_fields_in_a_record_of_another_kind_are_withheld_as_well(cast: Cast, catalogue: Catalogue) -> None:
    (record,) = write(
        about(LogKind.ENTRY_PUBLISHED, catalogue.recommended, fields={"vulnerabilities": {"after": "Bad"}})
    )
    restrict(record=catalogue.recommended.fir, parties=[Party.objects.get(name="Ashdown Energy")], by=None)
    assert record.number not in readable(cast.rival_supplier)
    assert record.number in readable(cast.supplier)


def test_opening_an_entry_does_not_open_what_was_published_while_it_was_restricted(
    transactional_db: None, cast: Cast, catalogue: Catalogue
) -> None:
    write(about(LogKind.ENTRY_PUBLISHED, catalogue.restricted))
    unrestrict(record=catalogue.restricted, by=None)
    (after,) = write(about(LogKind.ENTRY_CORRECTED, catalogue.restricted, reason="Now"))
    assert readable(cast.rival_supplier) == {after.number}


@pytest.mark.parametrize("words", ["Replaced by {}.", "see ({})", "{},CPL-001045", "“{}”", "x {} y"])
def test_a_hidden_entry_that_is_named_in_passing_withholds_the_body(
    cast: Cast, catalogue: Catalogue, words: str
) -> None:
    named = words.format(catalogue.restricted.cpl_entry_id)
    (record,) = write(about(LogKind.ENTRY_REMOVED, catalogue.baseline, reason=named))
    assert record.number not in readable(cast.rival_supplier)
    assert record.number in readable(cast.supplier)


def test_a_contact_of_a_manufacturer_that_one_knows_nothing_of_is_withheld(cast: Cast, catalogue: Catalogue) -> None:
    (record,) = write(about(LogKind.CONTACT_PUBLISHED, manufacturer="Secret Works plc"))
    assert record.number not in readable(cast.supplier)


def test_a_page_of_records_takes_few_queries(
    cast: Cast, catalogue: Catalogue, django_assert_max_num_queries: Any
) -> None:
    write(*[about(LogKind.INFORMATION_PUBLISHED, catalogue.recommended, reason=str(each)) for each in range(60)])
    assert cast.supplier.active_memberships
    with django_assert_max_num_queries(9):
        told(cast.supplier, PublicationRecord.objects.all())


# Narrowed -------------------------------------------------------------------------------------------------


def found(person: User, **wanted: Any) -> set[int]:
    return set(records(person, Wanted(**wanted)).values_list("number", flat=True))


def test_the_log_is_narrowed_by_kind_and_day(cast: Cast, log: Log) -> None:
    today = timezone.localdate()
    assert found(cast.supplier, kind="entry_corrected", since=today, until=today) == numbers(log, "corrected")


def test_the_log_is_narrowed_by_entry(cast: Cast, log: Log) -> None:
    assert found(cast.supplier, entry="CPL-001045") == numbers(log, "published", "corrected")


def test_a_restricted_entry_finds_nothing_for_others_like_one_that_is_not_there(cast: Cast, log: Log) -> None:
    assert found(cast.rival_supplier, entry="CPL-001080") == found(cast.rival_supplier, entry="CPL-999999") == set()
    assert found(cast.supplier, entry="CPL-001080") == numbers(log, "restricted")


def test_an_entry_does_not_find_records_of_its_hidden_information(cast: Cast, catalogue: Catalogue, log: Log) -> None:
    restrict(record=catalogue.recommended.fir, parties=[Party.objects.get(name="Ashdown Energy")], by=None)
    assert found(cast.rival_supplier, entry=catalogue.recommended.cpl_entry_id) == set()


# Pages ----------------------------------------------------------------------------------------------------


def test_the_list_shows_what_the_person_may_read(cast: Cast, log: Log, signed_in: SignedIn) -> None:
    page = signed_in(cast.rival_supplier).get("/publication-log/").content.decode()
    assert "CPL-001045" in page
    assert "CPL-001080" not in page
    assert "Not shown to your Party" in page


def test_the_list_shows_the_key_and_the_line_to_keep(cast: Cast, log: Log, signed_in: SignedIn) -> None:
    client = signed_in(cast.supplier)
    client.get("/publication-log.jsonl").getvalue()
    page, key, last = client.get("/publication-log/").content.decode(), log_keys.current_key(), head()
    assert key is not None
    assert BeautifulSoup(page, "html.parser").find(string=key.text)
    assert f"{last.number}:{last.digest}" in page


def test_a_day_that_is_none_is_said_so(cast: Cast, log: Log, signed_in: SignedIn) -> None:
    page = signed_in(cast.supplier).get("/publication-log/?since=yesterday&kind=nonsense")
    assert page.status_code == 200
    assert "Enter a day." in page.content.decode()


def test_a_record_shows_its_fields_before_and_after(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    fields = {"gbcs_version": {"before": "4.1", "after": "4.2"}}
    (record,) = write(about(LogKind.ENTRY_CORRECTED, catalogue.baseline, fields=fields, reason="A slip"))
    page = BeautifulSoup(signed_in(cast.supplier).get(f"/publication-log/{record.number}/").content, "html.parser")
    assert [cell.text for row in page.select("tbody tr") for cell in row.find_all(["th", "td"])] == [
        "GBCS version", "4.1", "4.2",
    ]  # fmt: skip
    assert "A slip" in page.text


def test_a_withheld_record_shows_its_place_in_the_chain_and_nothing_of_its_body(
    cast: Cast, log: Log, signed_in: SignedIn
) -> None:
    record = log["restricted"]
    page = signed_in(cast.rival_supplier).get(f"/publication-log/{record.number}/").content.decode()
    assert "CPL-001080" not in page
    assert record.salt not in page
    assert record.digest[:8] in page


def test_a_number_that_the_log_has_not_reached_is_not_found(cast: Cast, log: Log, signed_in: SignedIn) -> None:
    assert signed_in(cast.supplier).get("/publication-log/999/").status_code == 404


@pytest.mark.parametrize("address", ["/publication-log/", "/publication-log/1/", "/publication-log.jsonl"])
def test_nobody_without_a_role_gets_anything(cast: Cast, log: Log, signed_in: SignedIn, address: str) -> None:
    assert signed_in(cast.stranger).get(address).status_code == 403
    assert Client().get(address).status_code == 302


# File -----------------------------------------------------------------------------------------------------


def taken(client: Client) -> list[bytes]:
    return client.get("/publication-log.jsonl").getvalue().splitlines(keepends=True)


@pytest.mark.parametrize("who", ["supplier", "rival_supplier", "competitor", "auditor"])
def test_the_file_of_every_reader_verifies_to_its_last_record(
    cast: Cast, log: Log, signed_in: SignedIn, who: str
) -> None:
    lines, key = taken(signed_in(getattr(cast, who))), log_keys.current_key()
    assert key is not None
    public = log_chain.public_key(key.text)
    assert Verifier({key.name: public}).verify(line.removesuffix(b"\n") for line in lines) == []
    assert len(lines) == head().number + 1


def test_the_file_never_names_what_is_hidden(cast: Cast, log: Log, signed_in: SignedIn) -> None:
    text = b"".join(taken(signed_in(cast.rival_supplier))).decode()
    assert "CPL-001080" not in text
    assert log["restricted"].salt not in text
    assert "CPL-001045" in text


def test_the_file_without_a_key_has_no_checkpoint(cast: Cast, log: Log, signed_in: SignedIn, settings: Any) -> None:
    settings.PUBLICATION_LOG_KEY = ""
    assert {json.loads(line)["type"] for line in taken(signed_in(cast.supplier))} == {"record"}


def test_a_long_line_is_cut_short_and_the_next_one_read(tmp_path: Any) -> None:
    long = tmp_path / "long"
    long.write_bytes(b"x" * (40 * 1024 * 1024) + b"\nnext\n")
    with long.open("rb") as file:
        sizes = [len(line) for line in read_lines(file)]
    assert sizes == [16 * 1024 * 1024, 4]
