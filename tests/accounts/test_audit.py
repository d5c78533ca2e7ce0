"""Audit events stand alone and cannot be changed."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from accounts import audit
from accounts.actions.memberships import join
from accounts.actions.visits import note_visit
from accounts.choices import Role
from accounts.models import AuditEvent, Membership, Party, User
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def test_an_event_says_who_for_which_party_and_about_what(cast: Cast) -> None:
    event = audit.record("entry.restricted", by=cast.moderator, about="CPL-1", reason="test")
    assert (event.actor, event.party, event.object_label) == ("sam@secas.example", "SECAS", "CPL-1")
    assert event.details == {"reason": "test"}


def test_what_the_system_does_is_recorded_as_the_systems() -> None:
    assert audit.record("import.discarded", by=None).actor == "system"


@pytest.mark.parametrize(
    "act",
    ["UPDATE accounts_auditevent SET actor = 'x'", "DELETE FROM accounts_auditevent", "TRUNCATE accounts_auditevent"],
)
def test_the_database_refuses_to_change_an_event(act: str) -> None:
    audit.record("import.applied", by=None)
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)


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
