"""API tokens and the yearly review on a Party's own page."""

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from accounts.actions.api_tokens import make_token
from accounts.choices import PartyCategory
from accounts.models import ApiToken, Party, Review, User
from tests.accounts.pages import at, person_of, whole_text_of
from tests.conftest import SignedIn
from tests.factories import Cast

pytestmark = pytest.mark.django_db


# API tokens on the page ------------------------------------------------------------------------------------------


def test_a_token_is_made_and_shown_once(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    client = signed_in(cast.supplier)
    answer = client.post(at("make_token", ashdown.pk), {"name": "Nightly", "days": "30"})
    token = BeautifulSoup(answer.content, "html.parser").find(id="token")
    assert token is not None
    headers = {"Authorization": f"Bearer {token.get_text()}"}
    assert Client().get("/search/device-models.csv", headers=headers).status_code == 200
    again = client.post(at("make_token", ashdown.pk), {"name": "Nightly", "days": "30"})
    assert "You have a token named Nightly already." in whole_text_of(again)
    assert ApiToken.objects.count() == 1


@pytest.mark.parametrize("days", ["0", "366", "x", ""])
def test_days_outside_the_limit_are_refused_at_their_field(
    cast: Cast, ashdown: Party, signed_in: SignedIn, days: str
) -> None:
    answer = signed_in(cast.supplier).post(at("make_token", ashdown.pk), {"name": "Nightly", "days": days})
    assert "days" in answer.context["form"].errors
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(("who", "status"), [("moderator", 403), ("auditor", 403), ("rival", 404), ("stranger", 404)])
def test_tokens_are_made_only_for_ones_own_party(
    cast: Cast, rival: User, ashdown: Party, signed_in: SignedIn, who: str, status: int
) -> None:
    client = signed_in(person_of(cast, rival, who))
    assert client.get(at("make_token", ashdown.pk)).status_code == status
    assert client.post(at("make_token", ashdown.pk), {"name": "x", "days": "1"}).status_code == status
    assert not ApiToken.objects.exists()


@pytest.mark.parametrize(
    ("who", "status"), [("supplier", 302), ("administrator", 302), ("moderator", 302), ("auditor", 403), ("rival", 404)]
)
def test_who_revokes_a_token(
    cast: Cast, rival: User, ashdown: Party, signed_in: SignedIn, who: str, status: int
) -> None:
    made, _ = make_token(user=cast.supplier, party=ashdown, name="x", days=1, by=cast.supplier)
    client, address = signed_in(person_of(cast, rival, who)), at("revoke_token", ashdown.pk, made.pk)
    assert client.get(address).status_code == (200 if status == 302 else status)
    assert client.post(address).status_code == status
    assert bool(ApiToken.objects.get().revoked_at) is (status == 302)


def test_a_colleagues_token_is_not_there(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    made, _ = make_token(user=cast.administrator, party=ashdown, name="x", days=1, by=cast.administrator)
    client = signed_in(cast.supplier)
    assert client.get(at("revoke_token", ashdown.pk, made.pk)).status_code == 404
    other = Party.objects.get(name="Pennine Power")
    assert signed_in(cast.moderator).get(at("revoke_token", other.pk, made.pk)).status_code == 404


# The review on the page ------------------------------------------------------------------------------------------


@pytest.fixture
def review(ashdown: Party) -> Review:
    return Review.objects.create(party=ashdown, due_on=timezone.localdate())


def said(cast: Cast, ana: str, ben: str = "stays", **more: str) -> dict[str, str]:
    return {f"person_{cast.supplier.pk}": ana, f"person_{cast.administrator.pk}": ben, **more}


@pytest.mark.parametrize(
    ("who", "statuses"),
    [("administrator", (200, 302)), ("moderator", (200, 302)), ("auditor", (200, 403)), ("supplier", (403, 403)),
     ("rival", (404, 404)), ("stranger", (404, 404))],
)  # fmt: skip
def test_who_answers_the_review(
    cast: Cast, rival: User, review: Review, signed_in: SignedIn, who: str, statuses: tuple[int, int]
) -> None:
    get, post = statuses
    client, address = signed_in(person_of(cast, rival, who)), at("review", review.party.pk)
    assert client.get(address).status_code == get
    assert client.post(address, said(cast, "stays", confirm="yes")).status_code == post
    assert bool(Review.objects.get().closed_at) is (post == 302)


def test_nothing_is_chosen_beforehand(cast: Cast, review: Review, signed_in: SignedIn) -> None:
    page = BeautifulSoup(signed_in(cast.administrator).get(at("review", review.party.pk)).content, "html.parser")
    assert len(page.select("input[type=radio]")) == 3
    assert page.select("input[checked]") == []


def test_whoever_is_not_answered_for_is_named(cast: Cast, review: Review, signed_in: SignedIn) -> None:
    answer = signed_in(cast.administrator).post(at("review", review.party.pk), said(cast, ""))
    assert "Ana: Say whether this person still needs access." in whole_text_of(answer)


def test_a_summary_comes_before_anything_changes(cast: Cast, review: Review, signed_in: SignedIn) -> None:
    client, address = signed_in(cast.administrator), at("review", review.party.pk)
    summary = client.post(address, said(cast, "left"))
    assert "1 person loses access" in whole_text_of(summary)
    assert User.objects.get(pk=cast.supplier.pk).is_active
    back = BeautifulSoup(client.post(address, said(cast, "left", change="yes")).content, "html.parser")
    assert [box["value"] for box in back.select("input[checked]")] == ["left", "stays"]
    hidden = {
        box["name"]: box["value"] for box in BeautifulSoup(summary.content, "html.parser").select("main [type=hidden]")
    }
    done = client.post(address, {**hidden, "confirm": "yes"}, follow=True)
    assert "Has left, or needs no access" in whole_text_of(done)
    assert not User.objects.get(pk=cast.supplier.pk).is_active


def test_whoever_is_too_late_is_told(cast: Cast, review: Review, signed_in: SignedIn) -> None:
    address = at("review", review.party.pk)
    signed_in(cast.moderator).post(address, said(cast, "stays", confirm="yes"))
    late = signed_in(cast.administrator).post(address, said(cast, "left", confirm="yes"), follow=True)
    assert "answered meanwhile" in whole_text_of(late)
    assert User.objects.get(pk=cast.supplier.pk).is_active


def test_nobody_can_be_said_to_have_left_by_who_may_not_say_it(cast: Cast, signed_in: SignedIn) -> None:
    secas = Party.objects.get(category=PartyCategory.SECAS)
    Review.objects.create(party=secas, due_on=timezone.localdate())
    form = {f"person_{cast.moderator.pk}": "stays", f"person_{cast.publisher.pk}": "left", "confirm": "yes"}
    answer = signed_in(cast.moderator).post(at("review", secas.pk), form)
    assert answer.status_code == 200
    assert User.objects.get(pk=cast.publisher.pk).is_active
