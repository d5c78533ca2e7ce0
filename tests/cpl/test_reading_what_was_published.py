"""What reading pages say of what the portal itself published: where it stands, whose word it is, what to do next."""

import io
import subprocess
import sys
import zipfile
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from accounts.models import Party, User
from cpl.actions.submissions import drafts
from cpl.actions.visibility import restrict
from cpl.choices import SubmissionKind, SubmissionState
from cpl.models import Contact, CPLEntry, PublicationRecord, SubmissionBatch
from cpl.selectors import log_keys, own_submissions
from cpl.selectors.changes import changes_since
from cpl.spreadsheets.batch import own_records
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue
from tests.factories.submissions import make_submission

Kind, State = SubmissionKind, SubmissionState


def text(client: Client, address: str) -> str:
    """The words of a page's main part."""
    page = BeautifulSoup(client.get(address).content, "html.parser").main
    assert page is not None
    return page.get_text(" ", strip=True)


def news(person: User, since: datetime) -> list[str]:
    return [change.kind for change in changes_since(person, since).found]


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_is_news_under_its_own_name_and_first(cast: Cast, catalogue: Catalogue) -> None:
    since = timezone.now()
    record = catalogue.baseline.fir
    record.notes, record.notes_state = "Winter time.", "supplied"
    record.save()
    make_submission(cast, catalogue, Kind.WITHDRAWAL, State.PUBLISHED)
    changes = changes_since(cast.rival_supplier, since)
    assert news(cast.rival_supplier, since) == ["withdrawn", "information"]
    assert changes.counts()[0] == (1, "version withdrawn")


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_on_a_hidden_record_is_no_news(cast: Cast, catalogue: Catalogue) -> None:
    since = timezone.now()
    done = make_submission(cast, catalogue, Kind.WITHDRAWAL, State.PUBLISHED)
    assert done.entry is not None
    record = CPLEntry.objects.get(pk=done.entry.pk).fir
    restrict(record=record, parties=[Party.objects.get(name="Ashdown Energy")], by=None)
    assert (news(cast.supplier, since), news(cast.rival_supplier, since)) == (["withdrawn"], [])


@pytest.mark.django_db(transaction=True)
def test_what_changes_after_a_withdrawal_is_not_the_withdrawal_again(cast: Cast, catalogue: Catalogue) -> None:
    done = make_submission(cast, catalogue, Kind.WITHDRAWAL, State.PUBLISHED)
    assert done.entry is not None
    since = timezone.now()
    record = CPLEntry.objects.get(pk=done.entry.pk).fir
    record.notes, record.notes_state = "Replaced.", "supplied"
    record.save()
    assert news(cast.supplier, since) == ["information"]


