"""Saved views of the queue: one's own, or for all of SECAS; made, renamed and deleted by whoever works there."""

import pytest

from accounts.models import AuditEvent
from cpl.actions.saved_views import save_view
from cpl.models import SavedView
from tests.conftest import SignedIn
from tests.cpl.admin_queue.submitting import QUEUE
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def test_filters_are_saved_under_a_name_and_listed_above_the_queue(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.moderator)
    client.post(f"{QUEUE}views/save/", {"name": "My late ones", "query": "held=me&late=yes&p=3"})
    view = SavedView.objects.get()
    assert (view.person, view.query, view.shared) == (cast.moderator, "held=me&late=yes", False)
    page = client.get(f"{QUEUE}?late=yes&held=me").content.decode()
    assert 'href="/admin/cpl/submission/?held=me&amp;late=yes" aria-current="page">My late ones' in page
    assert AuditEvent.objects.filter(name="queue.view_saved", actor=cast.moderator.email).count() == 1


def test_a_view_of_ones_own_is_shown_to_nobody_else_and_a_shared_one_to_all(cast: Cast, signed_in: SignedIn) -> None:
    save_view(name="Mine alone", query="held=me", shared=False, by=cast.moderator)
    save_view(name="All hashes", query="kind=hash", shared=True, by=cast.moderator)
    for who in (cast.publisher, cast.auditor):
        page = signed_in(who).get(QUEUE).content.decode()
        assert "Mine alone" not in page
        assert "All hashes" in page
        assert "shared by Sam" in page


def test_a_name_is_taken_once(cast: Cast, signed_in: SignedIn) -> None:
    save_view(name="Late", query="late=yes", shared=False, by=cast.moderator)
    page = signed_in(cast.moderator).post(f"{QUEUE}views/save/", {"name": "Late", "query": "held=me"}, follow=True)
    assert "You have a view called “Late” already" in page.content.decode()
    assert SavedView.objects.get().query == "late=yes"


def test_a_view_without_a_name_is_not_saved_and_the_page_says_why(cast: Cast, signed_in: SignedIn) -> None:
    client = signed_in(cast.moderator)
    page = client.post(f"{QUEUE}views/save/", {"name": " ", "query": "held=me"}, follow=True)
    assert "Give the view a name" in page.content.decode()
    page = client.post(f"{QUEUE}views/save/", {"name": "Long", "query": f"q={'x' * 600}"}, follow=True)
    assert "too long to be saved" in page.content.decode()
    assert not SavedView.objects.exists()


def test_its_maker_renames_shares_and_deletes_it(cast: Cast, signed_in: SignedIn) -> None:
    view = save_view(name="Late", query="late=yes", shared=False, by=cast.publisher)
    client, address = signed_in(cast.publisher), f"{QUEUE}views/{view.pk}/"
    client.post(address, {"do": "save", "name": "Overdue", "shared": "1"})
    view.refresh_from_db()
    assert (view.name, view.shared, view.query) == ("Overdue", True, "late=yes")
    client.post(address, {"do": "delete"})
    assert not SavedView.objects.exists()
    names = AuditEvent.objects.filter(name__startswith="queue.").order_by("pk").values_list("name", flat=True)
    assert list(names) == ["queue.view_saved", "queue.view_changed", "queue.view_deleted"]


@pytest.mark.parametrize("do", ["save", "delete"])
def test_a_shared_view_of_somebody_else_is_not_there_to_change(cast: Cast, signed_in: SignedIn, do: str) -> None:
    view = save_view(name="Late", query="late=yes", shared=True, by=cast.publisher)
    answer = signed_in(cast.moderator).post(f"{QUEUE}views/{view.pk}/", {"do": do, "name": "Stolen"})
    assert answer.status_code == 404
    assert SavedView.objects.get().name == "Late"


@pytest.mark.parametrize("who", ["auditor", "supplier", "manufacturer"])
def test_whoever_only_reads_or_has_no_business_here_saves_none(cast: Cast, signed_in: SignedIn, who: str) -> None:
    answer = signed_in(getattr(cast, who)).post(f"{QUEUE}views/save/", {"name": "Late", "query": "late=yes"})
    assert answer.status_code == 403
    assert not SavedView.objects.exists()
