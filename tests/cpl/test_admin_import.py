"""Importing a workbook through the pages of the admin."""

import csv
import io
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from cpl.choices import ImportStatus
from cpl.models import CPLEntry, ImportRun
from tests.conftest import SignedIn
from tests.cpl.admin_importing import UPLOAD, apply, door, now, page_of, text, upload, uploaded
from tests.cpl.importing import bring_in, entry, listed, preview, workbook
from tests.factories import Cast

pytestmark = pytest.mark.django_db

PROBLEMS = Path(__file__).resolve().parents[1] / "samples" / "cpl-problem-rows.xlsx"
BAD = listed(2, firmware_version="0102030G")


@pytest.fixture
def moderator(cast: Cast, signed_in: SignedIn) -> Client:
    return signed_in(cast.moderator)


# Uploading ------------------------------------------------------------------------------------------


def test_an_upload_leads_to_its_preview_and_changes_nothing(moderator: Client, cast: Cast) -> None:
    run = uploaded(moderator, listed(1), listed(2))
    page = text(moderator.get(page_of(run)))
    assert run.created_by == cast.moderator
    assert "list.xlsx" in page and "30 October 2026" in page and "Added <strong>2</strong>" in page
    assert not CPLEntry.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("list.xlsx", b"", "is empty"),
        ("list.xlsx", b"\x89PNG\r\n\x1a\n....", "is not what its name says"),
        ("list.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel"),
        ("list.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("list.csv", b"some,thing\n1,2\n", "has the column names of a Central Products List"),
    ],
)
def test_a_bad_file_is_told_with_its_cure_and_nothing_is_saved(
    moderator: Client, name: str, content: bytes, says: str
) -> None:
    page = text(upload(moderator, content, name))
    assert says in page and "What to do:" in page
    assert not ImportRun.objects.exists()


def test_a_file_that_is_too_large_is_refused(moderator: Client, settings: Any) -> None:
    settings.SPREADSHEET_MAX_BYTES = 1_000
    page = text(upload(moderator, workbook(listed(1))))
    assert "at most 1,000 bytes can be read" in page
    assert not ImportRun.objects.exists()


def test_without_a_file_the_form_asks_for_one(moderator: Client) -> None:
    assert "Choose a file first." in text(moderator.post(UPLOAD))


# Reading a preview ----------------------------------------------------------------------------------


def test_the_preview_of_the_problem_rows_says_what_is_wrong_with_each(moderator: Client) -> None:
    upload(moderator, PROBLEMS.read_bytes(), PROBLEMS.name)
    run = ImportRun.objects.latest("pk")
    page = text(moderator.get(page_of(run)))
    refused = run.rows.filter(outcome="refused")
    assert refused.count() == run.counts["refused"] == 18
    for row in refused:
        assert f"CPL, row {row.row_number}" in page
    assert "“0102030G” contains “G” at position 8" in page
    assert "Correct the character at position 8." in page


def test_changes_are_shown_field_by_field(moderator: Client) -> None:
    bring_in(workbook(listed(1)))
    run = uploaded(moderator, listed(1, gbcs_version="4.3"))
    page = text(moderator.get(page_of(run)))
    assert "GBCS Version" in page and "<del>4.2</del>" in page and "<ins>4.3</ins>" in page


def test_each_list_has_its_own_address_and_pages(moderator: Client) -> None:
    run = uploaded(moderator, *(listed(number) for number in range(1, 61)), BAD | {"cpl_entry_id": "CPL-9"})
    first, second = (moderator.get(page_of(run), {"outcome": "added", "page": page}) for page in (1, 2))
    assert "CPL-000050" in text(first) and "CPL-000051" not in text(first)
    assert "CPL-000051" in text(second) and "Page 2 of 2" in text(second)
    assert "CPL-9" in text(moderator.get(page_of(run))), "refused rows come first"


def test_a_page_of_rows_asks_no_query_for_each(moderator: Client, django_assert_max_num_queries: Any) -> None:
    run = uploaded(moderator, *(listed(number) for number in range(1, 61)))
    with django_assert_max_num_queries(9):
        moderator.get(page_of(run))