def test_an_entry_that_was_published_here_is_said_to_wait_for_the_dcc(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    done = make_submission(cast, catalogue, Kind.NEW_ENTRY, State.PUBLISHED)
    assert done.entry is not None
    client = signed_in(cast.supplier)
    page = text(client, done.entry.get_absolute_url())
    assert "Published, not yet loaded by the DCC, due by" in page
    assert "ot recorded here" not in page
    assert "Whether the DCC has loaded it is not recorded here" in text(client, catalogue.second.get_absolute_url())


def test_a_withdrawn_version_is_not_praised_as_listed(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    done = make_submission(cast, catalogue, Kind.WITHDRAWAL, State.PUBLISHED)
    assert done.entry is not None
    page = BeautifulSoup(signed_in(cast.supplier).get(done.entry.get_absolute_url()).content, "html.parser")
    (box,) = page.select(".fir-status:not(.fir-status--lapsed)")
    assert "Withdrawn by its manufacturer" in box.text and "still on the Central Products List" in box.text


def test_a_hash_that_another_party_gave_is_told_apart_from_the_first_load(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    make_submission(cast, catalogue, Kind.HASH, State.PUBLISHED)
    page = text(signed_in(cast.supplier), catalogue.test_version.get_absolute_url())
    assert "irmware hash (SHA-256): from DCC, confirmed by the manufacturer" in page
    assert "Everything else: from the CPL, not confirmed by the manufacturer" in page
    assert "The entry on the list, except firmware hash" in page


def test_the_log_names_who_supplied_what_the_manufacturer_confirmed(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    make_submission(cast, catalogue, Kind.HASH, State.PUBLISHED)
    number = PublicationRecord.objects.latest("number").number
    assert "From DCC, confirmed by the manufacturer" in text(signed_in(cast.supplier), f"/publication-log/{number}/")


def test_the_opening_record_is_no_secret_but_publishes_nothing(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    make_submission(cast, catalogue, Kind.CORRECTION, State.PUBLISHED)
    assert "opens the log; it publishes nothing" in text(signed_in(cast.supplier), "/publication-log/1/")


def test_the_verifier_runs_where_there_is_no_portal(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, tmp_path: Path
) -> None:
    make_submission(cast, catalogue, Kind.CORRECTION, State.PUBLISHED)
    client, key = signed_in(cast.supplier), log_keys.current_key()
    assert key is not None
    with zipfile.ZipFile(io.BytesIO(client.get("/publication-log-verifier.zip").content)) as archive:
        archive.extractall(tmp_path)
    (tmp_path / "log.jsonl").write_bytes(b"".join(client.get("/publication-log.jsonl")))
    command = [sys.executable, "-m", "cpl.verify_log", "log.jsonl", "--key", key.text]
    done = subprocess.run(command, cwd=tmp_path, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[0][:17]) == (0, "The log verifies:"), done.stderr


@pytest.mark.parametrize(
    ("telephone", "cell"),
    [
        ("+44 1632 960001", "+44 1632 960001"),
        ("+44-1632.960001", "+44-1632.960001"),
        ("+1+2", "'+1+2"),
        ("=1+2", "'=1+2"),
        ("+cmd|' /C calc'!A0", "'+cmd|' /C calc'!A0"),
        ("@SUM(1)", "'@SUM(1)"),
    ],
)
def test_a_telephone_number_stands_as_it_is_and_a_formula_does_not(
    cast: Cast, catalogue: Catalogue, telephone: str, cell: str
) -> None:
    Contact.objects.filter(manufacturer=catalogue.ember.manufacturer).update(telephone=telephone)
    party = Party.objects.get(name="Northmoor Metering Ltd")
    book = openpyxl.load_workbook(io.BytesIO(own_records.build(cast.manufacturer, party)))
    found = {each.value: each for row in book["FIR"].iter_rows(min_row=5) for each in row if each.value}
    assert cell in found
    assert found[cell].data_type == "s"


def test_the_list_narrows_to_one_spreadsheet(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    party = Party.objects.get(name="Northmoor Metering Ltd")
    batch = SubmissionBatch.objects.create(
        file_name="ours.xlsx", sha256="0" * 64, party=party, created_by=cast.manufacturer
    )
    inside, outside = (
        drafts.begin(kind=Kind.WITHDRAWAL, by=cast.manufacturer, entry=entry, batch=given)
        for entry, given in ((catalogue.recommended, batch), (catalogue.baseline, None))
    )
    page = text(signed_in(cast.manufacturer), f"/submissions/?batch={batch.pk}")
    assert inside.reference in page
    assert outside.reference not in page


def test_home_says_what_waits_for_secas_and_for_the_dcc(cast: Cast, catalogue: Catalogue) -> None:
    make_submission(cast, catalogue, Kind.CORRECTION, State.SUBMITTED)
    issue = make_submission(cast, catalogue, Kind.INFORMATION, State.PUBLISHED).issue
    make_submission(cast, catalogue, Kind.WITHDRAWAL, State.ACCEPTED)
    waiting = {who: own_submissions.waiting_for(getattr(cast, who)) for who in ("moderator", "publisher", "submitter")}
    told = {who: (each.to_decide, each.to_publish, each.to_load) for who, each in waiting.items() if each}
    assert told == {"moderator": (1, 0, []), "publisher": (0, 1, []), "submitter": (0, 0, [issue])}


def test_nothing_waits_for_readers(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    make_submission(cast, catalogue, Kind.CORRECTION, State.SUBMITTED)
    assert own_submissions.waiting_for(cast.supplier) is None
    assert own_submissions.waiting_for(cast.auditor) is None
