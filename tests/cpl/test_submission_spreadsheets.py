"""A manufacturer's spreadsheet: what its rows ask for, about its own products only, made drafts or sent at once."""

from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.access import Forbidden
from accounts.models import AuditEvent, Party, User
from cpl.actions.housekeeping import discard_stale_previews
from cpl.models import CPLEntry, Submission, SubmissionBatch, SubmissionPreview
from cpl.proposals import read
from cpl.spreadsheets import batch
from cpl.spreadsheets.batch import errors, own_records
from tests.conftest import SignedIn
from tests.cpl.importing import Values, record, workbook
from tests.factories import Cast, Catalogue
from tests.factories.catalogue import say

LABELLED = "NEW-1"


def northmoor() -> Party:
    return Party.objects.get(name="Northmoor Metering Ltd")


def about(entry: CPLEntry, **given: Any) -> Values:
    """The row of the list that says what is published of an entry."""
    model = entry.device_model
    row: Values = {
        "cpl_entry_id": entry.cpl_entry_id,
        "device_type": entry.device_type,
        "esme_variant": model.esme_variant,
        "manufacturer": model.manufacturer.name,
        "manufacturer_identifier": model.identifier.code,
        "model_name": entry.model_name,
        "model_identifier": model.model_identifier,
        "hardware_version": model.hardware_version,
        "hardware_revision": model.hardware_revision,
        "firmware_version": entry.firmware_version,
        "smets_chts_version": entry.smets_chts_version,
        "gbcs_version": entry.gbcs_version,
        "firmware_hash": entry.firmware_hash,
        "predecessors": "",
    }
    return {**row, **given}


def fresh(catalogue: Catalogue, label: str = LABELLED, **given: Any) -> Values:
    """The row of a new version of Northmoor's Ember."""
    own = {"cpl_entry_id": label, "firmware_version": "02000001", "firmware_hash": "", "predecessors": ""}
    return about(catalogue.recommended, **{**own, **given})


def told(entry_id: str, **given: Any) -> Values:
    """A row of firmware information that says nothing but what is given."""
    blank = dict.fromkeys(record(), "")
    return {**blank, "cpl_entry_id": entry_id, **given}


def previewed(by: User, *rows: Values, **sheets: Any) -> SubmissionPreview:
    content = workbook(*rows, **sheets)
    return batch.preview(content=content, file_name="ours.xlsx", party=northmoor(), by=by)


def decided(
    by: User, *rows: Values, send: bool = False, reason: str = "A typing error", **sheets: Any
) -> list[Submission]:
    made = batch.decide(preview=previewed(by, *rows, **sheets), by=by, send=send, reason=reason)
    return list(made.submissions.order_by("pk"))


def refused(preview: SubmissionPreview) -> list[str]:
    return [problem["message"] for row in preview.shown["refused"] for problem in row["problems"]]


def kinds(preview: SubmissionPreview) -> list[str]:
    return [request["kind"] for request in preview.shown["requests"]]


def test_the_own_records_sent_back_change_nothing(cast: Cast, catalogue: Catalogue) -> None:
    content = own_records.build(cast.manufacturer, northmoor())
    found = batch.preview(content=content, file_name="mine.xlsx", party=northmoor(), by=cast.manufacturer)
    assert (found.shown["requests"], found.shown["refused"], found.shown["warnings"]) == ([], [], [])
    own = CPLEntry.objects.filter(manufacturer__party=northmoor()).count()
    assert found.shown["unchanged"] == 2 * own
    assert all(sheet["ignored"] == [] for sheet in found.shown["sheets"])


def test_a_row_of_an_unknown_entry_asks_for_a_new_one(cast: Cast, catalogue: Catalogue) -> None:
    (made,) = decided(cast.manufacturer, fresh(catalogue), FIR=[told(LABELLED, stage="Test", notes="Trial only.")])
    said = read(made)
    assert (made.kind, made.state, made.party, made.entry) == ("new_entry", "draft", northmoor(), None)
    assert (said.values["device_model"], said.values["firmware_version"]) == ("8B0B030D", "02000001")
    assert said.answers["stage"] == ("test", "supplied") and said.answers["notes"][0] == "Trial only."


