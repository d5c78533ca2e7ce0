"""Which Device Model a new entry is of: what its content says, and nothing else."""

import pytest

from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import Party, User
from cpl.actions.submissions import drafts
from cpl.actions.submissions.batches import Asked, begin_many
from cpl.actions.submissions.errors import UnknownRecordError
from cpl.actions.visibility import restrict
from cpl.choices import SubmissionKind
from cpl.models import DeviceModel, Submission, SubmissionBatch
from cpl.rules import problems_of
from tests.factories import Cast, Catalogue, make_submission
from tests.factories.submissions import content_of, northmoor

pytestmark = pytest.mark.django_db

Kind = SubmissionKind
UNKNOWN = {"device_model": "AAAA0101", "model_name": "Quite another"}


def now(submission: Submission) -> Submission:
    return Submission.objects.get(pk=submission.pk)


def test_a_new_entry_stands_under_the_model_that_is_typed_however_it_is_written(
    cast: Cast, catalogue: Catalogue
) -> None:
    content = {**content_of(Kind.NEW_ENTRY), "manufacturer_identifier": "7a:01", "device_model": "0x8B0B-03-0D"}
    draft = drafts.begin(kind=Kind.NEW_ENTRY, by=cast.manufacturer, manufacturer=northmoor(), content=content)
    assert now(draft).device_model == catalogue.ember


def test_what_was_chosen_does_not_count_where_something_else_is_typed(cast: Cast, catalogue: Catalogue) -> None:
    content = {**content_of(Kind.NEW_ENTRY), **UNKNOWN}
    model = DeviceModel.objects.get(pk=catalogue.ember.pk)
    draft = drafts.begin(kind=Kind.NEW_ENTRY, by=cast.manufacturer, device_model=model, content=content)
    assert now(draft).device_model is None


def test_typing_another_model_later_moves_the_submission_there_and_back(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_submission(cast, catalogue)
    for typed, model in (({**draft.content, **UNKNOWN}, None), (draft.content, catalogue.ember), ({}, None)):
        edition = now(draft).edition
        drafts.save(submission=draft, content=typed, by=cast.manufacturer, edition=edition)
        assert now(draft).device_model == model


def test_a_new_entry_never_stands_under_another_manufacturers_model(cast: Cast, catalogue: Catalogue) -> None:
    content = {**content_of(Kind.NEW_ENTRY), "manufacturer_identifier": "7A03", "device_model": "406F0811"}
    draft = drafts.begin(kind=Kind.NEW_ENTRY, by=cast.manufacturer, manufacturer=northmoor(), content=content)
    assert now(draft).device_model is None
    assert "model-of-another-maker" in [problem.check for problem in problems_of(draft)]


def test_new_entries_of_a_spreadsheet_stand_under_the_models_they_name(cast: Cast, catalogue: Catalogue) -> None:
    party = Party.objects.get(name__startswith="Northmoor")
    batch = SubmissionBatch.objects.create(file_name="new.xlsx", sha256="0" * 64, party=party)
    known, unknown = content_of(Kind.NEW_ENTRY), {**content_of(Kind.NEW_ENTRY), **UNKNOWN}
    asked = [
        Asked(Kind.NEW_ENTRY, northmoor(), None, lambda references: known),
        Asked(Kind.NEW_ENTRY, northmoor(), None, lambda references: unknown),
    ]
    made = begin_many(asked=asked, batch=batch, by=cast.manufacturer)
    assert [now(one).device_model for one in made] == [catalogue.ember, None]
    assert [now(one).writers for one in made] == [[cast.manufacturer.pk]] * 2


def test_an_added_model_always_names_the_entry_whose_certificate_covers_it(cast: Cast, catalogue: Catalogue) -> None:
    model = DeviceModel.objects.get(pk=catalogue.ember.pk)
    with pytest.raises(UnknownRecordError, match="under the certificate of which CPL Entry"):
        drafts.begin(kind=Kind.ADDED_MODEL, by=cast.submitter, device_model=model)


def test_what_is_seen_by_a_role_in_another_party_is_nothing_to_begin_with(cast: Cast, catalogue: Catalogue) -> None:
    ashdown = Party.objects.get(name="Ashdown Energy")
    restrict(record=catalogue.test_version, parties=Party.objects.filter(pk=ashdown.pk), by=None)
    join(user=cast.submitter, party=ashdown, role=Role.PARTY_USER, by=None)
    both = User.objects.get(pk=cast.submitter.pk)
    with pytest.raises(UnknownRecordError, match="no such CPL Entry"):
        drafts.begin(kind=Kind.HASH, by=both, entry=catalogue.test_version)
