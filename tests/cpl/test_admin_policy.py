"""The content security policy: strict everywhere, with one exception for the admin's own scripts."""

import re

import pytest

from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db


def policy(signed_in: SignedIn, cast: Cast, address: str) -> dict[str, set[str]]:
    header = signed_in(cast.moderator).get(address)["Content-Security-Policy"]
    parts = (directive.split() for directive in header.split(";"))
    return {name: set(sources) for name, *sources in parts}


@pytest.mark.parametrize("address", ["/admin/", "/admin/cpl/cplentry/", "/admin/cpl/cplentry/import/"])
def test_the_admin_may_evaluate_expressions_and_nothing_else_inline(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str
) -> None:
    directives = policy(signed_in, cast, address)
    assert directives["script-src"] == {"'self'", "'unsafe-eval'"}
    assert directives["style-src"] == {"'self'"}


@pytest.mark.parametrize("address", ["/", "/search/?q=ember", "/entries/CPL-001072/"])
def test_the_portal_keeps_the_strict_policy(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str
) -> None:
    assert not any("unsafe" in source for source in policy(signed_in, cast, address)["script-src"])


@pytest.mark.parametrize("address", ["/admin/", "/admin/cpl/cplentry/", "/admin/cpl/cplentry/import/"])
def test_no_page_of_the_admin_has_anything_inline(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, address: str
) -> None:
    page = signed_in(cast.moderator).get(address).content.decode()
    assert "<style" not in page
    assert re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page) == []
    assert re.findall(r"\s(?:style|on\w+)=\"", page) == []
