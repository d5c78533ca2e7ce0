"""The checks of a Party feed the watch lists of those of its people who want that."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.access import Forbidden
from accounts.choices import Role
from accounts.models import AuditEvent, Membership, Party, User
from cpl.actions import interest
from cpl.actions.estate import again, feeding, keeping, running, watching
from cpl.choices import EstateState, InterestKind
from cpl.models import EstateCheck, EstateFeed, EstatePreference, ModelInterest
from cpl.selectors.estate.feeding import fed
from cpl.selectors.estate.watchable import watchable
from cpl.selectors.watching import watched_models
from tests.conftest import SignedIn
from tests.cpl.estate.sending import send
from tests.factories import Cast, Catalogue, make_estate_check, make_user
from tests.factories.estate_files import HEADINGS, ROW

EMBER, GAS, SECRET = (
    ("7A01", "8B0B030D", "09030A07", 40), ("7A03", "406F0811", "01030000", 70), ("7A03", "5EC00101", "0DECAF02", 3),
)  # fmt: skip
HELD: Any = [EMBER, GAS, SECRET]
PAGE = "/estate/preferences/"
Feed = Callable[..., EstateCheck]


@pytest.fixture
def ashdown(cast: Cast, catalogue: Catalogue) -> Party:
    return Party.objects.get(name="Ashdown Energy")


@pytest.fixture
def colleague(ashdown: Party) -> User:
    return make_user("cleo@ashdown.example", Role.PARTY_USER, ashdown)


@pytest.fixture
def checked(cast: Cast, catalogue: Catalogue) -> Feed:
    """Runs the job over an estate of these devices; the check as it is then."""

    def run(held: Any = HELD, *, by: User = cast.supplier, **fields: Any) -> EstateCheck:
        waiting: dict[str, Any] = {"state": EstateState.WAITING, "finished_at": None, **fields}
        check = make_estate_check(by, held, answered=False, **waiting)
        running.run(estate_check=check.pk)
        check.refresh_from_db()
        assert check.is_done
        return check

    return run


def watched(person: User) -> int:
    return ModelInterest.objects.filter(person=person, kind=InterestKind.WATCHED).count()


def fed_by(check: EstateCheck, person: User) -> int:
    """How many models the person can take back as what this check put on their list."""
    return sum(batch.models for batch in watchable(person, check).batches if batch.is_fed)


def test_unless_somebody_wants_it_a_check_feeds_no_list(cast: Cast, checked: Feed, colleague: User) -> None:
    checked()
    assert [watched(who) for who in (cast.supplier, cast.administrator, colleague)] == [0, 0, 0]


def test_a_check_feeds_the_list_of_a_colleague_who_wants_that(
    cast: Cast, ashdown: Party, checked: Feed, colleague: User
) -> None:
    feeding.choose(party=ashdown.pk, wanted=True, by=colleague)
    checked()
    assert [watched(who) for who in (colleague, cast.supplier, cast.administrator)] == [3, 0, 0]


def test_where_the_party_wants_it_a_check_feeds_everybody_s_list_but_of_who_said_no(
    cast: Cast, ashdown: Party, checked: Feed, colleague: User
) -> None:
    feeding.choose_for_party(party=ashdown.pk, wanted=True, by=cast.administrator)
    feeding.choose(party=ashdown.pk, wanted=False, by=colleague)
    checked()
    assert [watched(who) for who in (cast.supplier, cast.administrator, colleague)] == [3, 3, 0]


def test_the_starter_s_tick_feeds_their_list_though_they_said_no_to_every_check(
    cast: Cast, ashdown: Party, checked: Feed
) -> None:
    feeding.choose(party=ashdown.pk, wanted=False, by=cast.supplier)
    check = checked(watches=True)
    assert fed_by(check, cast.supplier) == 3


def test_a_check_of_another_party_feeds_nobody_s_list_here(
    cast: Cast, ashdown: Party, checked: Feed, colleague: User
) -> None:
    feeding.choose(party=ashdown.pk, wanted=True, by=colleague)
    checked(by=cast.rival_supplier)
    assert (watched(colleague), watched(cast.rival_supplier)) == (0, 0)


def test_who_lost_the_role_or_the_account_or_may_check_no_estate_is_not_fed(
    cast: Cast, ashdown: Party, checked: Feed, colleague: User
) -> None:
    gone, reader = (make_user(f"{name}@ashdown.example", Role.PARTY_USER, ashdown) for name in ("gil", "rhea"))
    feeding.choose_for_party(party=ashdown.pk, wanted=True, by=cast.administrator)
    for who in (colleague, gone, reader):
        feeding.choose(party=ashdown.pk, wanted=True, by=who)
    Membership.objects.filter(user=colleague).delete()
    User.objects.filter(pk=gone.pk).update(is_active=False)
    Membership.objects.filter(user=reader).update(role=Role.AUDITOR)
    checked()
    assert [watched(who) for who in (colleague, gone, reader, cast.administrator)] == [0, 0, 0, 3]


def test_a_model_that_the_party_may_not_see_is_fed_to_nobody_though_they_see_it_for_another_party(
    cast: Cast, ashdown: Party, checked: Feed
) -> None:
    pennine = Party.objects.get(name="Pennine Power")
    both = make_user("bo@both.example", Role.PARTY_USER, pennine)
    Membership.objects.create(user=both, party=ashdown, role=Role.PARTY_USER)
    both = User.objects.get(pk=both.pk)
    feeding.choose(party=pennine.pk, wanted=True, by=both)
    checked(by=cast.rival_supplier)
    assert set(ModelInterest.objects.filter(person=both).values_list("device_model__duis_model", "party")) == {
        (EMBER[1], pennine.pk),
        (GAS[1], pennine.pk),
    }


def test_a_job_that_runs_twice_feeds_once_and_what_was_taken_back_stays_so(
    ashdown: Party, checked: Feed, colleague: User
) -> None:
    feeding.choose(party=ashdown.pk, wanted=True, by=colleague)
    check = checked()
    assert check.finished_at is not None
    watching.unwatch_found(check=check, began=check.finished_at, by=colleague)
    running.run(estate_check=check.pk)
    assert watched(colleague) == 0


def test_a_check_made_again_feeds_only_what_is_not_watched_yet(
    cast: Cast, ashdown: Party, checked: Feed, colleague: User, catalogue: Catalogue
) -> None:
    feeding.choose(party=ashdown.pk, wanted=True, by=colleague)
    first = checked()
    interest.unwatch(model=catalogue.gas, by=colleague)
    second = again.again(check=first, by=cast.administrator)
    running.run(estate_check=second.pk)
    second.refresh_from_db()
    assert (watched(colleague), fed_by(second, colleague), fed_by(first, colleague)) == (3, 1, 2)


def test_each_is_fed_what_there_is_room_for_of_what_the_estate_has_most(
    cast: Cast, ashdown: Party, checked: Feed, colleague: User, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "MOST_WATCHED", 1)
    for who in (cast.supplier, colleague):
        feeding.choose(party=ashdown.pk, wanted=True, by=who)
    interest.watch(model=catalogue.ember, by=colleague)
    checked()
    assert set(watched_models(cast.supplier)) == {catalogue.gas.pk}
    assert set(watched_models(colleague)) == {catalogue.ember.pk}


def test_each_takes_back_on_the_check_s_page_what_it_fed_them_and_nobody_else(
    cast: Cast, ashdown: Party, checked: Feed, colleague: User, signed_in: SignedIn
) -> None:
    feeding.choose_for_party(party=ashdown.pk, wanted=True, by=cast.administrator)
    check = checked([EMBER])
    assert check.finished_at is not None
    client, address = signed_in(colleague), f"/estate/{check.pk}/watch/"

    page = client.get(address).content.decode()
    undone = client.post(address, {"undo": check.finished_at.isoformat()}, follow=True).content.decode()

    assert "when this check was done" in page and "as its administrators decided" in page
    assert "You no longer watch 1 Device Model." in undone and (watched(colleague), watched(cast.supplier)) == (0, 1)


def test_all_that_was_fed_stays_when_the_choice_is_taken_back(ashdown: Party, checked: Feed, colleague: User) -> None:
    feeding.choose(party=ashdown.pk, wanted=True, by=colleague)
    checked()
    feeding.choose(party=ashdown.pk, wanted=None, by=colleague)
    checked()
    assert watched(colleague) == 3 and not EstateFeed.objects.exists()


def test_nobody_chooses_without_a_role_in_the_very_party(cast: Cast, ashdown: Party) -> None:
    for who in (cast.rival_supplier, cast.manufacturer, cast.auditor, cast.publisher, cast.stranger):
        with pytest.raises(Forbidden):
            feeding.choose(party=ashdown.pk, wanted=True, by=who)
    feeding.choose(party=ashdown.pk, wanted=True, by=cast.supplier)
    assert fed(cast.supplier, ashdown.pk).is_on


def test_nobody_but_the_party_s_own_administrators_decides_for_all(cast: Cast, ashdown: Party) -> None:
    rivals = make_user("ric@pennine.example", Role.PARTY_ADMINISTRATOR, Party.objects.get(name="Pennine Power"))
    for who in (cast.supplier, rivals, cast.publisher, cast.auditor):
        with pytest.raises(Forbidden):
            feeding.choose_for_party(party=ashdown.pk, wanted=True, by=who)
    feeding.choose_for_party(party=ashdown.pk, wanted=True, by=cast.administrator)
    assert fed(cast.supplier, ashdown.pk).is_on


def test_what_the_party_decides_is_recorded_once_and_what_a_person_chooses_never(cast: Cast, ashdown: Party) -> None:
    for _ in range(2):
        feeding.choose_for_party(party=ashdown.pk, wanted=True, by=cast.administrator)
        feeding.choose(party=ashdown.pk, wanted=False, by=cast.supplier)
    events = AuditEvent.objects.filter(name__startswith="estate.")
    assert [(one.name, one.before, one.after) for one in events] == [
        ("estate.feeding", {"feeds": False}, {"feeds": True})
    ]


def test_a_party_decides_about_lists_and_days_each_without_the_other(cast: Cast, ashdown: Party) -> None:
    usual = keeping.days_kept(ashdown.pk)
    feeding.choose_for_party(party=ashdown.pk, wanted=True, by=cast.administrator)
    assert keeping.days_kept(ashdown.pk) == usual
    keeping.keep_for(party=ashdown.pk, days=30, by=cast.administrator)
    preference = EstatePreference.objects.get(pk=ashdown.pk)
    assert (preference.feeds, preference.keep_days) == (True, 30)


def test_a_colleague_s_choice_is_visible_to_nobody_else(cast: Cast, ashdown: Party) -> None:
    feeding.choose(party=ashdown.pk, wanted=False, by=cast.supplier)
    seen = {who.email: EstateFeed.objects.visible_to(who).count() for who in (cast.supplier, cast.administrator)}
    assert seen == {cast.supplier.email: 1, cast.administrator.email: 0}


def test_at_night_the_choice_of_who_acts_for_the_party_no_more_is_forgotten(
    cast: Cast, ashdown: Party, colleague: User
) -> None:
    for who in (colleague, cast.supplier):
        feeding.choose(party=ashdown.pk, wanted=True, by=who)
    Membership.objects.filter(user=colleague).delete()
    interest.forget(now=timezone.now() + timedelta(days=1))
    assert [feed.person for feed in EstateFeed.objects.all()] == [cast.supplier]


def test_the_page_takes_a_person_s_own_choice_and_shows_it(ashdown: Party, cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.supplier)
    done = client.post(PAGE, {"party": ashdown.pk, "mine": "yes"}, follow=True).content.decode()
    assert "Checks of Ashdown Energy feed your watch list from now on." in done
    assert 'name="mine" value="yes" checked' in done and 'name="everybody"' not in done
    client.post(PAGE, {"party": ashdown.pk, "mine": "perhaps"})
    assert fed(cast.supplier, ashdown.pk).own is True
    client.post(PAGE, {"party": ashdown.pk, "mine": "party"})
    assert fed(cast.supplier, ashdown.pk).own is None


def test_the_page_lets_administrators_decide_for_all_and_nobody_else(
    ashdown: Party, cast: Cast, signed_in: SignedIn
) -> None:
    sent = {"party": ashdown.pk, "everybody": "on"}
    assert signed_in(cast.supplier).post(PAGE, sent).status_code == 403
    assert signed_in(cast.rival_supplier).post(PAGE, sent).status_code == 404
    assert signed_in(cast.rival_supplier).post(PAGE, {**sent, "mine": "yes"}).status_code == 404
    on = signed_in(cast.administrator).post(PAGE, sent, follow=True).content.decode()
    assert "For everybody of Ashdown Energy: on" in on and fed(cast.supplier, ashdown.pk).is_on


def test_where_every_check_feeds_the_list_the_columns_page_says_so_and_does_not_ask_again(
    ashdown: Party, cast: Cast, signed_in: SignedIn, settings: Any, tmp_path: Path
) -> None:
    settings.ESTATE_SPOOL = tmp_path
    client = signed_in(cast.supplier)
    page = send(client, HEADINGS + ROW)["Location"]
    asked = client.get(page).content.decode()
    feeding.choose_for_party(party=ashdown.pk, wanted=True, by=cast.administrator)
    told = client.get(page).content.decode()
    assert ('name="watches"' in asked, "feeds your watch list" in asked) == (True, False)
    assert ('name="watches"' in told, "feeds your watch list" in told) == (False, True)