def test_a_label_of_the_file_becomes_the_reference_of_its_submission(cast: Cast, catalogue: Catalogue) -> None:
    rows = [
        fresh(catalogue, "NEW-2", firmware_version="02000002", predecessors="NEW-1, CPL-001072"),
        fresh(catalogue, "NEW-1"),
    ]
    first, second = decided(cast.manufacturer, *rows)
    assert (first.content["firmware_version"], second.content["firmware_version"]) == ("02000001", "02000002")
    assert second.content["predecessors"] == f"{first.reference}, CPL-001072"


def test_what_is_told_of_a_known_entry_is_information_with_its_pathway(cast: Cast, catalogue: Catalogue) -> None:
    entry = catalogue.test_version
    row = told(entry.cpl_entry_id, stage="Production", urgency="Declined", predecessors="CPL-001072")
    (made,) = decided(cast.manufacturer, FIR=[row])
    assert (made.kind, made.entry) == ("information", entry)
    assert made.content == {
        "stage": "production", "stage_answer": "give", "urgency_answer": "decline",
        "pathway_state": "these_entries", "predecessors": "CPL-001072",
    }  # fmt: skip


def test_a_pathway_alone_is_a_pathway(cast: Cast, catalogue: Catalogue) -> None:
    (made,) = decided(cast.manufacturer, FIR=[told("CPL-001077", predecessors="N/A")])
    assert (made.kind, made.content) == ("pathway", {"pathway_state": "not_applicable"})


def test_a_changed_fact_is_a_correction_with_the_reason_of_the_file(cast: Cast, catalogue: Catalogue) -> None:
    (made,) = decided(cast.manufacturer, about(catalogue.second, gbcs_version="4.3"), reason="It was 4.3")
    assert (made.kind, made.content) == ("correction", {"gbcs_version": "4.3", "reason": "It was 4.3"})


def test_a_correction_needs_a_reason(cast: Cast, catalogue: Catalogue) -> None:
    with pytest.raises(errors.ReasonNeededError):
        decided(cast.manufacturer, about(catalogue.second, gbcs_version="4.3"), reason=" ")
    assert not Submission.objects.exists()


def test_a_hash_where_the_list_has_none_is_a_hash(cast: Cast, catalogue: Catalogue) -> None:
    (made,) = decided(cast.manufacturer, about(catalogue.baseline, firmware_hash="AB12" * 16))
    assert (made.kind, made.content) == ("hash", {"firmware_hash": "AB12" * 16})


def test_a_blank_cell_changes_nothing_and_says_so(cast: Cast, catalogue: Catalogue) -> None:
    found = previewed(cast.manufacturer, about(catalogue.second, gbcs_version="", firmware_hash=""))
    assert found.shown["requests"] == []
    (row,) = found.shown["warnings"]
    assert ["stays: 4.2" in row["warnings"][0], "stays" in row["warnings"][1]] == [True, True]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"manufacturer": "Kestrel Gas Measurement Ltd"}, "You cannot submit products of Kestrel"),
        ({"device_type": "SAPC"}, "Device Type of this Device Model is ESME"),
        ({"firmware_version": "0BADCAFE"}, "here it has 0BADCAFE"),
        ({"firmware_hash": "CD" * 32}, "cannot change"),
    ],
)
def test_what_cannot_be_submitted_is_refused(cast: Cast, catalogue: Catalogue, given: Values, words: str) -> None:
    (message,) = refused(previewed(cast.manufacturer, about(catalogue.second, **given)))
    assert words in message


