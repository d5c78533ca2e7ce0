"""Of which Device Model a new entry is, and that one submission of an issue relies on another."""

import pytest

from cpl.actions.publication.errors import NotPublishableError
from cpl.choices import SubmissionKind as Kind
from cpl.choices import SubmissionState as State
from cpl.models import CPLEntry, DeviceModel
from tests.cpl.publication.helping import accepted, entry_of, fresh, published
from tests.factories import Cast, Catalogue, make_submission
from tests.factories.submissions import certify, content_of, new_version

pytestmark = pytest.mark.django_db


def of_new_model(**given: str) -> dict[str, str]:
    content = {**content_of(Kind.NEW_ENTRY), "device_model": "AAAA0101", "model_name": "First", **given}
    content.pop("predecessors")
    return {**content, **new_version(), "pathway_state": "not_applicable"}


def test_a_new_entry_is_of_the_model_that_its_words_name_whatever_it_was_begun_from(
    cast: Cast, catalogue: Catalogue
) -> None:
    submission = accepted(cast, catalogue, content=of_new_model(), device_model=catalogue.ember)
    (done,) = published(cast, submission)
    assert entry_of(done).device_model.duis_model == "AAAA0101"
    assert done.device_model == entry_of(done).device_model != catalogue.ember


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"model_name": "Second"}, "its model name is First in {first} and Second here"),
        ({"device_type": "GSME", "esme_variant": ""}, "its device type is ESME in {first} and GSME here"),
        ({"esme_variant": "B"}, "its ESME variant is A in {first} and B here"),
    ],
)
def test_two_entries_of_one_new_model_that_contradict_each_other_are_both_named(
    cast: Cast, catalogue: Catalogue, other: dict[str, str], told: str
) -> None:
    first = accepted(cast, catalogue, content=of_new_model(esme_variant="A"))
    second = accepted(cast, catalogue, content=of_new_model(**{"esme_variant": "A", **other}))
    with pytest.raises(NotPublishableError) as raised:
        published(cast, first, second)
    assert second.reference in str(raised.value)
    assert told.format(first=first.reference) in str(raised.value)
    assert not DeviceModel.objects.filter(duis_model="AAAA0101").exists()


def test_two_entries_of_one_new_model_that_agree_are_published_together(cast: Cast, catalogue: Catalogue) -> None:
    pair = [accepted(cast, catalogue, content=of_new_model(model_name=name)) for name in ("First", "FIRST")]
    first, second = (entry_of(one) for one in published(cast, *pair))
    assert first.device_model == second.device_model


@pytest.mark.parametrize("written", ["S-{}", "s-{}", "S-{:06}"])
def test_a_submission_is_named_as_a_previous_version_however_its_number_is_written(
    cast: Cast, catalogue: Catalogue, written: str
) -> None:
    first = accepted(cast, catalogue)
    content = {**content_of(Kind.NEW_ENTRY), "predecessors": written.format(first.pk)}
    second = make_submission(cast, catalogue, Kind.NEW_ENTRY, State.ACCEPTED, content=content)
    published(cast, second, first)
    before = entry_of(second).links_from.values_list("predecessor", flat=True)
    assert list(before) == [entry_of(first).pk]


def test_an_added_model_has_the_certificate_as_the_same_issue_corrects_it(cast: Cast, catalogue: Catalogue) -> None:
    certify(catalogue.recommended)
    content = {"cpa_certificate": "CPA-RIGHT", "reason": "Mistyped certificate."}
    added = accepted(cast, catalogue, Kind.ADDED_MODEL)
    correction = accepted(cast, catalogue, Kind.CORRECTION, entry=catalogue.recommended, content=content)
    published(cast, added, correction)
    assert CPLEntry.objects.get(pk=catalogue.recommended.pk).cpa_certificate == "CPA-RIGHT"
    assert entry_of(fresh(added)).cpa_certificate == "CPA-RIGHT"
