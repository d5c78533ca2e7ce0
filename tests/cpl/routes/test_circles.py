"""Circles are refused wherever pathways come in; what is tested of submissions and issues stands beside those."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from cpl.models import CPLEntry, UpgradePathLink
from cpl.routes import Network
from tests.cpl.importing import bring_in, counted, listed, preview, problem_of, workbook
from tests.cpl.routes.conftest import Chain

pytestmark = pytest.mark.django_db


def test_a_circle_inside_one_workbook_is_refused_and_named() -> None:
    rows = [listed(1, predecessors="CPL-000003"), listed(2, predecessors="CPL-000001"),
            listed(3, predecessors="CPL-000002")]  # fmt: skip
    run = preview(workbook(*rows))
    assert counted(run)["refused"] > 0
    refused = run.rows.filter(outcome="refused").first()
    assert refused is not None
    assert "circle" in problem_of(run, refused.cpl_entry_id)["message"]


def test_a_version_that_names_itself_is_refused() -> None:
    run = preview(workbook(listed(predecessors="CPL-000001")))
    assert counted(run) == {"refused": 1}


def test_the_database_refuses_a_version_that_names_itself(chain: Chain) -> None:
    own = chain.entries[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        UpgradePathLink.objects.create(entry=own, predecessor=own, manufacturer=chain.model.manufacturer)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 4)), max_size=5, unique=True))
@settings(max_examples=12, deadline=None)
def test_whatever_a_workbook_says_no_circle_comes_in(links: list[tuple[int, int]]) -> None:
    with transaction.atomic():
        before = {new: ", ".join(f"CPL-{old:06d}" for old, after in links if after == new) for new in range(1, 5)}
        bring_in(workbook(*(listed(number, predecessors=before[number]) for number in range(1, 5))), accepted_only=True)
        kept = list(UpgradePathLink.objects.values_list("predecessor_id", "entry_id"))
        assert len(Network([key for link in kept for key in link], kept)._ways_on) == len(kept)
        transaction.set_rollback(True)


def test_a_circle_that_got_in_all_the_same_is_answered(chain: Chain) -> None:
    """Raw SQL can write one; the page must not hang on it."""
    first, last = chain.entries[0], chain.entries[5]
    UpgradePathLink.objects.create(entry=first, predecessor=last, manufacturer=chain.model.manufacturer)
    CPLEntry.objects.filter(pk=first.pk).update(pathway_state="these_entries")
    links = list(UpgradePathLink.objects.values_list("predecessor_id", "entry_id"))
    found = Network([each.pk for each in chain.entries], links).find(first.pk, last.pk, {})
    assert found == Network([each.pk for each in chain.entries], links[:5]).find(first.pk, last.pk, {})
