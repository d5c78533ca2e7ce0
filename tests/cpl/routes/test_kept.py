"""What is kept of a model's pathways between two requests is never stale, however a change comes in."""

import pytest
from django.db import connection

from accounts.models import User
from cpl.actions.publication import issues
from cpl.actions.visibility import restrict, unrestrict
from cpl.choices import SubmissionKind, SubmissionState
from cpl.models import CPLEntry, UpgradePathLink
from cpl.routes import AlreadyThere, NoRoute, NotKnown, Routes
from cpl.selectors import pathways
from cpl.selectors.known import KnownModel, known_model
from cpl.selectors.linked import linked_versions
from tests.cpl.importing import bring_in, entry, listed, workbook
from tests.cpl.routes.conftest import Chain
from tests.factories import Cast, Catalogue
from tests.factories.submissions import make_issue, make_submission

pytestmark = pytest.mark.django_db


def known(person: User, model: int) -> KnownModel:
    person = User.objects.get(pk=person.pk)
    visible = CPLEntry.objects.visible_to(person).with_information(person)
    return known_model(person, model, linked_versions(visible, model))


def steps(person: User, start: CPLEntry, target: CPLEntry) -> int | None:
    answer = known(person, start.device_model_id).route(start.pk, target.pk)
    return len(answer.best.steps) if isinstance(answer, Routes) else None


def test_the_same_pathways_are_worked_out_once_for_everybody_who_sees_the_same(cast: Cast, chain: Chain) -> None:
    first = known(cast.supplier, chain.model.pk).network
    assert known(cast.rival_supplier, chain.model.pk).network is first


def test_no_more_is_kept_than_the_limit() -> None:
    assert pathways._network.cache_info().maxsize == pathways.MOST_KEPT


def test_a_link_written_by_raw_sql_is_seen_at_once(cast: Cast, chain: Chain) -> None:
    first, last = chain.entries[0], chain.entries[5]
    assert steps(cast.supplier, first, last) == 5
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO cpl_upgradepathlink (entry_id, predecessor_id, manufacturer_id) VALUES (%s, %s, %s)",
            [last.pk, first.pk, chain.model.manufacturer_id],
        )
    assert steps(cast.supplier, first, last) == 1
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM cpl_upgradepathlink WHERE predecessor_id = %s AND entry_id = %s",
                       [first.pk, last.pk])  # fmt: skip
    assert steps(cast.supplier, first, last) == 5


def test_a_removal_by_raw_sql_is_seen_at_once(cast: Cast, chain: Chain) -> None:
    first, last = chain.entries[0], chain.entries[5]
    UpgradePathLink.objects.create(
        entry=chain.entries[4], predecessor=chain.entries[2], manufacturer=chain.model.manufacturer
    )
    assert steps(cast.supplier, first, last) == 4
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cpl_cplentry SET removed_on = '2025-05-01', removal_reason = 'Faulty' WHERE id = %s",
            [chain.entries[2].pk],
        )
    UpgradePathLink.objects.create(
        entry=chain.entries[3], predecessor=chain.entries[1], manufacturer=chain.model.manufacturer
    )
    answer = known(cast.supplier, chain.model.pk).route(first.pk, last.pk)
    assert isinstance(answer, Routes)
    assert chain.entries[2].pk not in answer.best.keys


def test_a_pathway_published_from_a_submission_is_seen_at_once(cast: Cast, catalogue: Catalogue) -> None:
    baseline, test_version = catalogue.baseline, catalogue.test_version
    assert isinstance(known(cast.supplier, catalogue.ember.pk).route(baseline.pk, test_version.pk), NotKnown)
    accepted = make_submission(
        cast, catalogue, SubmissionKind.PATHWAY, SubmissionState.ACCEPTED, entry=test_version,
        content={"pathway_state": "these_entries", "predecessors": "CPL-001072"},
    )  # fmt: skip
    issues.publish(issue=make_issue(cast, [accepted]), by=cast.publisher)
    assert steps(cast.supplier, baseline, test_version) == 3


def test_a_pathway_that_comes_with_an_import_is_seen_at_once(cast: Cast) -> None:
    bring_in(workbook(listed(), listed(2), listed(3, predecessors="CPL-000001")))
    assert steps(cast.supplier, entry(2), entry(3)) is None
    bring_in(workbook(listed(), listed(2), listed(3, predecessors="CPL-000002")))
    assert steps(cast.supplier, entry(2), entry(3)) == 1


def test_a_grant_and_its_end_are_seen_at_once(cast: Cast, chain: Chain) -> None:
    first, hidden, last = chain.entries[0], chain.entries[3], chain.entries[5]
    restrict(record=hidden, parties=[], by=None)
    assert isinstance(known(cast.supplier, chain.model.pk).route(first.pk, last.pk), NotKnown)
    assert steps(cast.manufacturer, first, last) == 5
    unrestrict(record=hidden, by=None)
    assert steps(cast.supplier, first, last) == 5


def test_that_nothing_comes_before_is_an_answer_and_that_nobody_said_is_another(cast: Cast, chain: Chain) -> None:
    first, second = chain.entries[0], chain.entries[1]
    UpgradePathLink.objects.filter(entry=second).delete()
    for state, expected in (("not_provided", NotKnown((second.pk,))), ("not_applicable", NoRoute())):
        CPLEntry.objects.filter(pk=second.pk).update(pathway_state=state)
        assert known(cast.supplier, chain.model.pk).route(first.pk, second.pk) == expected
    assert known(cast.supplier, chain.model.pk).route(first.pk, first.pk) == AlreadyThere()
