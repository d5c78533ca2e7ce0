"""Accounts that nobody uses: warned first, disabled later, and never the last who decides."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app
from pytest_django import Settings

from accounts import audit_names, jobs
from accounts.actions.api_tokens import make_token
from accounts.actions.people import enable
from accounts.actions.unused import look_after
from accounts.choices import DisabledReason, Role
from accounts.models import ApiToken, AuditEvent, Party, User
from tests.accounts.mailbox import Mailbox, run_jobs, text
from tests.factories import Cast, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture(autouse=True)
def everybody_was_here_today(cast: Cast) -> None:
    User.objects.update(last_active_at=NOW)


def away(user: User, days: float, since: str = "last_active_at") -> User:
    """Nothing was seen of this person but one sign, so many days ago."""
    signs = {"last_active_at": None, "last_login": None, "joined_at": NOW - timedelta(days=days)}
    User.objects.filter(pk=user.pk).update(**{**signs, since: NOW - timedelta(days=days)})
    return user


def after(days: float) -> datetime:
    return NOW + timedelta(days=days)


def state(user: User) -> tuple[bool, bool]:
    """Whether they were warned, and whether they are disabled."""
    fresh = User.objects.get(pk=user.pk)
    return fresh.unused_warned_at is not None, not fresh.is_active


@pytest.mark.parametrize("since", ["last_active_at", "last_login", "joined_at"])
@pytest.mark.parametrize(("days", "warned"), [(0, False), (89, False), (91, True), (400, True)])
def test_people_are_warned_after_ninety_days_whatever_was_seen_last(
    cast: Cast, since: str, days: int, warned: bool
) -> None:
    user = away(cast.supplier, days, since)
    look_after(now=NOW)
    assert state(user) == (warned, False)


def test_nobody_is_disabled_without_a_warning_first_however_long_they_were_away(cast: Cast) -> None:
    user = away(cast.supplier, 2000)
    look_after(now=NOW)
    assert state(user) == (True, False)
    look_after(now=after(29))
    assert state(user) == (True, False)
    look_after(now=after(30))
    assert state(user) == (True, True)


def test_a_warning_is_sent_once_and_says_until_when(cast: Cast, mailbox: Mailbox) -> None:
    user = away(cast.supplier, 91)
    for night in range(3):
        look_after(now=after(night))
    run_jobs()
    words = text(mailbox.only(user.email))
    assert timezone.localtime(after(30)).strftime("%-d %B %Y") in words
    assert AuditEvent.objects.filter(name=audit_names.ACCOUNT_WARNED_UNUSED).count() == 1


def test_the_warned_account_is_disabled_with_the_reason_and_the_person_is_told(cast: Cast, mailbox: Mailbox) -> None:
    user = away(cast.supplier, 91)
    look_after(now=NOW)
    look_after(now=after(30))
    run_jobs()
    assert User.objects.get(pk=user.pk).disabled_reason == DisabledReason.UNUSED
    assert [letter["Subject"].split(" at ")[0] for letter in mailbox.to(user.email)][-1] == "Your account"
    event = AuditEvent.objects.get(name=audit_names.ACCOUNT_DISABLED)
    assert (event.actor, event.channel, event.after) == ("system", "process", {"reason": "unused"})


def test_signing_in_clears_the_warning(cast: Cast, client: Client) -> None:
    user = away(cast.supplier, 91)
    look_after(now=NOW)
    client.force_login(user)
    look_after(now=after(1))
    assert state(user) == (False, False)
    look_after(now=after(31))
    assert state(user) == (False, False)


def test_a_letter_that_waited_until_the_person_came_back_is_not_sent(cast: Cast, mailbox: Mailbox) -> None:
    user = away(cast.supplier, 91)
    look_after(now=NOW)
    User.objects.filter(pk=user.pk).update(unused_warned_at=None)
    run_jobs()
    assert mailbox.letters == []


def test_the_last_administrator_of_a_party_is_kept_and_secas_is_told_once_a_month(cast: Cast, mailbox: Mailbox) -> None:
    user = away(cast.administrator, 91)
    for night in (0, 30, 31, 45):
        look_after(now=after(night))
    run_jobs()
    assert state(user) == (True, False)
    for person in (cast.moderator, cast.publisher):
        assert "Ashdown Energy" in text(mailbox.only(person.email))
    assert len(mailbox.to(user.email)) == 2, "warned, and warned again"


def test_of_two_unused_administrators_the_second_is_kept(cast: Cast) -> None:
    other = make_user("bea@ashdown.example", Role.PARTY_ADMINISTRATOR, Party.objects.get(name="Ashdown Energy"))
    both = [away(cast.administrator, 91), away(other, 91)]
    look_after(now=NOW)
    look_after(now=after(30))
    assert [state(user) for user in both] == [(True, True), (True, False)]


def test_the_last_person_of_secas_is_kept(cast: Cast) -> None:
    both = [away(cast.moderator, 91), away(cast.publisher, 91)]
    look_after(now=NOW)
    look_after(now=after(30))
    assert [state(user) for user in both] == [(True, True), (True, False)]


def test_whoever_is_enabled_again_has_time_to_sign_in(cast: Cast) -> None:
    user = away(cast.supplier, 91)
    look_after(now=NOW)
    look_after(now=after(30))
    enable(user=User.objects.get(pk=user.pk), by=cast.administrator)
    look_after(now=after(31))
    assert state(user) == (True, False)


def test_the_days_are_settings(cast: Cast, settings: Settings) -> None:
    settings.UNUSED_WARN_DAYS, settings.UNUSED_DISABLE_DAYS = 10, 12
    user = away(cast.supplier, 11)
    look_after(now=NOW)
    look_after(now=after(2))
    assert state(user) == (True, True)


def test_settings_without_sense_still_leave_a_day_between_warning_and_end(cast: Cast, settings: Settings) -> None:
    settings.UNUSED_WARN_DAYS, settings.UNUSED_DISABLE_DAYS = 50, 20
    user = away(cast.supplier, 60)
    look_after(now=NOW)
    look_after(now=after(0.5))
    assert state(user) == (True, False)
    look_after(now=after(1))
    assert state(user) == (True, True)


def test_the_worker_does_it_every_night(cast: Cast) -> None:
    user = away(cast.supplier, 91)
    jobs.look_after_unused_accounts(timestamp=0)
    assert state(user) == (True, False)
    assert jobs.look_after_unused_accounts in {task.task for task in app.periodic_registry.periodic_tasks.values()}


def test_a_program_that_reads_with_a_token_counts_as_use(cast: Cast) -> None:
    user = away(cast.supplier, 400)
    token, _ = make_token(user=user, party=Party.objects.get(name="Ashdown Energy"), name="x", days=9, by=user)
    ApiToken.objects.filter(pk=token.pk).update(last_used_at=NOW)
    look_after(now=NOW)
    assert state(user) == (False, False)
