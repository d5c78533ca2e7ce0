"""The yearly joiner/leaver review: opened, reminded of, answered once and for everybody."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail as outbox
from django.db import connection
from django.utils import timezone

from accounts import audit_names, jobs
from accounts.access import Forbidden
from accounts.actions.api_tokens import make_token
from accounts.actions.memberships import join, leave
from accounts.actions.reviews import (
    AlreadyAnswered,
    CannotAnswer,
    answer,
    months_before,
    open_due_reviews,
    remind_overdue,
)
from accounts.choices import PartyCategory, ReviewDecision, Role
from accounts.models import ApiToken, AuditEvent, Party, Review, ReviewAnswer, User
from tests.accounts.mailbox import recipients_of
from tests.factories import Cast, make_cast, make_user

pytestmark = pytest.mark.django_db

STAYS, LEFT = ReviewDecision.STAYS, ReviewDecision.LEFT


@pytest.fixture
def ashdown(cast: Cast) -> Party:
    """Ashdown Energy alone is due."""
    party = Party.objects.get(name="Ashdown Energy")
    Party.objects.filter(pk=party.pk).update(created_at=timezone.now() - timedelta(days=366))
    return party


@pytest.fixture
def review(ashdown: Party) -> Review:
    return Review.objects.create(party=ashdown, due_on=timezone.localdate() + timedelta(days=30))


# Opening -----------------------------------------------------------------------------------------------------


def test_a_party_without_a_review_for_a_year_gets_one(ashdown: Party) -> None:
    assert open_due_reviews(timezone.now()) == 1
    review = Review.objects.get()
    assert (review.party, review.due_on) == (ashdown, timezone.localdate() + timedelta(days=30))
    assert AuditEvent.objects.get(name=audit_names.REVIEW_OPENED).owner == "Ashdown Energy"


def test_its_administrators_are_told(ashdown: Party) -> None:
    open_due_reviews(timezone.now())
    assert recipients_of("review_opened") == ["ben@ashdown.example"]
    letter = outbox.outbox[0]
    assert letter.subject.startswith("Yearly review of Ashdown Energy’s people: answer by ")
    assert f"/parties/{ashdown.pk}/review/" in letter.body
    assert "2 people" in letter.body


def test_secas_is_told_where_there_is_no_administrator(cast: Cast, ashdown: Party) -> None:
    leave(membership=cast.administrator.memberships.get(), by=None)
    open_due_reviews(timezone.now())
    assert sorted(recipients_of("review_opened")) == ["petra@secas.example", "sam@secas.example"]
    assert "1 person." in outbox.outbox[0].body


def test_no_second_review_opens_beside_an_open_one(ashdown: Party) -> None:
    open_due_reviews(timezone.now())
    assert open_due_reviews(timezone.now() + timedelta(days=400)) == Party.objects.count() - 1
    assert Review.objects.filter(party=ashdown).count() == 1


def test_the_next_review_counts_from_the_end_of_the_last(cast: Cast, ashdown: Party, review: Review) -> None:
    answer(review=review, decisions={cast.supplier: STAYS, cast.administrator: STAYS}, by=cast.administrator)
    Party.objects.exclude(pk=ashdown.pk).update(is_active=False)
    assert open_due_reviews(timezone.now() + timedelta(days=364)) == 0
    assert open_due_reviews(timezone.now() + timedelta(days=367)) == 1


def test_parties_without_people_or_not_active_get_none(cast: Cast, ashdown: Party) -> None:
    Party.objects.filter(pk=ashdown.pk).update(is_active=False)
    empty = Party.objects.get(name="DCC")
    Party.objects.filter(pk=empty.pk).update(created_at=timezone.now() - timedelta(days=999))
    cast.submitter.memberships.all().delete()
    assert open_due_reviews(timezone.now()) == 0


@pytest.mark.parametrize(
    ("now", "months", "then"),
    [
        ((2026, 11, 22), 12, (2025, 11, 22)),
        ((2028, 2, 29), 12, (2027, 2, 28)),
        ((2026, 3, 31), 1, (2026, 2, 28)),
        ((2026, 1, 15), 1, (2025, 12, 15)),
    ],
)
def test_months_are_counted_by_the_calendar(now: tuple[int, int, int], months: int, then: tuple[int, int, int]) -> None:
    assert months_before(datetime(*now, tzinfo=UTC), months) == datetime(*then, tzinfo=UTC)


# Reminding ---------------------------------------------------------------------------------------------------


def test_an_overdue_review_is_reminded_of_every_week(review: Review) -> None:
    late = timezone.now() + timedelta(days=31)
    counts = [remind_overdue(late + timedelta(days=days)) for days in (0, 1, 6, 7, 8)]
    assert counts == [1, 0, 0, 1, 0]
    assert AuditEvent.objects.filter(name=audit_names.REVIEW_REMINDED).count() == 2


def test_administrators_and_secas_hear_that_it_is_overdue(review: Review) -> None:
    remind_overdue(timezone.now() + timedelta(days=31))
    assert sorted(recipients_of("review_overdue")) == [
        "ben@ashdown.example",
        "petra@secas.example",
        "sam@secas.example",
    ]
    assert outbox.outbox[0].subject == "Overdue: the yearly review of Ashdown Energy’s people"


def test_nobody_is_reminded_before_the_day_or_after_the_answer(cast: Cast, review: Review) -> None:
    assert remind_overdue(timezone.now() + timedelta(days=30)) == 0
    answer(review=review, decisions={cast.supplier: STAYS, cast.administrator: STAYS}, by=cast.administrator)
    assert remind_overdue(timezone.now() + timedelta(days=31)) == 0


def test_the_job_of_every_morning_does_both(ashdown: Party) -> None:
    jobs.look_after_reviews(timestamp=0)
    assert Review.objects.get().party == ashdown
    Review.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    jobs.look_after_reviews(timestamp=0)
    assert Review.objects.get().reminded_at


# Answering ---------------------------------------------------------------------------------------------------


def test_an_answer_closes_the_review_and_is_kept(cast: Cast, review: Review) -> None:
    answer(review=review, decisions={cast.supplier: STAYS, cast.administrator: STAYS}, by=cast.administrator)
    review.refresh_from_db()
    assert review.closed_by == cast.administrator.email
    kept = ReviewAnswer.objects.get(email=cast.supplier.email)
    assert (kept.roles, kept.decision) == ("Party user", "stays")
    event = AuditEvent.objects.get(name=audit_names.REVIEW_ANSWERED)
    assert event.after == {"ana@ashdown.example": "stays", "ben@ashdown.example": "stays"}


def test_a_leaver_loses_role_and_account_where_they_act_for_nobody_else(cast: Cast, review: Review) -> None:
    make_token(user=cast.supplier, party=review.party, name="x", days=1, by=cast.supplier)
    answer(review=review, decisions={cast.supplier: LEFT, cast.administrator: STAYS}, by=cast.administrator)
    user = User.objects.get(pk=cast.supplier.pk)
    assert (user.is_active, user.disabled_reason) == (False, "left")
    assert not user.memberships.exists()
    assert ApiToken.objects.get().revoked_at


def test_a_leaver_who_acts_for_another_party_keeps_that_and_the_account(cast: Cast, review: Review) -> None:
    pennine = Party.objects.get(name="Pennine Power")
    join(user=cast.supplier, party=pennine, role=Role.PARTY_USER, by=None)
    answer(review=review, decisions={cast.supplier: LEFT, cast.administrator: STAYS}, by=cast.administrator)
    user = User.objects.get(pk=cast.supplier.pk)
    assert user.is_active
    assert [membership.party for membership in user.memberships.all()] == [pennine]
    assert list(user.groups.all()) == [pennine.group]


def test_everybody_must_be_answered_for(cast: Cast, review: Review) -> None:
    with pytest.raises(CannotAnswer, match=r"ben@ashdown\.example"):
        answer(review=review, decisions={cast.supplier: LEFT}, by=cast.administrator)
    assert cast.supplier.memberships.exists()
    review.refresh_from_db()
    assert review.closed_at is None


def test_whoever_joined_since_must_be_answered_for_too(cast: Cast, review: Review) -> None:
    make_user("new@ashdown.example", Role.PARTY_USER, review.party)
    with pytest.raises(CannotAnswer, match=r"Not answered: new@ashdown\.example"):
        answer(review=review, decisions={cast.supplier: STAYS, cast.administrator: STAYS}, by=cast.administrator)


def test_whoever_left_since_is_no_obstacle(cast: Cast, review: Review) -> None:
    leave(membership=cast.supplier.memberships.get(), by=cast.administrator)
    answer(review=review, decisions={cast.supplier: LEFT, cast.administrator: STAYS}, by=cast.administrator)
    assert ReviewAnswer.objects.count() == 1
    assert User.objects.get(pk=cast.supplier.pk).is_active


def test_nobody_says_of_themselves_that_they_left(cast: Cast, review: Review) -> None:
    with pytest.raises(CannotAnswer, match=r"may not take the roles of ben@ashdown\.example"):
        answer(review=review, decisions={cast.supplier: STAYS, cast.administrator: LEFT}, by=cast.administrator)


def test_a_moderator_does_not_end_a_publishers_roles(cast: Cast) -> None:
    review = Review.objects.create(party=Party.objects.get(name="SECAS"), due_on=timezone.localdate())
    with pytest.raises(CannotAnswer, match="SECAS publisher"):
        answer(review=review, decisions={cast.moderator: STAYS, cast.publisher: LEFT}, by=cast.moderator)
    assert User.objects.get(pk=cast.publisher.pk).is_active


@pytest.mark.parametrize("who", ["administrator", "moderator", "publisher"])
def test_the_partys_administrator_and_secas_answer(cast: Cast, review: Review, who: str) -> None:
    answer(review=review, decisions={cast.supplier: STAYS, cast.administrator: STAYS}, by=getattr(cast, who))
    review.refresh_from_db()
    assert review.closed_at


@pytest.mark.parametrize("who", ["supplier", "auditor", "stranger"])
def test_nobody_else_answers(cast: Cast, review: Review, who: str) -> None:
    with pytest.raises(Forbidden):
        answer(review=review, decisions={cast.supplier: STAYS, cast.administrator: STAYS}, by=getattr(cast, who))


def test_the_administrator_of_another_party_does_not_answer(cast: Cast, review: Review) -> None:
    other = make_user("olga@pennine.example", Role.PARTY_ADMINISTRATOR, Party.objects.get(name="Pennine Power"))
    with pytest.raises(Forbidden):
        answer(review=review, decisions={cast.supplier: STAYS, cast.administrator: STAYS}, by=other)


def test_a_review_is_answered_once(cast: Cast, review: Review) -> None:
    decisions = {cast.supplier: STAYS, cast.administrator: STAYS}
    answer(review=review, decisions=decisions, by=cast.administrator)
    with pytest.raises(AlreadyAnswered, match=r"ben@ashdown\.example has answered"):
        answer(review=review, decisions=decisions, by=cast.moderator)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_answer_at_once_exactly_one_wins() -> None:
    cast = make_cast()
    review = Review.objects.create(party=Party.objects.get(name="Ashdown Energy"), due_on=timezone.localdate())
    decisions = {cast.supplier: LEFT, cast.administrator: STAYS}
    outcomes = at_once(
        lambda: answer(review=review, decisions=decisions, by=cast.administrator),
        lambda: answer(review=review, decisions={**decisions, cast.supplier: STAYS}, by=cast.moderator),
    )
    assert sorted(outcomes) == ["AlreadyAnswered", "Review"]
    review.refresh_from_db()
    stays = review.closed_by == cast.moderator.email
    assert cast.supplier.memberships.exists() is stays


def at_once(*acts: Callable[[], object]) -> list[str]:
    """Each in a thread with its own connection; what it returned or raised, by the name of its class."""
    start, outcomes = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            outcomes.append(type(act()).__name__)
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_a_category_without_administrators_is_answered_by_secas(cast: Cast) -> None:
    ssc = Party.objects.get(category=PartyCategory.SSC)
    review = Review.objects.create(party=ssc, due_on=timezone.localdate())
    answer(review=review, decisions={cast.ssc: LEFT}, by=cast.publisher)
    assert not User.objects.get(pk=cast.ssc.pk).is_active
