"""A printed page says where it comes from, and pages of a Device Model say of which list."""

import pytest

from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue

pytestmark = pytest.mark.django_db


def test_a_page_has_its_day_and_address_for_paper(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    page = signed_in(cast.supplier).get("/watching/?page=1").content.decode()
    printed = page.partition('<p class="fir-printed">Printed on ')[2].partition("</p>")[0]
    assert printed.endswith("/watching/?page=1")


def test_a_page_that_is_not_there_does_not_repeat_what_was_asked_for(cast: Cast, signed_in: SignedIn) -> None:
    answer = signed_in(cast.supplier).get("/entries/CPL-777777/")
    assert answer.status_code == 404
    assert "fir-printed" not in answer.content.decode()