@pytest.mark.parametrize("file_format", ["xlsx", "csv"])
def test_refused_rows_can_be_sent_back_with_every_reason(moderator: Client, file_format: str) -> None:
    upload(moderator, PROBLEMS.read_bytes(), PROBLEMS.name)
    run = ImportRun.objects.latest("pk")
    content = moderator.get(reverse("admin:cpl_importrun_rows", args=[run.pk, "refused", file_format])).content
    rows = lines(content, file_format)
    assert rows[0] == ["Sheet", "Row", "CPL Entry ID", "Cell", "Column", "Value", "What is wrong", "What to do"]
    assert {str(row[1]) for row in rows[1:]} == {str(row.row_number) for row in run.rows.filter(outcome="refused")}
    assert [row[5] for row in rows if str(row[1]) == "24"] == ['\'=HYPERLINK("http://attacker.example","Probe")']


def lines(content: bytes, file_format: str) -> list[list[Any]]:
    if file_format == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    sheet: Any = openpyxl.load_workbook(io.BytesIO(content)).active
    return [list(row) for row in sheet.iter_rows(values_only=True)]


@pytest.mark.parametrize("address", ["nonsense.xlsx", "refused.pdf"])
def test_there_is_no_other_list_to_take_away(moderator: Client, address: str) -> None:
    run = uploaded(moderator, listed(1))
    assert moderator.get(f"/admin/cpl/importrun/{run.pk}/rows/{address}").status_code == 404


def test_a_file_that_changes_nothing_says_so_and_cannot_be_applied(moderator: Client) -> None:
    bring_in(workbook(listed(1)))
    page = text(moderator.get(page_of(uploaded(moderator, listed(1)))))
    assert "Nothing changes: this file is already in the repository." in page
    assert "Apply everything" not in page and "Discard this preview" in page


def test_where_only_refused_rows_are_new_there_is_nothing_to_apply(moderator: Client) -> None:
    bring_in(workbook(listed(1)))
    page = text(moderator.get(page_of(uploaded(moderator, listed(1), BAD))))
    assert "No accepted row changes anything" in page and "Apply the accepted rows only" not in page


def test_a_list_issued_anew_without_a_change_can_become_the_list_in_force(moderator: Client) -> None:
    bring_in(workbook(listed(1)))
    run = uploaded(moderator, listed(1), banner="Issued 20 November 2026")
    assert "records it as the list in force" in text(moderator.get(page_of(run)))
    apply(moderator, run)
    assert now(run).status == ImportStatus.APPLIED


# Deciding -------------------------------------------------------------------------------------------


def test_everything_is_applied_after_it_was_shown_in_numbers(moderator: Client, cast: Cast) -> None:
    run = uploaded(moderator, listed(1), listed(2))
    confirmation = moderator.post(door(run, "choose"), {"go": "all"}, follow=True)
    assert "<dt>Added</dt><dd>2</dd>" in text(confirmation)
    assert not CPLEntry.objects.exists()
    done = text(moderator.post(door(run, "apply"), {"rows": "all", "remove": ""}, follow=True))
    assert CPLEntry.objects.count() == 2
    assert "2 added" in done and f"by {cast.moderator.email}" in done


def test_refused_rows_stand_against_applying_everything(moderator: Client) -> None:
    run = uploaded(moderator, listed(1), BAD)
    assert "Not possible while 1 row is refused" in text(moderator.get(page_of(run)))
    assert "1 row is refused, so nothing was imported." in text(apply(moderator, run))
    assert not CPLEntry.objects.exists()


def test_accepted_rows_only_needs_an_explicit_tick(moderator: Client) -> None:
    run = uploaded(moderator, listed(1), BAD)
    answer = moderator.post(door(run, "choose"), {"go": "accepted"}, follow=True)
    assert "Tick that the refused rows are to be left out" in text(answer)
    answer = moderator.post(door(run, "choose"), {"go": "accepted", "leave_out": "1"}, follow=True)
    assert "Apply the accepted rows, leave 1 out" in text(answer)
    assert answer.context["form"]["rows"].value() == "accepted"


def test_accepted_rows_are_applied_and_the_page_says_what_was_left_out(moderator: Client) -> None:
    run = uploaded(moderator, listed(1), BAD)
    apply(moderator, run, "accepted")
    assert list(CPLEntry.objects.values_list("cpl_entry_id", flat=True)) == ["CPL-000001"]
    assert "1 refused row was left out." in text(moderator.get(page_of(run)))


