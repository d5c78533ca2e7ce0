"""The register of audit events: found by index, read in words, taken away whole, and every taking away recorded."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import audit, audit_names, audit_search, audit_words, sign_in_history, whence
from accounts.audit_export import COLUMNS
from accounts.choices import Channel
from accounts.models import AuditEvent
from tests.conftest import SignedIn
from tests.factories import Cast

pytestmark = pytest.mark.django_db

REGISTER = "/admin/accounts/auditevent/"


@pytest.fixture
def auditor(cast: Cast, signed_in: SignedIn) -> Client:
    """The auditor, with three events of her own making below everything that made the cast."""
    with whence.arriving(Channel.PAGE, "203.0.113.9"):
        audit.record("entry.restricted", by=cast.moderator, about="CPL-001080", owner="Northmoor Metering Ltd")
    with whence.arriving(Channel.TOKEN, "2001:db8::7"):
        audit.record("contact.viewed", by=cast.supplier, about="Firmware desk", owner="Northmoor Metering Ltd")
    audit.record("import.applied", by=None, about="CPL of November")
    return signed_in(cast.auditor)


def listed(client: Client, **query: str) -> list[str]:
    page = client.get(REGISTER, query)
    assert page.status_code == 200
    return [event.object_label for event in page.context["cl"].result_list]


def lines_of(client: Client, file_format: str, **query: str) -> list[dict[str, Any]]:
    answer = client.get(f"{REGISTER}export.{file_format}", query)
    text = b"".join(answer).decode()
    if file_format == "jsonl":
        return [json.loads(line) for line in text.splitlines()]
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("name", ["who", "party", "event", "object", "kind", "address", "channel__exact", "q"])
def test_what_no_column_can_hold_is_no_fault_of_the_server(auditor: Client, name: str) -> None:
    for page in (REGISTER, f"{REGISTER}export.jsonl"):
        assert auditor.get(page, {name: "a\x00b"}).status_code in {200, 400}


def test_an_address_that_was_only_typed_is_marked_as_not_proven(auditor: Client, cast: Cast) -> None:
    audit.record(audit_names.SIGN_IN_FAILED, by=cast.supplier.email, about=cast.supplier.email)
    typed = AuditEvent.objects.latest("pk")
    audit.record(audit_names.SIGNED_IN, by=cast.supplier, about=cast.supplier)
    proven = AuditEvent.objects.latest("pk")
    for event, marked in ((typed, True), (proven, False)):
        assert ("not proven" in auditor.get(f"{REGISTER}{event.pk}/change/").content.decode()) is marked
        assert ("not proven" in sign_in_history.told(event).what) is marked
    assert auditor.get(REGISTER, {"who": cast.supplier.email}).content.decode().count("not proven") == 1


# Finding ----------------------------------------------------------------------------------------------


def test_the_newest_event_comes_first(auditor: Client) -> None:
    assert listed(auditor)[:3] == ["CPL of November", "Firmware desk", "CPL-001080"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sam@secas", ["CPL-001080"]),
        ("SAM@SECAS.example", ["CPL-001080"]),
        ("cpl-0010", ["CPL-001080"]),
        ("northmoor met", ["Firmware desk", "CPL-001080"]),
        ("ashdown", ["Firmware desk"]),
        ("203.0.113.9", ["CPL-001080"]),
        ("2001:DB8::7", ["Firmware desk"]),
        ("import.applied", ["CPL of November"]),
        ("desk", []),
    ],
)
def test_the_search_finds_what_begins_so(auditor: Client, typed: str, found: list[str]) -> None:
    ours = {"CPL of November", "Firmware desk", "CPL-001080"}
    assert [label for label in listed(auditor, q=typed) if label in ours] == found


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"event": "import."}, ["CPL of November"]),
        ({"event": "contact.viewed"}, ["Firmware desk"]),
        ({"party_category__exact": "large_supplier"}, ["Firmware desk"]),
        ({"channel__exact": "token"}, ["Firmware desk"]),
        ({"who": "sam@secas.example"}, ["CPL-001080"]),
        ({"party": "ashdown energy"}, ["Firmware desk"]),
        ({"address": "2001:db8:0::7"}, ["Firmware desk"]),
        ({"address": "no address"}, []),
        ({"at_from": "2100-01-01"}, []),
        ({"at_to": "1.1.1990", "channel__exact": "token"}, ["Firmware desk"]),
        ({"q": "northmoor", "channel__exact": "token"}, ["Firmware desk"]),
    ],
)
def test_the_list_can_be_narrowed(auditor: Client, filters: dict[str, str], found: list[str]) -> None:
    assert listed(auditor, **filters) == found


def test_events_of_one_record_are_found_by_its_kind_and_key(auditor: Client, cast: Cast) -> None:
    key = f"accounts.user:{cast.supplier.pk}"
    assert {event.name for event in auditor.get(REGISTER, {"object": key}).context["cl"].result_list} == {
        "membership.created"
    }
    assert "membership.created" in {
        event.name for event in auditor.get(REGISTER, {"kind": "accounts.user"}).context["cl"].result_list
    }


def test_a_period_holds_its_first_and_its_last_day_whole(auditor: Client) -> None:
    today = timezone.localdate()
    assert len(listed(auditor, at_from=f"{today}", at_to=f"{today}")) == min(50, AuditEvent.objects.count())
    yesterday = today - timedelta(days=1)
    assert listed(auditor, at_from=f"{yesterday}", at_to=f"{yesterday}") == []


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("at_from", "2026-99-99", "Period, from: “2026-99-99” is no day"),
        ("at_to", "soon", "Period, to: “soon” is no day"),
        ("address", "banana", "Network address: “banana” is none"),
        ("object", "nonsense", "Object: “nonsense” is none"),
    ],
)
def test_a_filter_that_cannot_be_read_is_named(auditor: Client, name: str, typed: str, words: str) -> None:
    assert words in auditor.get(REGISTER, {name: typed}).content.decode()


def test_an_empty_list_says_what_to_do(auditor: Client) -> None:
    page = auditor.get(REGISTER, {"who": "nobody@nowhere.example"}).content.decode()
    assert "No event fits. Take a filter away, or ask for a longer period." in page
    assert "Create a new item" not in page


def test_a_list_is_counted_no_further_than_anybody_turns_pages(
    auditor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_search, "COUNTED_TO", 2)
    page = auditor.get(REGISTER)
    assert page.context["cl"].result_count == 2
    assert "More than 2 audit events" in page.content.decode()


def test_no_page_of_the_register_counts_all_events(auditor: Client) -> None:
    with CaptureQueriesContext(connection) as captured:
        auditor.get(REGISTER)
    counts = [query["sql"] for query in captured if "COUNT(" in query["sql"] and "accounts_auditevent" in query["sql"]]
    assert counts
    assert all(f"LIMIT {audit_search.COUNTED_TO + 1}" in sql for sql in counts)


def test_rare_events_are_looked_up_by_key_and_stay_in_order(auditor: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.admin.audit_events.AuditEventAdmin.list_per_page", 2)
    whole = list(AuditEvent.objects.order_by("-at", "-pk").values_list("object_label", flat=True))
    assert [label for page in ("1", "2") for label in listed(auditor, p=page)] == whole[:4]


@pytest.mark.parametrize("typed", ["sam@secas", "CPL-0010", "Northmoor", "203.0.113.9"])
def test_the_search_is_served_by_indexes(auditor: Client, typed: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    plan = AuditEvent.objects.order_by().filter(audit_search.matching(typed)).explain()
    assert "Seq Scan" not in plan
    # One each for actor, Party, owner and object; which of two that fit is the planner's choice.
    assert plan.count("Index Scan") >= 4


# One event --------------------------------------------------------------------------------------------


def test_an_event_shows_before_and_after_side_by_side_with_what_differs_marked(auditor: Client, cast: Cast) -> None:
    before = {"name": "Ashdown", "category": "large_supplier", "email_domains": ["ashdown.example"]}
    after = {**before, "name": "Ashdown Energy", "is_active": True}
    event = audit.record(audit_names.PARTY_CHANGED, by=cast.moderator, before=before, after=after, why="It merged")

    page: Any = BeautifulSoup(auditor.get(f"{REGISTER}{event.pk}/change/").content, "html.parser")

    rows = {next(row.select_one("th").stripped_strings): row for row in page.select(".fa-compare tbody tr")}
    assert [cell.text for cell in rows["Name"].select("td")] == ["Ashdown", "Ashdown Energy"]
    assert [name for name, row in rows.items() if "changed" in row.select_one("th").text] == ["Name", "Is active"]
    assert "It merged" in page.select_one(".fa-details").text
    assert "{" not in page.select_one(".fa-page").text


def test_an_event_that_is_not_there_is_answered_404(auditor: Client) -> None:
    assert auditor.get(f"{REGISTER}999999999/change/").status_code == 404
    assert auditor.get(f"{REGISTER}x/change/").status_code == 404


def test_an_event_cannot_be_sent_back_changed(auditor: Client) -> None:
    event = AuditEvent.objects.all()[0]
    assert auditor.post(f"{REGISTER}{event.pk}/change/", {"actor": "x"}).status_code == 405


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (True, "Yes"), (False, "No"), (None, "–"), ("", "–"), (0, "0"), (["a", "b"], "a\nb"), ([], "–"),
        ({"from_day": 1, "all": {"x": None}}, "From day: 1\nAll: X: –"),
        ({"category": "large_supplier", "roles": ["ssc_member"]}, "Category: Large Supplier\nRoles: SSC member"),
    ],
)  # fmt: skip
def test_values_are_shown_in_words(value: Any, words: str) -> None:
    assert audit_words.value_in_words(value) == words


def test_an_event_whose_code_is_gone_keeps_its_name() -> None:
    assert audit_words.in_words("old.event") == "old.event"


# Taking away ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file_format", ["csv", "jsonl"])
@pytest.mark.parametrize("filters", [{}, {"event": "entry."}, {"q": "northmoor"}, {"channel__exact": "token"}])
def test_an_export_holds_exactly_what_is_listed(auditor: Client, file_format: str, filters: dict[str, str]) -> None:
    shown = [str(event.pk) for event in auditor.get(REGISTER, filters).context["cl"].queryset]
    assert [str(line["key"]) for line in lines_of(auditor, file_format, **filters)] == shown


def test_an_export_is_recorded_with_its_filters_and_number(auditor: Client, cast: Cast) -> None:
    lines_of(auditor, "csv", event="entry.", q="north")
    event = AuditEvent.objects.latest("pk")
    assert (event.name, event.actor, event.channel) == (audit_names.AUDIT_EXPORTED, cast.auditor.email, "admin")
    assert event.details == {"format": "csv", "filters": {"event": "entry.", "q": "north"}, "events": 1}


def test_a_line_of_json_says_everything_of_its_event(auditor: Client, cast: Cast) -> None:
    audit.record(audit_names.ROLE_GIVEN, by=cast.moderator, about=cast.supplier, owner="X", after={"role": "y"}, n=1)
    line = lines_of(auditor, "jsonl", event=audit_names.ROLE_GIVEN)[0]
    assert tuple(line) == COLUMNS
    assert (line["in_words"], line["after"], line["before"], line["details"]) == (
        "Role given", {"role": "y"}, None, {"n": 1},
    )  # fmt: skip
    assert datetime.fromisoformat(line["at"]).tzinfo is UTC


@pytest.mark.parametrize("begins", ["=", "+", "-", "@", "\t"])
def test_no_cell_of_a_table_can_run(auditor: Client, begins: str) -> None:
    audit.record("import.applied", by=None, about=f"{begins}HYPERLINK(1)", owner=f"{begins}cmd")
    line = lines_of(auditor, "csv", event="import.applied")[0]
    assert (line["object_label"], line["owner"]) == (f"'{begins}HYPERLINK(1)", f"'{begins}cmd")


def test_an_export_is_read_piece_by_piece_while_it_is_sent(auditor: Client) -> None:
    AuditEvent.objects.bulk_create(AuditEvent(name="import.applied") for _ in range(30))
    read: list[int] = []
    from_db: Any = AuditEvent.from_db

    def counting(cls: type[AuditEvent], *args: Any) -> AuditEvent:
        read.append(1)
        event: AuditEvent = from_db.__func__(cls, *args)
        return event

    with patch("accounts.audit_export._AT_ONCE", 10), patch.object(AuditEvent, "from_db", classmethod(counting)):
        answer = auditor.get(f"{REGISTER}export.jsonl", {"event": "import.applied"})
        read.clear()
        lines: Iterator[bytes] = iter(answer)
        next(lines)
        assert 0 < len(read) <= 10
        assert len(list(lines)) == 30


def test_a_file_of_another_kind_does_not_exist(auditor: Client) -> None:
    assert auditor.get(f"{REGISTER}export.xlsx").status_code == 404


def test_a_filter_that_there_is_not_is_refused(auditor: Client) -> None:
    assert auditor.get(f"{REGISTER}export.csv", {"party_category__exact__x": "1"}).status_code == 400


@pytest.mark.parametrize("who", ["moderator", "publisher"])
def test_people_of_secas_who_may_not_read_the_audit_get_none_of_it(cast: Cast, signed_in: SignedIn, who: str) -> None:
    client, event = signed_in(getattr(cast, who)), AuditEvent.objects.all()[0]
    doors = [REGISTER, f"{REGISTER}{event.pk}/change/", f"{REGISTER}export.csv", f"{REGISTER}export.jsonl"]
    assert {client.get(door).status_code for door in doors} == {403}
    assert not AuditEvent.objects.filter(name=audit_names.AUDIT_EXPORTED).exists()


def test_the_register_has_an_address_by_name() -> None:
    assert reverse("admin:accounts_auditevent_export", args=["csv"]) == f"{REGISTER}export.csv"
