"""Previewing, applying and discarding: who may, what is stored, and what two people at once get."""

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection

from accounts.access import Forbidden
from accounts.models import AuditEvent
from cpl.models import ColumnMapping, CPLEntry, ImportRow, ImportRun
from cpl.spreadsheets import importer
from cpl.spreadsheets.decisions import (
    AlreadyDecidedError,
    DecisionError,
    PreviewOutdatedError,
    RemovalError,
    RowsRefusedError,
    UnknownFieldError,
)
from cpl.spreadsheets.errors import WorkbookError
from tests.cpl.importing import (
    bring_in,
    counted,
    entry,
    history,
    listed,
    preview,
    record,
    removed,
    row_of,
    workbook,
)
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def die(**_: Any) -> None:
    raise MemoryError


def outcome_of(act: Callable[[], Any]) -> str:
    try:
        act()
    except DecisionError as error:
        return type(error).__name__
    return "done"


def test_a_preview_keeps_the_file_and_changes_nothing_else() -> None:
    run = preview(workbook(listed(), listed(2)))
    assert (run.status, bool(run.content), counted(run)) == ("previewed", True, {"added": 2})
    assert not CPLEntry.objects.exists() and not AuditEvent.objects.exists()
    row = row_of(run)
    assert (row.sheet, row.row_number, row.raw["Model Name"]) == ("CPL", 4, "Ember X495")
    assert row.raw["CPA Date"] == "2031-09-01"


def test_a_preview_shows_how_the_columns_were_understood() -> None:
    sheet = preview(workbook(listed(), without=["dlms_certificate"])).sheets[0]
    assert (sheet["name"], sheet["kind"], sheet["header_row"], sheet["rows"]) == ("CPL", "CPL", 3, 1)
    first = {"column": "A", "heading": "CPL Entry ID", "field": "cpl_entry_id", "title": "CPL Entry ID"}
    assert sheet["columns"][0] == first


def test_unchanged_rows_are_only_counted() -> None:
    bring_in(workbook(listed(), listed(2)))
    run = preview(workbook(listed(), listed(2, gbcs_version="4.3")))
    assert counted(run) == {"unchanged": 1, "changed": 1}
    assert [row.cpl_entry_id for row in run.rows.all()] == ["CPL-000002"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "list.xlsx"),
        (b"PK\x03\x04 not a workbook", "list.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "list.xlsx"),
        (b"a,b\n1,2\n", "list.csv"),
        (b"CPL Entry ID,CPL ID,Device Type,Manufacturer\n", "list.csv"),
        (b"anything", "list.docx"),
    ],
)
def test_a_file_that_cannot_be_read_says_why_and_leaves_nothing(content: bytes, name: str) -> None:
    with pytest.raises(WorkbookError) as raised:
        preview(content, name)
    assert raised.value.message and raised.value.cure
    assert not ImportRun.objects.exists()


def test_too_many_rows_are_refused_before_anything_is_stored(settings: Any) -> None:
    settings.SPREADSHEET_MAX_ROWS = 5
    with pytest.raises(WorkbookError, match="at most 5"):
        preview(workbook(*(listed(number) for number in range(1, 9))))
    assert not ImportRun.objects.exists()


@pytest.mark.parametrize("person", ["supplier", "manufacturer", "publisher", "auditor", "stranger"])
def test_people_without_the_permission_can_do_none_of_it(cast: Cast, person: str) -> None:
    by = getattr(cast, person)
    run = preview(workbook(listed()))
    for act in (
        lambda: preview(workbook(listed()), by=by),
        lambda: importer.apply(run=run, by=by),
        lambda: importer.discard(run=run, by=by),
        lambda: importer.remember(header="x", field="notes", by=by),
    ):
        with pytest.raises(Forbidden):
            act()
    assert ImportRun.objects.get().status == "previewed"