def test_discarding_keeps_what_the_preview_showed(moderator: Client) -> None:
    run = uploaded(moderator, listed(1))
    answer = moderator.post(door(run, "discard"), follow=True)
    assert "nothing of it was imported" in text(answer) and "CPL-000001" in text(answer)
    assert (now(run).status, now(run).content, CPLEntry.objects.count()) == (ImportStatus.DISCARDED, None, 0)


def test_of_two_people_who_decide_the_second_is_told(moderator: Client, cast: Cast, signed_in: SignedIn) -> None:
    run = uploaded(moderator, listed(1))
    apply(moderator, run)
    for answer in (apply(moderator, run), moderator.post(door(run, "discard")), moderator.post(door(run, "again"))):
        assert answer.status_code == 409
        assert "This preview is applied already." in text(answer)
    assert CPLEntry.objects.count() == 1


def test_an_outdated_preview_is_previewed_again_with_one_click(moderator: Client) -> None:
    run = uploaded(moderator, listed(1, gbcs_version="4.3"))
    bring_in(workbook(listed(1)))
    answer = apply(moderator, run)
    assert answer.status_code == 409
    assert "The repository changed after this preview" in text(answer)
    assert door(run, "again") in text(answer)
    moderator.post(door(run, "again"))
    fresh = ImportRun.objects.latest("pk")
    assert fresh.counts["changed"] == 1
    assert now(run).status == ImportStatus.DISCARDED
    apply(moderator, fresh)
    assert entry(1).gbcs_version == "4.3"


# Proposed removals ----------------------------------------------------------------------------------


@pytest.fixture
def absent(moderator: Client) -> ImportRun:
    """A list that lacks sixty entries of the repository."""
    bring_in(workbook(*(listed(number) for number in range(1, 62))))
    return uploaded(moderator, listed(1, gbcs_version="4.3"))


WHY = {"removal_reason": "Withdrawn", "removal_date": "2026-11-01", "removal_reference": "Panel 90"}


def test_entries_that_the_file_lacks_stay_unless_ticked(moderator: Client, absent: ImportRun) -> None:
    assert "Absent: removal proposed <strong>60</strong>" in text(moderator.get(page_of(absent)))
    apply(moderator, absent)
    assert CPLEntry.objects.listed().count() == 61


def test_the_button_says_what_it_does_with_ticks_and_without(moderator: Client) -> None:
    bring_in(workbook(listed(1), listed(2)))
    run = uploaded(moderator, listed(1))
    page = text(moderator.get(page_of(run)))
    assert "No row of this file changes anything, but 1 listed entry is not in it." in page
    assert "Nothing as yet: no row changes anything, and no removal is ticked." in page
    moderator.post(door(run, "choose"), {"go": "tick-all"})
    page = text(moderator.get(page_of(run)))
    assert "You ticked 1 to be removed." in page and "1 ticked removal." in page
    assert "Nothing changes" not in page and "without a change" not in page and "0 rows" not in page


def test_a_newer_list_that_lacks_entries_is_not_called_unchanged(moderator: Client) -> None:
    bring_in(workbook(listed(1), listed(2)))
    page = text(moderator.get(page_of(uploaded(moderator, listed(1), banner="Issued 20 November 2026"))))
    assert "without a change" not in page
    assert "1 listed entry is not in it. Applying it records it as the list in force." in page
    assert "The list is recorded as the one in force." in page


def test_removed_entries_are_called_by_model_and_firmware_version(moderator: Client, absent: ImportRun) -> None:
    apply(moderator, absent, remove="CPL-000003", **WHY)
    page = text(moderator.get(f"{page_of(absent)}?outcome=removed"))
    gone = entry(3)
    head = page.partition("CPL-000003<span")[2].partition("</th>")[0]
    assert gone.device_model.name in head and gone.firmware_version in head


def test_ticks_are_kept_over_the_pages_of_the_list(moderator: Client, absent: ImportRun) -> None:
    first = {"go": "page-2", "shown": ["CPL-000002", "CPL-000003"], "remove": ["CPL-000002", "CPL-000003"]}
    assert "page=2" in moderator.post(door(absent, "choose"), first)["Location"]
    second = {"go": "page-1", "shown": ["CPL-000060"], "remove": ["CPL-000060"]}
    moderator.post(door(absent, "choose"), second)
    unticked = {"go": "all", "shown": ["CPL-000002", "CPL-000003"], "remove": ["CPL-000003"]}
    confirmation = moderator.post(door(absent, "choose"), unticked, follow=True)
    assert confirmation.context["removal_ids"] == ["CPL-000003", "CPL-000060"]


