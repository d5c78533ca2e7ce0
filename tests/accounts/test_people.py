"""Disabling accounts and enabling them again."""

import pytest
from django.test import Client

from accounts import audit_names
from accounts.access import Forbidden
from accounts.actions.api_tokens import make_token
from accounts.actions.memberships import join
from accounts.actions.people import disable, enable
from accounts.choices import DisabledReason, Role
from accounts.models import ApiToken, AuditEvent, Party, User
from tests.accounts.mailbox import Mailbox, run_jobs, text
from tests.factories import Cast

pytestmark = pytest.mark.django_db

WHY = DisabledReason.ADMINISTRATOR
MAY_DISABLE = {
    "administrator": {"supplier"},
    "moderator": {
        "supplier", "administrator", "rival_supplier", "network", "manufacturer", "competitor", "submitter", "stranger",
    },
    "publisher": {
        "supplier", "administrator", "rival_supplier", "network", "manufacturer", "competitor", "submitter", "stranger",
        "moderator", "ssc", "auditor",
    },
}  # fmt: skip
"""Written out here, not taken from the code: who may disable whom. Everybody else disables nobody."""

EVERYBODY = ("supplier", "administrator", "rival_supplier", "network", "manufacturer", "competitor", "submitter",
             "moderator", "publisher", "ssc", "auditor", "stranger")  # fmt: skip


@pytest.mark.parametrize("who", EVERYBODY)
def test_exactly_the_people_of_the_table_can_be_disabled_and_enabled(cast: Cast, who: str) -> None:
    done = set()
    for whom in EVERYBODY:
        user = getattr(cast, whom)
        try:
            disable(user=user, reason=WHY, by=getattr(cast, who))
            enable(user=user, by=getattr(cast, who))
            done.add(whom)
        except Forbidden:
            assert User.objects.get(pk=user.pk).is_active
    assert done == MAY_DISABLE.get(who, set())


def test_an_administrator_cannot_disable_somebody_who_acts_for_another_party_too(cast: Cast) -> None:
    join(user=cast.supplier, party=Party.objects.get(name="Pennine Power"), role=Role.PARTY_USER, by=None)
    with pytest.raises(Forbidden):
        disable(user=cast.supplier, reason=WHY, by=cast.administrator)


def sign_in(client: Client, user: User) -> None:
    user.set_password("a long enough password")
    user.save()
    client.post("/accounts/login/", {"login": user.email, "password": "a long enough password"})


def test_disabling_ends_sessions_at_once_and_for_good(cast: Cast, client: Client) -> None:
    sign_in(client, cast.supplier)
    assert client.get("/").status_code == 200
    disable(user=cast.supplier, reason=WHY, by=cast.administrator)
    assert client.get("/").status_code == 302
    enable(user=cast.supplier, by=cast.administrator)
    assert client.get("/").status_code == 302


def test_disabling_revokes_api_tokens_for_good(cast: Cast) -> None:
    party = Party.objects.get(name="Ashdown Energy")
    make_token(user=cast.supplier, party=party, name="Nightly", days=30, by=cast.supplier)
    disable(user=cast.supplier, reason=WHY, by=cast.administrator)
    enable(user=cast.supplier, by=cast.administrator)
    token = ApiToken.objects.get()
    assert (token.is_usable, token.revoked_by) == (False, cast.administrator.email)


def test_the_person_is_told_why(cast: Cast, mailbox: Mailbox) -> None:
    disable(user=cast.supplier, reason=DisabledReason.LEFT, by=cast.administrator)
    run_jobs()
    assert "Reason: left the party." in text(mailbox.only(cast.supplier.email))


def test_disabling_and_enabling_are_recorded_once_each(cast: Cast, mailbox: Mailbox) -> None:
    for _ in range(2):
        disable(user=cast.supplier, reason=WHY, by=cast.administrator)
    for _ in range(2):
        enable(user=cast.supplier, by=cast.administrator)
    run_jobs()
    names = [audit_names.ACCOUNT_DISABLED, audit_names.ACCOUNT_ENABLED]
    events = AuditEvent.objects.filter(name__in=names).order_by("pk")
    assert [(event.name, event.actor, event.owner) for event in events] == [
        (name, cast.administrator.email, "Ashdown Energy") for name in names
    ]
    assert len(mailbox.to(cast.supplier.email)) == 2


def test_enabling_gives_back_what_was_there(cast: Cast) -> None:
    before = set(cast.supplier.memberships.values_list("party", "role"))
    disable(user=cast.supplier, reason=WHY, by=cast.administrator)
    assert User.objects.get(pk=cast.supplier.pk).held_permissions == frozenset()
    enable(user=cast.supplier, by=cast.administrator)
    person = User.objects.get(pk=cast.supplier.pk)
    assert person.is_active
    assert set(person.memberships.values_list("party", "role")) == before


def test_a_disabled_person_cannot_sign_in(cast: Cast, client: Client) -> None:
    disable(user=cast.supplier, reason=WHY, by=cast.administrator)
    sign_in(client, cast.supplier)
    assert "_auth_user_id" not in client.session


def test_whom_secas_disabled_an_administrator_cannot_enable(cast: Cast) -> None:
    disable(user=cast.supplier, reason=WHY, by=cast.moderator)
    assert cast.supplier.disabled_reason == DisabledReason.SECAS
    with pytest.raises(Forbidden):
        enable(user=cast.supplier, by=cast.administrator)


def test_whom_secas_disabled_secas_enables(cast: Cast) -> None:
    disable(user=cast.supplier, reason=WHY, by=cast.moderator)
    enable(user=cast.supplier, by=cast.publisher)
    assert User.objects.get(pk=cast.supplier.pk).is_active