def test_nothing_leaves_the_list_by_a_manufacturers_file(cast: Cast, catalogue: Catalogue) -> None:
    why = {"removed_on": date(2026, 11, 1), "removal_reason": "We prefer so"}
    (message,) = refused(previewed(cast.manufacturer, Removed=[about(catalogue.second, **why)]))
    assert "removes nothing" in message


HIDDEN, ABSENT = "CPL-001081", "CPL-999999"
"""Kestrel's restricted entry, and one that nobody has."""


@pytest.mark.parametrize("entry_id", [HIDDEN, "CPL-002001", ABSENT])
def test_others_entries_read_like_those_that_do_not_exist(cast: Cast, catalogue: Catalogue, entry_id: str) -> None:
    rows = [told(entry_id, stage="Test"), told("CPL-001077", predecessors=entry_id)]
    messages = refused(previewed(cast.manufacturer, FIR=rows))
    assert [message.replace(entry_id, "…") for message in messages] == [
        "… is on no list: neither in this workbook nor in the repository.",
        "The previous entry … exists nowhere: neither in this workbook nor in the repository.",
    ]


@pytest.mark.parametrize("entry_id", [HIDDEN, "CPL-002001", ABSENT])
def test_a_row_with_the_id_of_anothers_entry_tells_nothing_of_it(
    cast: Cast, catalogue: Catalogue, entry_id: str
) -> None:
    found = previewed(cast.manufacturer, fresh(catalogue, entry_id))
    assert (kinds(found), found.shown["refused"], found.shown["warnings"]) == (["new_entry"], [], [])


def test_a_hash_of_a_hidden_entry_gives_no_warning(cast: Cast, catalogue: Catalogue) -> None:
    CPLEntry.objects.filter(pk=catalogue.only_restricted.pk).update(firmware_hash="EE01" * 16)
    found = previewed(cast.manufacturer, fresh(catalogue, firmware_hash="EE01" * 16))
    assert found.shown["warnings"] == []


def test_submitting_sends_all_of_them(cast: Cast, catalogue: Catalogue) -> None:
    row = told("CPL-001077", stage="Production")
    made = decided(cast.manufacturer, fresh(catalogue), FIR=[row], send=True)
    assert [submission.state for submission in made] == ["submitted", "submitted"]
    event = AuditEvent.objects.get(name="submission.spreadsheet_sent")
    assert event.details["kinds"] == {"new_entry": 1, "information": 1}
    assert not SubmissionPreview.objects.exists()


def test_one_blocked_row_sends_none(cast: Cast, catalogue: Catalogue) -> None:
    rows = [told("CPL-001077", stage="Production"), told("CPL-001072", notes="Upgrade to [version] now.")]
    with pytest.raises(errors.BlockedRowsError) as caught:
        decided(cast.manufacturer, FIR=rows, send=True)
    assert [row.label for row in caught.value.rows] == ["CPL-001072"]
    assert not Submission.objects.exists()
    assert SubmissionPreview.objects.exists()


def test_refused_rows_are_left_out_only_on_request(cast: Cast, catalogue: Catalogue) -> None:
    found = previewed(cast.manufacturer, FIR=[told("CPL-001077", stage="Production"), told(ABSENT, stage="Test")])
    with pytest.raises(errors.RowsRefusedError):
        batch.decide(preview=found, by=cast.manufacturer, send=False)
    made = batch.decide(preview=found, by=cast.manufacturer, send=False, leave_out=True)
    assert made.submissions.count() == 1


def test_what_changed_meanwhile_makes_a_preview_outdated(cast: Cast, catalogue: Catalogue) -> None:
    found = previewed(cast.manufacturer, FIR=[told("CPL-001080", stage="Production")])
    say(catalogue.restricted, stage="test")
    with pytest.raises(errors.OutdatedError):
        batch.decide(preview=found, by=cast.manufacturer, send=False)