def test_ticked_entries_are_removed_with_reason_date_and_reference(moderator: Client, absent: ImportRun) -> None:
    answer = apply(moderator, absent, remove="CPL-000003", **WHY)
    gone = entry(3)
    assert answer["Location"] == page_of(absent)
    assert (gone.removed_on, gone.removal_reason) == (date(2026, 11, 1), "Withdrawn")
    assert gone.removal_reference == "Panel 90"
    assert CPLEntry.objects.listed().count() == 60


@pytest.mark.parametrize("missing", WHY)
def test_a_removal_needs_each_of_them(moderator: Client, absent: ImportRun, missing: str) -> None:
    answer = apply(moderator, absent, remove="CPL-000003", **{**WHY, missing: ""})
    assert "This field is required." in text(answer)
    assert CPLEntry.objects.listed().count() == 61


def test_only_a_proposed_removal_can_be_done(moderator: Client, absent: ImportRun) -> None:
    answer = apply(moderator, absent, remove="CPL-000001", **WHY)
    assert "Removal of CPL-000001 was not proposed by this preview." in text(answer)
    assert CPLEntry.objects.listed().count() == 61


def test_all_can_be_ticked_and_unticked_at_once(moderator: Client, absent: ImportRun) -> None:
    moderator.post(door(absent, "choose"), {"go": "tick-all"})
    assert "60 of 60 proposed removals are ticked" in text(moderator.get(page_of(absent)))
    moderator.post(door(absent, "choose"), {"go": "untick-all"})
    assert "No proposed removal is ticked" in text(moderator.get(page_of(absent)))


# Who may --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["publisher", "auditor"])
def test_others_of_the_admin_may_look_but_neither_import_nor_decide(cast: Cast, signed_in: SignedIn, who: str) -> None:
    run = preview(workbook(listed(1)))
    client = signed_in(getattr(cast, who))
    page = text(client.get(page_of(run)))
    assert "A SECAS moderator decides over this preview." in page and "Apply everything" not in page
    assert upload(client, workbook(listed(2))).status_code == 403
    assert client.get(UPLOAD).status_code == 403
    for name in ("choose", "apply", "discard", "again", "columns"):
        assert client.post(door(run, name), {"rows": "all"}).status_code == 403
    assert now(run).status == ImportStatus.PREVIEWED
    assert not AuditEvent.objects.filter(name__startswith="import.").exists()


@pytest.mark.parametrize("who", ["supplier", "manufacturer", "stranger"])
def test_people_of_parties_see_nothing_of_an_import(cast: Cast, signed_in: SignedIn, who: str) -> None:
    run = preview(workbook(listed(1)))
    client = signed_in(getattr(cast, who))
    doors = [door(run, name) for name in ("choose", "apply", "discard", "again", "columns")]
    rows = reverse("admin:cpl_importrun_rows", args=[run.pk, "added", "csv"])
    for address in (UPLOAD, page_of(run), rows, *doors):
        assert client.get(address, follow=True).status_code == 403
        assert client.post(address, follow=True).status_code == 403
    assert now(run).status == ImportStatus.PREVIEWED


def test_a_decision_is_never_made_by_following_a_link(moderator: Client) -> None:
    run = uploaded(moderator, listed(1))
    for name in ("choose", "discard", "again"):
        assert moderator.get(door(run, name)).status_code == 405
    moderator.get(door(run, "apply"))
    assert now(run).status == ImportStatus.PREVIEWED


def test_decisions_are_safe_from_other_sites(cast: Cast) -> None:
    run = preview(workbook(listed(1)))
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.moderator)
    for name in ("choose", "apply", "discard", "again", "columns"):
        assert client.post(door(run, name), {"rows": "all"}).status_code == 403
    assert client.post(UPLOAD).status_code == 403


def test_the_row_by_row_import_is_closed(moderator: Client) -> None:
    assert moderator.post("/admin/cpl/cplentry/process_import/").status_code == 404


@pytest.mark.parametrize("key", ["0", "999999", "x", "1x"])
def test_an_import_that_is_not_there(moderator: Client, key: str) -> None:
    assert moderator.get(f"/admin/cpl/importrun/{key}/change/").status_code == 404
