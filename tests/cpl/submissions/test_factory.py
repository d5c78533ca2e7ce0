"""Every kind can be walked to every state: what everybody else's tests begin with."""

import pytest

from cpl.choices import SubmissionKind, SubmissionState
from tests.factories import Cast, Catalogue, make_submission

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", SubmissionKind)
def test_every_kind_can_be_accepted(cast: Cast, catalogue: Catalogue, kind: SubmissionKind) -> None:
    assert make_submission(cast, catalogue, kind, SubmissionState.ACCEPTED).state == SubmissionState.ACCEPTED


@pytest.mark.parametrize("state", SubmissionState)
def test_every_state_is_reachable(cast: Cast, catalogue: Catalogue, state: SubmissionState) -> None:
    assert make_submission(cast, catalogue, state=state).state == state