def test_a_preview_is_decided_once(cast: Cast, catalogue: Catalogue) -> None:
    found = previewed(cast.manufacturer, FIR=[told("CPL-001077", stage="Production")])
    batch.decide(preview=found, by=cast.manufacturer, send=False)
    with pytest.raises(errors.AlreadyDecidedError):
        batch.decide(preview=found, by=cast.manufacturer, send=False)
    assert SubmissionBatch.objects.count() == 1


def test_only_the_own_editors_may_preview(cast: Cast, catalogue: Catalogue) -> None:
    for person in (cast.supplier, cast.competitor, cast.moderator):
        with pytest.raises(Forbidden):
            previewed(person, fresh(catalogue))


def test_undecided_previews_are_thrown_away_in_time(cast: Cast, catalogue: Catalogue) -> None:
    found = previewed(cast.manufacturer, fresh(catalogue))
    discard_stale_previews(now=timezone.now() + timedelta(days=6))
    assert SubmissionPreview.objects.filter(pk=found.pk).exists()
    discard_stale_previews(now=timezone.now() + timedelta(days=8))
    assert not SubmissionPreview.objects.exists()


def test_a_file_that_asks_for_too_much_is_told_so(
    cast: Cast, catalogue: Catalogue, settings: Any, signed_in: SignedIn
) -> None:
    settings.SUBMISSION_SPREADSHEET_MAX = 1
    rows = [told("CPL-001077", stage="Production"), told("CPL-001080", stage="Test")]
    page = uploaded(signed_in(cast.manufacturer), workbook(FIR=rows))
    assert "at most 1 can be made of one file" in page.content.decode()
    assert not SubmissionPreview.objects.exists()


PAGE = "/submissions/spreadsheet/"


def uploaded(client: Client, content: bytes, **more: Any) -> Any:
    file = SimpleUploadedFile("ours.xlsx", content)
    return client.post(PAGE, {"file": file, **more}, follow=True)


def test_a_file_is_uploaded_previewed_and_sent(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    client = signed_in(cast.manufacturer)
    page = uploaded(client, workbook(FIR=[told("CPL-001077", stage="Production")]))
    assert "1 submission would be made" in page.content.decode()
    done = client.post(page.request["PATH_INFO"], {"go": "submit"}, follow=True)
    assert "1 submission was sent to SECAS" in done.content.decode()
    assert Submission.objects.get().state == "submitted"


def test_the_page_says_what_stands_against_a_decision(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    client = signed_in(cast.manufacturer)
    page = uploaded(client, workbook(about(catalogue.second, gbcs_version="4.3")))
    answer = client.post(page.request["PATH_INFO"], {"go": "submit"})
    assert answer.status_code == 409 and "no reason is given" in answer.content.decode()
    discarded = client.post(page.request["PATH_INFO"], {"go": "discard"}, follow=True)
    assert "was discarded" in discarded.content.decode() and not SubmissionPreview.objects.exists()


def test_a_preview_is_its_authors_alone(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    found = previewed(cast.manufacturer, fresh(catalogue))
    answers = {who: signed_in(who).get(found.get_absolute_url()).status_code
               for who in (cast.manufacturer, cast.competitor, cast.supplier, cast.moderator)}  # fmt: skip
    assert list(answers.values()) == [200, 404, 403, 403]


def test_what_is_no_workbook_is_told_with_its_cure(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    page = uploaded(signed_in(cast.manufacturer), b"PK not a workbook")
    assert "This file cannot be read" in page.content.decode()


def test_the_own_records_hold_nobody_elses(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    answer = signed_in(cast.manufacturer).get(f"{PAGE}my-records.xlsx")

    cells = [
        str(cell) for sheet in openpyxl.load_workbook(BytesIO(answer.content)) for row in sheet.values for cell in row
    ]
    assert "CPL-001080" in cells and "firmware@northmoor.example" in cells
    assert not {"CPL-001081", "CPL-002001", "Kestrel Gas Measurement Ltd"} & set(cells)
    assert AuditEvent.objects.filter(name="list.exported", actor=cast.manufacturer.email).exists()
