"""Audit events stand alone and cannot be changed."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.actions.memberships import join
from accounts.actions.visits import note_visit
from accounts.choices import Role
from accounts.models import AuditEvent, Membership, Party, User
from tests.factories import Cast, make_cast, make_catalogue

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parent.parent.parent


def test_an_event_says_who_for_which_party_and_about_what(cast: Cast) -> None:
    event = audit.record("entry.restricted", by=cast.moderator, about="CPL-1", reason="test")
    assert (event.actor, event.party, event.object_label) == ("sam@secas.example", "SECAS", "CPL-1")
    assert event.details == {"reason": "test"}


def test_what_the_system_does_is_recorded_as_the_systems() -> None:
    assert audit.record("import.discarded", by=None).actor == "system"


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE accounts_auditevent SET actor = 'x'",
        "DELETE FROM accounts_auditevent",
        "TRUNCATE accounts_auditevent",
        "SET LOCAL pgtrigger.ignore = '{pgtrigger_append_only_a0b21}'; DELETE FROM accounts_auditevent",
    ],
)
def test_the_database_refuses_to_change_an_event(act: str) -> None:
    audit.record("import.applied", by=None)
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)


@pytest.mark.parametrize(
    "act",
    [
        lambda events: events.update(actor="x"),
        lambda events: events.delete(),
        lambda events: events.get().delete(),
        lambda events: events.get().save(),
        lambda events: events.bulk_update([AuditEvent(pk=events.get().pk, actor="x")], ["actor"]),
        lambda events: events.bulk_create([AuditEvent(pk=events.get().pk)], update_conflicts=True,
                                          unique_fields=["id"], update_fields=["actor"]),
        lambda events: events._raw_delete(events.db),
    ],
    ids=["update", "delete", "delete one", "save", "bulk update", "upsert", "raw delete"],
)  # fmt: skip
def test_no_method_of_a_queryset_changes_an_event(act: Callable[[Any], Any]) -> None:
    event = audit.record("import.applied", by=None, about="as it was")
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        act(AuditEvent.objects.filter(pk=event.pk))
    event.refresh_from_db()
    assert event.object_label == "as it was"


def test_no_code_of_the_portal_asks_a_trigger_to_look_away() -> None:
    apps = [path for app in ("accounts", "cpl", "firmware_repo") for path in (ROOT / app).rglob("*.py")]
    asking = [path for path in apps if re.search(r"pgtrigger\.ignore\s*\(|DISABLE TRIGGER|session_replication_role",
                                                  path.read_text())]  # fmt: skip
    # Once, before the portal went into use: what a column said was moved among the details.
    assert [str(path.relative_to(ROOT)) for path in asking] == ["accounts/migrations/0002_joining_and_leaving.py"]


# A role for the portal that owns nothing (docs/operation.md) ---------------------------------------------


@pytest.fixture
def as_portal() -> Iterator[None]:
    """Act as the role that the document makes for the portal, until the end of the test."""
    with connection.cursor() as cursor:
        cursor.execute(grants_of_the_document())
        cursor.execute("SET LOCAL ROLE firmware_portal")
        yield
        cursor.execute("RESET ROLE")


def grants_of_the_document() -> str:
    """The SQL of the document, for this database."""
    text = (ROOT / "docs" / "operation.md").read_text().split("<!-- portal role -->")[1]
    sql = text.split("```sql\n")[1].split("```")[0]
    ours = f"ON DATABASE {connection.ops.quote_name(connection.settings_dict['NAME'])}"
    return sql.replace("LOGIN PASSWORD '…'", "NOLOGIN").replace("ON DATABASE firmware_repo", ours)


@pytest.mark.parametrize(
    "act",
    [
        "UPDATE accounts_auditevent SET actor = 'x'",
        "DELETE FROM accounts_auditevent",
        "TRUNCATE accounts_auditevent",
        "SET LOCAL pgtrigger.ignore = '{pgtrigger_append_only_a0b21}'; DELETE FROM accounts_auditevent",
        "ALTER TABLE accounts_auditevent DISABLE TRIGGER USER",
        "DROP TRIGGER pgtrigger_append_only_a0b21 ON accounts_auditevent",
        "CREATE OR REPLACE FUNCTION pgtrigger_append_only_a0b21() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "SET LOCAL session_replication_role = replica",
        "DROP TABLE accounts_auditevent",
        "DELETE FROM cpl_cplentryevent",
        "UPDATE cpl_cplentryevent SET firmware_hash = ''",
        "CREATE TABLE beside (x int)",
    ],
)
def test_the_portals_own_role_cannot_touch_what_is_recorded(as_portal: None, act: str) -> None:
    refused = pytest.raises(DatabaseError, match=r"permission denied|must be owner")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)


def test_the_portals_own_role_does_its_work(as_portal: None) -> None:
    cast = make_cast()
    make_catalogue()
    assert audit.record("import.applied", by=cast.moderator).pk
    cast.stranger.name = "Changed"
    cast.stranger.save()


def test_an_event_outlives_the_person(cast: Cast) -> None:
    event = audit.record("import.applied", by=cast.stranger)
    cast.stranger.delete()
    event.refresh_from_db()
    assert event.actor == "sid@nowhere.example"


def test_joining_twice_changes_nothing(cast: Cast) -> None:
    events, party = AuditEvent.objects.count(), Party.objects.get(name="Ashdown Energy")
    join(user=cast.supplier, party=party, role=Role.PARTY_USER, by=cast.moderator)
    assert Membership.objects.filter(user=cast.supplier).count() == 1
    assert AuditEvent.objects.count() == events


def test_joining_puts_the_person_into_the_partys_group(cast: Cast) -> None:
    party = Party.objects.get(name="Pennine Power")
    join(user=cast.stranger, party=party, role=Role.PARTY_USER, by=cast.moderator)
    assert party.group in cast.stranger.groups.all()


def test_a_first_visit_has_none_before_it(cast: Cast) -> None:
    assert note_visit(cast.supplier) is None


def test_after_a_pause_the_last_visit_is_told(cast: Cast) -> None:
    earlier = timezone.now() - timedelta(hours=2)
    User.objects.filter(pk=cast.supplier.pk).update(last_active_at=earlier)
    assert note_visit(User.objects.get(pk=cast.supplier.pk)) == earlier


def test_within_a_visit_the_one_before_stays_the_same(cast: Cast) -> None:
    earlier = timezone.now() - timedelta(hours=2)
    User.objects.filter(pk=cast.supplier.pk).update(last_active_at=earlier)
    note_visit(User.objects.get(pk=cast.supplier.pk))
    assert note_visit(User.objects.get(pk=cast.supplier.pk)) == earlier
