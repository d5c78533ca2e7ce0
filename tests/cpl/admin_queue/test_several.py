"""Several submissions at once: taken on, and accepted one by one after a page that asks."""

import re

import pytest

from cpl.actions.submissions import moves, talk
from cpl.choices import StepKind
from cpl.models import Submission
from cpl.rules import Problem
from tests.conftest import SignedIn
from tests.cpl.admin_queue.submitting import QUEUE, correction
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db


def three(cast: Cast, catalogue: Catalogue) -> list[Submission]:
    entries = (catalogue.recommended, catalogue.second, catalogue.baseline)
    return [correction(cast.manufacturer, entry) for entry in entries]


def chosen(*submissions: Submission) -> dict[str, list[str]]:
    return {"_selected_action": [str(submission.pk) for submission in submissions]}


def states() -> list[str]:
    return list(Submission.objects.order_by("pk").values_list("state", flat=True))


def test_several_are_taken_on_and_what_a_colleague_holds_is_left(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    first, second, _ = three(cast, catalogue)
    other = signed_in(cast.moderator)
    colleague = type(cast.moderator).objects.create_user("una@secas.example", None, name="Una")
    colleague.memberships.create(party=cast.moderator.memberships.get().party, role="secas_moderator")
    talk.hold(submission=second, by=colleague)
    page = other.post(QUEUE, {"action": "take_on", **chosen(first, second)}, follow=True).content.decode()
    assert f"You have taken on 1: {first.reference}." in page
    assert f"Una has taken on {second.reference}" in page
    assert list(Submission.objects.order_by("pk").values_list("held_by__name", flat=True)) == ["Sam", "Una", None]


def test_before_several_are_accepted_the_page_asks_and_leaves_out_what_has_problems(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    first, second, third = three(cast, catalogue)
    moves.query(submission=third, question="Which batch?", by=cast.moderator)
    odd = Problem("odd", "", blocking=False, field="", message="Odd.", cure="Look at it.")
    Submission.objects.filter(pk=second.pk).update(problems=[odd.as_json()])
    posted = {"action": "accept_several", **chosen(first, second, third)}
    answer = signed_in(cast.moderator).post(f"{QUEUE}?state=open", posted)
    page = answer.content.decode()
    assert re.findall(r'name="chosen" value="([^"]+)"', page) == [f"{first.pk}-{first.edition}"]
    assert "Open problems: 0 blocking, 1 advising" in page
    assert "It is queried." in page
    assert states() == ["submitted", "submitted", "queried"]


def test_what_stands_in_the_way_of_publishing_alone_does_not_keep_it_from_being_accepted(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    first, second, _ = three(cast, catalogue)
    for one, step in ((first, StepKind.PUBLISH), (second, StepKind.ACCEPT)):
        odd = Problem("odd", "", blocking=True, field="", message="Odd.", cure="Look at it.", stops=(step.value,))
        Submission.objects.filter(pk=one.pk).update(problems=[odd.as_json()])
    posted = {"action": "accept_several", **chosen(first, second)}
    page = signed_in(cast.moderator).post(QUEUE, posted).content.decode()
    assert re.findall(r'name="chosen" value="([^"]+)"', page) == [f"{first.pk}-{first.edition}"]
    assert "Open problems: 1 blocking, 0 advising" in page


def test_the_result_of_each_is_told(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    first, second, third = three(cast, catalogue)
    moves.refuse(submission=second, reason="Said twice.", by=cast.moderator)
    posted = {"chosen": [f"{first.pk}-{first.edition}", f"{second.pk}-1", f"{third.pk}-999", "x-1", "7"]}
    page = signed_in(cast.moderator).post(f"{QUEUE}accept/", posted).content.decode()
    assert "1 of 3 accepted." in page
    assert "You were first: refused" in page
    assert "was changed since you opened it" in page
    assert states() == ["accepted", "refused", "submitted"]


@pytest.mark.parametrize("who", ["publisher", "auditor", "supplier", "manufacturer"])
def test_nobody_but_a_moderator_does_it(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, who: str) -> None:
    first, *_ = three(cast, catalogue)
    client = signed_in(getattr(cast, who))
    for action in ("take_on", "accept_several"):
        client.post(QUEUE, {"action": action, **chosen(first)})
    assert client.post(f"{QUEUE}accept/", {"chosen": [f"{first.pk}-{first.edition}"]}).status_code == 403
    first.refresh_from_db()
    assert (first.state, first.held_by) == ("submitted", None)
