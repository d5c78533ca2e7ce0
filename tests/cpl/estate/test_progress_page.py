"""The page of an estate check that waits or is under way, and of one that ended without an answer."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from cpl.choices import EstateState
from cpl.models import EstateCheck
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_estate_check

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def check(cast: Cast, catalogue: Catalogue) -> EstateCheck:
    """Half read since two seconds."""
    now = timezone.now()
    return make_estate_check(
        cast.supplier, [], answered=False, state=EstateState.RUNNING, finished_at=None, spool="0" * 32,
        rows_total=1_000_000, rows_read=250_000, started_at=now - timedelta(seconds=20), moved_at=now,
    )  # fmt: skip


def text(client: Any, address: str, **headers: Any) -> str:
    answer = client.get(address, **headers)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def ago(**time: float) -> datetime:
    return timezone.now() - timedelta(**time)


def change(check: EstateCheck, **fields: Any) -> None:
    EstateCheck.objects.filter(pk=check.pk).update(**fields)


def test_it_tells_how_far_it_is_and_how_long_it_takes_still(
    signed_in: SignedIn, cast: Cast, check: EstateCheck
) -> None:
    page = text(signed_in(cast.administrator), f"/estate/{check.pk}/")
    assert "<strong>250,000</strong> of 1,000,000 rows read, 25%. About 60 seconds left." in page
    assert '<progress class="fir-far__bar" max="100" value="25"' in page
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page


def test_the_live_part_asks_for_itself_until_the_check_is_settled(
    signed_in: SignedIn, cast: Cast, check: EstateCheck
) -> None:
    client, address = signed_in(cast.supplier), f"/estate/{check.pk}/progress/"
    part = text(client, address, headers=HTMX)
    assert f'hx-get="{address}"' in part and "250,000" in part
    assert part.startswith("<title>25% read: ")
    change(check, state=EstateState.DONE, finished_at=timezone.now(), spool="")
    settled = client.get(address, headers=HTMX)
    assert (settled.headers["HX-Refresh"], settled.content) == ("true", b"")


def test_without_javascript_the_live_part_is_the_page(signed_in: SignedIn, cast: Cast, check: EstateCheck) -> None:
    answer = signed_in(cast.supplier).get(f"/estate/{check.pk}/progress/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/estate/{check.pk}/")


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": EstateState.WAITING}, "Waiting to start"),
        ({"moved_at": ago(minutes=5)}, "it begins anew within two minutes"),
        ({"moved_at": ago(minutes=11)}, "it will not go on by itself. Cancel it, then upload the file again."),
        ({"moved_at": ago(minutes=11), "spool": ""}, "Cancel it, then check the estate again."),
        ({"rows_read": 1_000_000}, "Working out the answer"),
        ({"rows_read": 1_000}, "Reading the file"),
        ({"rows_total": 0, "spool": ""}, "counted already"),
    ],
)
def test_it_says_what_goes_on(
    signed_in: SignedIn, cast: Cast, check: EstateCheck, fields: dict[str, Any], words: str
) -> None:
    change(check, **fields)
    assert words in text(signed_in(cast.supplier), f"/estate/{check.pk}/")


@pytest.mark.parametrize(
    ("queued", "created", "told"),
    [
        ({"seconds": 45}, {"hours": 2}, False),
        ({"seconds": 75}, {"hours": 2}, True),
        ({"minutes": 20}, {"hours": 2}, True),
    ],
)
def test_the_help_desk_is_named_only_a_minute_after_it_was_queued(
    signed_in: SignedIn, cast: Cast, check: EstateCheck, queued: Any, created: Any, told: bool
) -> None:
    change(check, state=EstateState.WAITING, moved_at=ago(**queued), created_at=ago(**created))
    page = text(signed_in(cast.supplier), f"/estate/{check.pk}/")
    assert ("tell the SECAS help desk" in page) is told and "You can leave this page" in page


def test_nobody_is_told_that_a_check_goes_on_which_does_not(
    signed_in: SignedIn, cast: Cast, check: EstateCheck
) -> None:
    change(check, moved_at=ago(minutes=11))
    page = text(signed_in(cast.supplier), f"/estate/{check.pk}/")
    assert "left." not in page
    assert "You can leave this page" not in page and "within two minutes" not in page and "Cancel this check" in page


def test_a_check_is_cancelled_and_its_page_says_so(signed_in: SignedIn, cast: Cast, check: EstateCheck) -> None:
    client = signed_in(cast.supplier)
    assert client.post(f"/estate/{check.pk}/cancel/").headers["Location"] == f"/estate/{check.pk}/"
    assert "gains.csv was cancelled" in text(client, f"/estate/{check.pk}/")
    client.post(f"/estate/{check.pk}/cancel/")
    assert "there is nothing to cancel" in text(client, f"/estate/{check.pk}/")


def test_a_stopped_check_says_why_and_what_to_do(signed_in: SignedIn, cast: Cast, check: EstateCheck) -> None:
    problem = {"message": "A mark in line 7 <is> open.", "cure": "Close it."}
    change(check, state=EstateState.STOPPED, problem=problem, finished_at=timezone.now())
    page = text(signed_in(cast.supplier), f"/estate/{check.pk}/")
    assert "A mark in line 7 &lt;is&gt; open." in page and "Close it." in page and "/estate/new/" in page


@pytest.mark.parametrize(
    ("who", "status"), [("rival_supplier", 404), ("network", 404), ("manufacturer", 403), ("auditor", 403)]
)
def test_nobody_else_sees_or_cancels_it(
    signed_in: SignedIn, cast: Cast, check: EstateCheck, who: str, status: int
) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(f"/estate/{check.pk}/").status_code == status
    assert client.get(f"/estate/{check.pk}/progress/", headers=HTMX).status_code == status
    assert client.post(f"/estate/{check.pk}/cancel/").status_code == status
    check.refresh_from_db()
    assert check.state == EstateState.RUNNING