def test_applying_writes_one_audit_event_and_says_in_history_where_it_came_from(cast: Cast) -> None:
    run = importer.apply(run=preview(workbook(listed()), by=cast.moderator), by=cast.moderator)
    event = AuditEvent.objects.get(name="import.applied")
    assert (event.actor, event.object_label, event.channel) == (cast.moderator.email, "list.xlsx", "process")
    assert event.details["counts"]["added"] == 1
    (written,) = history(CPLEntry).all()
    assert written.pgh_context.metadata == {
        "import_run": run.pk, "user": cast.moderator.email, "source": "import", "file": "list.xlsx",
    }  # fmt: skip
    assert (run.status, run.content, run.decided_at is not None) == ("applied", None, True)
    assert run.written_at == written.pgh_created_at


def test_a_preview_that_changes_nothing_writes_only_the_decision(cast: Cast) -> None:
    bring_in(workbook(listed()))
    before = (AuditEvent.objects.count(), history(CPLEntry).count())
    run = bring_in(workbook(listed()))
    assert importer.changes_nothing(run)
    assert (run.status, run.written_at) == ("applied", None)
    assert (AuditEvent.objects.count(), history(CPLEntry).count()) == before


def test_a_refused_row_stops_everything_unless_left_out() -> None:
    run = preview(workbook(listed(), listed(2, device_type="TOASTER")))
    with pytest.raises(RowsRefusedError):
        importer.apply(run=run, by=None)
    assert not CPLEntry.objects.exists()
    assert ImportRun.objects.get().status == "previewed"
    importer.apply(run=run, by=None, accepted_only=True)
    assert CPLEntry.objects.get() == entry()
    assert ImportRun.objects.get().accepted_only


def test_a_preview_is_outdated_once_the_repository_changed() -> None:
    bring_in(workbook(listed()))
    run = preview(workbook(listed(gbcs_version="4.3")))
    bring_in(workbook(listed(gbcs_version="4.4")))
    with pytest.raises(PreviewOutdatedError, match="Preview the file again"):
        importer.apply(run=run, by=None)
    assert entry().gbcs_version == "4.4"


def test_a_preview_stands_while_the_repository_changes_elsewhere() -> None:
    run = preview(workbook(Removed=[removed(1)]))
    bring_in(workbook(listed(2, manufacturer="Kestrel Gas Measurement Ltd", manufacturer_identifier="7A03")))
    importer.apply(run=run, by=None)
    assert entry().is_removed


def test_a_column_remembered_after_the_preview_does_not_change_what_was_shown() -> None:
    run = preview(workbook(listed()))
    importer.remember(header="DLMS Certificate", field="", by=None)
    importer.apply(run=run, by=None)
    assert entry().dlms_certificate == "DLMS-1"


def test_a_heading_that_only_one_of_the_sheets_reads_does_not_outdate_the_preview() -> None:
    content = workbook(CPL=[listed(release_date=date(2026, 1, 1))], FIR=[record()])
    run = preview(content)
    assert run.sheets[0]["ignored"] == ["Release Date"]
    importer.apply(run=run, by=None)
    assert entry().fir.release_date == date(2023, 12, 1)


@pytest.mark.parametrize("decide", [importer.apply, importer.discard])
def test_a_preview_is_decided_once(decide: Callable[..., ImportRun]) -> None:
    run = preview(workbook(listed()))
    decide(run=run, by=None)
    for again in (importer.apply, importer.discard):
        with pytest.raises(AlreadyDecidedError):
            again(run=run, by=None)


def test_discarding_forgets_the_file_and_keeps_what_was_shown(cast: Cast) -> None:
    run = importer.discard(run=preview(workbook(listed())), by=cast.moderator)
    assert (run.status, run.content) == ("discarded", None)
    assert ImportRow.objects.count() == 1
    assert AuditEvent.objects.get(name="import.discarded").actor == cast.moderator.email


def test_proposed_removals_are_done_where_chosen_with_reason_and_date() -> None:
    bring_in(workbook(listed(), listed(2), listed(3)))
    run = bring_in(
        workbook(listed()),
        remove=["CPL-000002"],
        removal_reason="Withdrawn",
        removal_date=date(2026, 11, 1),
        removal_reference="P/12",
    )
    assert counted(run) == {"unchanged": 1, "removed": 1, "absent": 1}
    gone = entry(2)
    assert (gone.removed_on, gone.removal_reason, gone.removal_reference) == (
        date(2026, 11, 1), "Withdrawn", "P/12",
    )  # fmt: skip
    assert not entry(3).is_removed
    assert row_of(run, "CPL-000002").outcome == "removed"


