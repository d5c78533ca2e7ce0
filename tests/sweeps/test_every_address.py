"""Every address of the portal, tried by everybody: a new one fails here until its expectation is declared."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.sweeps.declared import PAGES
from tests.sweeps.page import Answer, Page
from tests.sweeps.world import RECORDS, World

pytestmark = pytest.mark.django_db

ClientOf = Callable[..., Client]

EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.address)
# Where nobody gets through, nothing more is learnt from another method.
OPENED = pytest.mark.parametrize("page", [page for page in PAGES if page.right_role], ids=lambda page: page.address)
SENT = pytest.mark.parametrize("page", [page for page in PAGES if page.post], ids=lambda page: page.address)
FILES = pytest.mark.parametrize("page", [page for page in PAGES if page.is_file], ids=lambda page: page.address)


def patterns(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern, path)
        else:
            assert isinstance(pattern, URLPattern)
            # Which names of apps come here, and in which order, is Django's business.
            yield re.sub(r"\^\(\?P<app_label>[^)]*\)/\$$", "<app_label>/", path)


def seen(answer: Any) -> Answer:
    """What an answer is told as: its status, or where it leads."""
    if answer.status_code in (301, 302):
        return str(answer["Location"])
    if answer.streaming:
        b"".join(answer)
    return int(answer.status_code)


def differs(expected: Answer, got: Answer) -> bool:
    if isinstance(expected, str) and isinstance(got, str):
        return got != expected if expected == "/" else not got.startswith(expected)
    return expected != got


def told(expected: dict[str, Answer], got: dict[str, Answer]) -> str:
    """Who got another answer than the declared one, in words; empty if nobody did."""
    return "; ".join(
        f"{who or 'signed out'} got {got[who]}, not {expected[who]}"
        for who in expected
        if differs(expected[who], got[who])
    )


def test_every_address_has_its_expectation_declared() -> None:
    assert set(patterns(get_resolver())) - {page.pattern for page in PAGES} == set()


def test_every_expectation_is_of_an_address_that_there_is() -> None:
    assert {page.pattern for page in PAGES} - set(patterns(get_resolver())) == set()


def test_every_model_of_the_admin_site_has_a_record_to_ask_for() -> None:
    ours = {model for model in admin.site._registry if model._meta.app_label in ("accounts", "cpl")}
    assert ours - set(RECORDS) == set()


@EVERY_PAGE
def test_whoever_may_not_read_it_is_refused_and_a_reader_is_not(page: Page, world: World, client_of: ClientOf) -> None:
    assert_answered(page, {**page.refused, **page.first_reader}, world, client_of)


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if page.other_readers], ids=lambda page: page.address)
def test_every_other_reader_gets_the_declared_answer(page: Page, world: World, client_of: ClientOf) -> None:
    assert_answered(page, page.other_readers, world, client_of)


def assert_answered(page: Page, people: dict[str, Answer], world: World, client_of: ClientOf) -> None:
    """Each of these people gets the declared answer, and no browser keeps it."""
    address = world.address(page.address)
    expected = {who: world.expected(answer) for who, answer in people.items()}
    answers = {who: client_of(who).get(address) for who in expected}
    got = {who: seen(answer) for who, answer in answers.items()}
    assert not (wrong := told(expected, got)), wrong
    assert {who for who, answer in answers.items() if "no-store" not in answer["Cache-Control"]} == set()


@SENT
def test_those_who_may_not_read_it_may_not_send_it_either(page: Page, world: World, client_of: ClientOf) -> None:
    address, form = world.address(page.address), sent(page, world)
    got = {who: seen(client_of(who).post(address, form)) for who in page.refused}
    assert not (wrong := told(page.refused, got)), wrong


@SENT
def test_those_who_may_send_it_are_not_refused(page: Page, world: World, client_of: ClientOf) -> None:
    who = next(iter(page.right_role))
    answer = client_of(who).post(world.address(page.address), sent(page, world))
    assert answer.status_code in (200, 302), answer.content
    assert b"govuk-error-summary" not in answer.content, answer.content.decode()


def sent(page: Page, world: World) -> dict[str, str]:
    return {name: world.address(value) for name, value in (page.post or {}).items()}


@OPENED
def test_nothing_is_sent_without_the_forms_own_token(page: Page, world: World, client_of: ClientOf) -> None:
    who = next(iter(page.right_role))
    answer = client_of(who, enforce_csrf_checks=True).post(world.address(page.address), page.post or {})
    assert answer.status_code in (403, 404, 405)


@pytest.mark.slow
@OPENED
def test_asking_for_the_headers_alone_answers_as_reading_does(page: Page, world: World, client_of: ClientOf) -> None:
    who, answer = next(iter(page.right_role.items()))
    got = client_of(who).head(world.address(page.address))
    assert not differs(world.expected(answer) if page.head else 405, seen(got))
    assert got.content == b"" if not got.streaming else True


@FILES
def test_a_file_is_taken_away_and_kept_by_no_browser(page: Page, world: World, client_of: ClientOf) -> None:
    who = next(iter(page.right_role))
    answer = client_of(who).get(world.address(page.address))
    assert answer["Content-Disposition"].startswith('attachment; filename="')
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    seen(answer)


@pytest.mark.parametrize(
    "address", ["/models/7A01-FFFFFFFF/", "/entries/CPL-9/", "/entries/a/b/", "/entries/%00/", "/nothing/"]
)
def test_what_is_not_there_is_answered_404_in_our_words(world: World, client_of: ClientOf, address: str) -> None:
    answer = client_of("supplier").get(address)
    assert answer.status_code == 404
    assert b"Firmware Information Repository" in answer.content
