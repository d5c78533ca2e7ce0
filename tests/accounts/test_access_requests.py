"""Asking for access: the same answer for everybody, confirmed by e-mail."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import audit_names
from accounts.actions.access_requests import (
    CannotConfirm,
    confirm,
    expire,
    request_access,
)
from accounts.choices import RequestState
from accounts.models import AccessRequest, AuditEvent, Party, User
from tests.accounts.joining import ASKED, NEW, waiting, with_domain
from tests.accounts.mailbox import Mailbox, run_jobs, secret_link, text
from tests.accounts.pages import text_of
from tests.factories import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_limits_left_over(db: None) -> Iterator[None]:
    cache.clear()
    yield


@pytest.fixture
def ashdown(cast: Cast) -> Party:
    return with_domain("Ashdown Energy")


def ask(client: Client, email: str = NEW) -> Any:
    return client.post("/join/", {**ASKED, "email": email})


# Asking ------------------------------------------------------------------------------------------------------


def test_the_answer_is_the_same_whoever_asks(client: Client, ashdown: Party, cast: Cast) -> None:
    waiting("wim@ashdown.example")
    seen = []
    for email in (NEW, cast.supplier.email, "wim@ashdown.example"):
        cache.clear()  # what is counted of this network address is no secret
        with CaptureQueriesContext(connection) as queries:
            answer = ask(Client(), email)
        shapes = [re.sub(r"\d+|'[^']*'", "?", query["sql"])[:60] for query in queries]
        seen.append((answer.status_code, answer["Location"], len(shapes), shapes))
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][:2] == (302, "/join/sent/")


def test_the_page_sends_nothing_itself(client: Client, mailbox: Mailbox) -> None:
    ask(client)
    assert mailbox.letters == []
    assert ProcrastinateJob.objects.filter(status="todo").count() == 1


def test_a_new_address_gets_a_link_to_confirm(client: Client, mailbox: Mailbox) -> None:
    ask(client)
    run_jobs()
    assert secret_link(mailbox.only(NEW)).startswith("/join/confirm/")


def test_an_address_with_an_account_is_told_so_without_a_secret_link(
    client: Client, cast: Cast, mailbox: Mailbox
) -> None:
    ask(client, "Ana@Ashdown.example")
    run_jobs()
    letter = mailbox.only("ana@ashdown.example")
    assert "There is an account for it already" in text(letter)
    assert "/join/confirm/" not in text(letter)


def test_an_address_whose_account_is_disabled_may_ask(client: Client, cast: Cast, mailbox: Mailbox) -> None:
    User.objects.filter(pk=cast.supplier.pk).update(is_active=False)
    ask(client, cast.supplier.email)
    run_jobs()
    assert secret_link(mailbox.only(cast.supplier.email))


def test_an_address_that_waits_already_is_told_so(client: Client, cast: Cast, mailbox: Mailbox) -> None:
    waiting()
    ask(client)
    run_jobs()
    assert "An earlier request is confirmed" in text(mailbox.only(NEW))


def test_nobody_can_send_their_own_words_to_a_stranger(client: Client, mailbox: Mailbox) -> None:
    words = {"name": "Win a prize", "organisation": "at http://prize.example", "reason": "Click http://prize.example"}
    client.post("/join/", {**words, "email": "victim@elsewhere.example"})
    run_jobs()
    letter = text(mailbox.only("victim@elsewhere.example"))
    assert "prize" not in letter.lower()


@pytest.mark.parametrize("missing", ASKED)
def test_every_answer_is_needed(client: Client, missing: str) -> None:
    answer = client.post("/join/", {**ASKED, missing: " "})
    assert answer.status_code == 200
    assert b"There is a problem" in answer.content
    assert AccessRequest.objects.count() == 0


def test_line_breaks_do_not_reach_headings_or_subjects(client: Client) -> None:
    client.post("/join/", {**ASKED, "name": "Nora\r\nBcc: all@ashdown.example"})
    assert AccessRequest.objects.get().name == "Nora Bcc: all@ashdown.example"


def test_the_fourth_request_of_an_address_within_the_hour_is_too_many(client: Client, cast: Cast) -> None:
    known, unknown = cast.supplier.email, NEW
    assert [ask(client, known).status_code for _ in range(4)] == [302, 302, 302, 429]
    assert [ask(client, unknown).status_code for _ in range(4)] == [302, 302, 302, 429]


def test_the_eleventh_request_from_a_network_address_within_the_hour_is_too_many(client: Client) -> None:
    answers = [ask(client, f"{number}@ashdown.example").status_code for number in range(11)]
    assert answers == [302] * 10 + [429]


# Confirming --------------------------------------------------------------------------------------------------


def link_of(client: Client, mailbox: Mailbox) -> str:
    ask(client)
    run_jobs()
    return secret_link(mailbox.only(NEW))


def test_opening_the_link_confirms_nothing(client: Client, mailbox: Mailbox) -> None:
    assert client.get(link_of(client, mailbox)).status_code == 200
    assert AccessRequest.objects.get().state == RequestState.UNCONFIRMED


def test_the_button_confirms_and_works_once(client: Client, mailbox: Mailbox) -> None:
    link = link_of(client, mailbox)
    assert client.post(link).status_code == 200
    assert AccessRequest.objects.get().state == RequestState.WAITING
    for again in (client.get(link), client.post(link)):
        assert again.status_code == 410
        assert "confirmed this request already" in text_of(again)


def test_the_link_runs_out(client: Client, mailbox: Mailbox) -> None:
    link = link_of(client, mailbox)
    AccessRequest.objects.update(created_at=timezone.now() - timedelta(days=3, minutes=1))
    answer = client.post(link)
    assert (answer.status_code, AccessRequest.objects.get().state) == (410, RequestState.UNCONFIRMED)
    assert "Ask again" in text_of(answer)


def test_a_link_for_another_request_is_none(client: Client, mailbox: Mailbox) -> None:
    link = link_of(client, mailbox)
    other = AccessRequest.objects.create(**{**ASKED, "email": "other@ashdown.example"})
    forged = re.sub(r"/confirm/\d+/", f"/confirm/{other.pk}/", link)
    answer = client.post(forged)
    assert answer.status_code == 404
    assert "other@ashdown.example" not in answer.content.decode()
    assert AccessRequest.objects.get(pk=other.pk).state == RequestState.UNCONFIRMED


@pytest.mark.parametrize(
    "address", ["/join/confirm/1/x/", "/join/confirm/99999999999999999999/x/", "/join/confirm/1/é/"]
)
def test_made_up_links_are_answered_404(client: Client, cast: Cast, address: str) -> None:
    assert client.get(address).status_code == 404


def test_pages_behind_a_secret_link_are_kept_by_no_cache(client: Client, mailbox: Mailbox) -> None:
    answer = client.get(link_of(client, mailbox))
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"


def test_of_two_requests_of_an_address_one_waits(cast: Cast) -> None:
    first, second = request_access(**ASKED), request_access(**ASKED)
    confirm(request=first)
    with pytest.raises(CannotConfirm, match="Another request"):
        confirm(request=second)


def test_the_partys_administrator_is_told_and_nobody_else(ashdown: Party, cast: Cast, mailbox: Mailbox) -> None:
    asked = waiting()
    run_jobs()
    assert asked.party == ashdown
    told = {letter["To"] for letter in mailbox.letters if "decision" in letter["Subject"]}
    assert told == {cast.administrator.email}


SECAS = {"sam@secas.example", "petra@secas.example"}


@pytest.mark.parametrize("why", ["no Party", "two Parties", "no administrator", "disabled", "inactive Party"])
def test_otherwise_secas_is_told(cast: Cast, mailbox: Mailbox, why: str) -> None:
    party = with_domain("Pennine Power" if why == "no administrator" else "Ashdown Energy")
    if why == "no Party":
        with_domain("Ashdown Energy", "elsewhere.example")
    elif why == "two Parties":
        with_domain("Pennine Power")
    elif why == "disabled":
        User.objects.filter(pk=cast.administrator.pk).update(is_active=False)
    elif why == "inactive Party":
        Party.objects.filter(pk=party.pk).update(is_active=False)
    asked = waiting()
    run_jobs()
    assert asked.party is None
    assert {letter["To"] for letter in mailbox.letters if "decision" in letter["Subject"]} == SECAS


def test_requests_that_nobody_confirms_end_at_night(cast: Cast) -> None:
    old, new, confirmed = request_access(**ASKED), request_access(**ASKED), waiting("c@ashdown.example")
    late = timezone.now() - timedelta(days=4)
    AccessRequest.objects.filter(pk__in=[old.pk, confirmed.pk]).update(created_at=late)
    assert expire(now=timezone.now()) == 1
    states = {row.pk: row.state for row in AccessRequest.objects.all()}
    assert states == {
        old.pk: RequestState.EXPIRED,
        new.pk: RequestState.UNCONFIRMED,
        confirmed.pk: RequestState.WAITING,
    }
    assert AuditEvent.objects.filter(name=audit_names.ACCESS_EXPIRED).count() == 1
