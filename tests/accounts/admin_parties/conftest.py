"""Fixtures for tests of People and Parties in the admin site."""

import pytest
from django.utils import timezone

from accounts.actions.api_tokens import make_token
from accounts.actions.invitations import invite
from accounts.choices import RequestState, ReviewDecision, Role
from accounts.models import AccessRequest, Party, Review, ReviewAnswer, SingleSignOn
from tests.accounts.admin_parties.registers import ISSUER
from tests.factories import Cast


@pytest.fixture
def filled(cast: Cast, ashdown: Party) -> str:
    """One record in every register; returns an API token."""
    invite(party=ashdown, email="new@ashdown.example", role=Role.PARTY_USER, by=cast.administrator)
    AccessRequest.objects.create(
        name="Rita",
        email="rita@ashdown.example",
        organisation="A",
        reason="x",
        state=RequestState.WAITING,
        party=ashdown,
    )
    review = Review.objects.create(party=ashdown, due_on=timezone.localdate())
    ReviewAnswer.objects.create(review=review, email="gone@ashdown.example", roles="x", decision=ReviewDecision.LEFT)
    SingleSignOn.objects.create(party=ashdown, provider_id="ashdown", issuer=ISSUER, client_id="x")
    return make_token(user=cast.supplier, party=ashdown, name="Nightly", days=1, by=cast.supplier)[1]
