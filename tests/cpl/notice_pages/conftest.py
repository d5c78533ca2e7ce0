"""Notices to open pages of, and the form as its page sends it."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.test import Client

from cpl.choices import NoticeState, VersionStatus
from cpl.models import CPLEntry, Notice
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_notice

Form = Callable[..., dict[str, Any]]

AFFECTED, FIXED = VersionStatus.AFFECTED, VersionStatus.FIXED


@pytest.fixture
def notice(cast: Cast, catalogue: Catalogue) -> Notice:
    """Northmoor's, in force: the baseline is affected, the recommended version has the cure."""
    return make_notice(cast, catalogue)


@pytest.fixture
def draft(cast: Cast, catalogue: Catalogue) -> Notice:
    """The same, not published yet."""
    return make_notice(cast, catalogue, NoticeState.DRAFT)


@pytest.fixture
def mei(cast: Cast, signed_in: SignedIn) -> Client:
    """Northmoor's editor."""
    return signed_in(cast.manufacturer)


@pytest.fixture
def ana(cast: Cast, signed_in: SignedIn) -> Client:
    """A supplier."""
    return signed_in(cast.supplier)


def soup(answer: Any) -> BeautifulSoup:
    """The page, to be read as a person would."""
    return BeautifulSoup(answer.content, "html.parser")


def text(answer: Any) -> str:
    """What stands in the page's main part, with single spaces."""
    main = soup(answer).find("main")
    assert main
    return " ".join(main.get_text(" ").split())


def boxes(answer: Any) -> dict[str, Any]:
    """Everything that the page's longest form would send if no box were touched, buttons left out."""
    form = max(soup(answer).select("main form"), key=lambda one: len(str(one)))
    sent: dict[str, Any] = {}
    for box in form.select("input[name], textarea[name], select[name]"):
        name = str(box["name"])
        chosen = box.select_one("option[selected]") or box.select_one("option")
        value = box.get_text().removeprefix("\n") if box.name == "textarea" else str(box.get("value", ""))
        if box.name == "select":
            value = str(chosen["value"]) if chosen else ""
        sent.setdefault(name, []).append(value)
    sent.pop("csrfmiddlewaretoken", None)
    return sent


def errors(answer: Any) -> list[str]:
    """What the summary at the top of the page says, each with a place that exists."""
    page = soup(answer)
    found = page.select(".govuk-error-summary li")
    for link in page.select(".govuk-error-summary li a"):
        assert page.find(id=str(link["href"]).removeprefix("#")), f"{link['href']} is not on the page"
    return [" ".join(one.get_text().split()) for one in found]


def status_of(notice: Notice) -> dict[str, str]:
    """What a notice says by Entry ID."""
    return dict(notice.versions.values_list("entry__cpl_entry_id", "status"))


def row(entry: CPLEntry, status: str = AFFECTED, words: str = "") -> dict[str, str]:
    """The boxes of a version's row."""
    return {f"s_{entry.pk}": status, f"w_{entry.pk}": words}