@pytest.mark.parametrize(
    "given",
    [
        {"remove": ["CPL-000002"]},
        {"remove": ["CPL-000002"], "removal_reason": "Withdrawn"},
        {"remove": ["CPL-000002"], "removal_date": date(2026, 11, 1)},
        {"remove": ["CPL-000001"], "removal_reason": "Withdrawn", "removal_date": date(2026, 11, 1)},
        {"remove": ["CPL-000002"], "removal_reason": "x" * 301, "removal_date": date(2026, 11, 1)},
    ],
)
def test_a_removal_that_was_not_proposed_or_explained_stops_everything(given: dict[str, Any]) -> None:
    bring_in(workbook(listed(), listed(2)))
    run = preview(workbook(listed(gbcs_version="4.3")))
    with pytest.raises(RemovalError):
        importer.apply(run=run, by=None, **given)
    assert (entry().gbcs_version, entry(2).is_removed) == ("4.2", False)


def test_a_column_that_a_person_explained_is_known_the_next_time(cast: Cast) -> None:
    text = "CPL Entry ID;Device Type;Manufacturer;Manufacturer ID;Model Name;Device Model;Wobble\n"
    content = (text + "CPL-000001;ESME;Maker;7A01;Probe;8B0B030D;01000001\n").encode()
    with pytest.raises(WorkbookError, match="Firmware Version"):
        preview(content, "list.csv")
    importer.remember(header=" wobble ", field="firmware_version", by=cast.moderator)
    assert counted(preview(content, "list.csv")) == {"added": 1}
    assert ColumnMapping.objects.get().corrected_by == cast.moderator.email
    assert AuditEvent.objects.get(name="import.column_mapped").details["field"] == "firmware_version"


def test_a_mapping_to_no_field_is_refused() -> None:
    with pytest.raises(UnknownFieldError):
        importer.remember(header="Wobble", field="wobble", by=None)


def test_the_number_of_queries_does_not_grow_with_the_rows(django_assert_max_num_queries: Any) -> None:
    content = workbook(*(listed(number) for number in range(1, 200)))
    with django_assert_max_num_queries(20):
        run = preview(content)
    with django_assert_max_num_queries(45):
        importer.apply(run=run, by=None)


@pytest.mark.django_db(transaction=True)
def test_what_dies_halfway_leaves_the_preview_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    run = preview(workbook(listed(), FIR=[record()]))
    monkeypatch.setattr("cpl.actions.imports.write_records", die)
    with pytest.raises(MemoryError):
        importer.apply(run=run, by=None)
    assert not CPLEntry.objects.exists() and not history(CPLEntry).exists()
    monkeypatch.undo()
    assert counted(importer.apply(run=run, by=None)) == {"added": 2}


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_apply_one_preview_exactly_one_wins() -> None:
    run = preview(workbook(*(listed(number) for number in range(1, 300))))
    assert sorted(together(lambda: importer.apply(run=run, by=None), 2)) == ["AlreadyDecidedError", "done"]
    assert CPLEntry.objects.count() == 299


@pytest.mark.django_db(transaction=True)
def test_of_two_previews_applied_at_once_the_second_is_outdated() -> None:
    content = workbook(*(listed(number) for number in range(1, 300)))
    runs = [preview(content), preview(content)]
    assert sorted(together(lambda: importer.apply(run=runs.pop(), by=None), 2)) == [
        "PreviewOutdatedError",
        "done",
    ]


def together(act: Callable[[], Any], count: int) -> list[str]:
    """What comes of it when so many people do it at the same moment."""
    barrier, outcomes = threading.Barrier(count), []

    def one() -> None:
        barrier.wait()
        try:
            outcomes.append(outcome_of(act))
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
