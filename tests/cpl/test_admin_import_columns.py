"""Saying in the admin what the columns of a workbook mean."""

import io
from typing import Any

import openpyxl
import pytest
from django.test import Client

from cpl.choices import ImportStatus
from cpl.models import ColumnMapping, ImportRun
from cpl.spreadsheets import importer
from tests.conftest import SignedIn
from tests.cpl.admin_importing import door, now, page_of, text, upload, uploaded
from tests.cpl.importing import listed, workbook
from tests.factories import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def moderator(cast: Cast, signed_in: SignedIn) -> Client:
    return signed_in(cast.moderator)


def renamed(content: bytes, **headings: str) -> bytes:
    """The workbook with some of its column headings changed."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for cell in book.worksheets[0][3]:
        cell.value = headings.get(str(cell.value).replace(" ", "_"), cell.value)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def corrected(page: Any, form: str, heading: str, field: str) -> dict[str, Any]:
    """What a browser would post from the form of columns after one choice."""
    shown = page.context[form]
    data: dict[str, Any] = {
        "heading": [row.text for row, _ in shown.rows()],
        "understood": [row.field for row, _ in shown.rows()],
    }
    data |= {bound.html_name: field if row.text == heading else bound.value() for row, bound in shown.rows()}
    return data


def test_an_ignored_column_is_named_and_can_be_corrected(moderator: Client, cast: Cast) -> None:
    upload(moderator, renamed(workbook(listed(1)), GBCS_Version="Kind of speech"))
    run = ImportRun.objects.latest("pk")
    assert "“Kind of speech” (CPL)" in text(moderator.get(page_of(run)))
    page = moderator.get(door(run, "columns"))
    moderator.post(door(run, "columns"), corrected(page, "form", "Kind of speech", "gbcs_version"))
    fresh = ImportRun.objects.latest("pk")
    assert fresh.pk != run.pk and now(run).status == ImportStatus.DISCARDED
    assert not fresh.sheets[0]["ignored"]
    assert ColumnMapping.objects.get().corrected_by == cast.moderator.email


def test_columns_as_they_were_change_nothing(moderator: Client) -> None:
    run = uploaded(moderator, listed(1))
    page = moderator.get(door(run, "columns"))
    answer = moderator.post(door(run, "columns"), corrected(page, "form", "", ""))
    assert answer["Location"] == page_of(run)
    assert (ImportRun.objects.count(), ColumnMapping.objects.count()) == (1, 0)


def test_a_correction_with_which_the_file_cannot_be_read_is_not_remembered(moderator: Client) -> None:
    run = uploaded(moderator, listed(1))
    page = moderator.get(door(run, "columns"))
    answer = moderator.post(door(run, "columns"), corrected(page, "form", "Device Type", ""))
    assert "lacks the column “Device Type”" in text(answer)
    assert now(run).status == ImportStatus.PREVIEWED and not ColumnMapping.objects.exists()


def test_where_columns_cannot_be_told_the_person_says_what_they_are(moderator: Client) -> None:
    content = renamed(workbook(listed(1)), Device_Type="Sort of thing")
    page = upload(moderator, content)
    assert "lacks the column “Device Type”" in text(page)
    data = corrected(page, "columns", "Sort of thing", "device_type")
    upload(moderator, content, **data)
    run = ImportRun.objects.get()
    assert run.counts["added"] == 1
    assert importer.remembered() == {"sortofthing": "device_type"}


def test_of_two_columns_for_one_field_one_can_be_left_out(moderator: Client) -> None:
    content = renamed(workbook(listed(1)), DLMS_Certificate="ZigBee Cert")
    page = upload(moderator, content)
    assert "both stand for “ZigBee Certificate”" in text(page)
    upload(moderator, content, **corrected(page, "columns", "ZigBee Cert", ""))
    assert ImportRun.objects.get().sheets[0]["ignored"] == ["ZigBee Cert"]
