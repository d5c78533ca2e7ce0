"""Single sign-on in the admin site: set up and changed by SECAS, never its secret."""

from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ValidationError
from django.urls import reverse

from accounts import audit_names
from accounts.access import Forbidden
from accounts.actions.parties import CannotChange, change_party
from accounts.actions.single_sign_on import save_single_sign_on
from accounts.models import AuditEvent, Party, SingleSignOn
from tests.accounts.admin_parties.registers import ABOVE, ISSUER, first
from tests.accounts.pages import whole_text_of
from tests.admin_pages import address
from tests.conftest import SignedIn
from tests.factories import Cast

pytestmark = pytest.mark.django_db


def sign_on(party: Party, **new: str) -> dict[str, str]:
    form = {
        "party": str(party.pk),
        "provider_id": "ashdown",
        "issuer": ISSUER,
        "client_id": "portal",
        "is_active": "on",
    }
    return {name: value for name, value in {**form, **new}.items() if value != "off"}


@pytest.mark.parametrize(("secrets", "warned"), [({}, True), ({"ashdown": "x"}, False)])
def test_a_service_in_use_without_its_secret_is_warned_of(
    cast: Cast, ashdown: Party, signed_in: SignedIn, settings: Any, secrets: dict[str, str], warned: bool
) -> None:
    settings.SSO_SECRETS = secrets
    answer = signed_in(cast.moderator).post(address(SingleSignOn, "add"), sign_on(ashdown), follow=True)
    assert ("Add ashdown=… to SSO_SECRETS and restart" in whole_text_of(answer)) is warned


def test_the_address_to_call_back_is_shown_whole(cast: Cast, filled: str, signed_in: SignedIn, settings: Any) -> None:
    settings.PUBLIC_URL = "https://firmware.example/"
    page = signed_in(cast.moderator).get(address(SingleSignOn, "change", first(SingleSignOn).pk))
    path = reverse("openid_connect_callback", args=["ashdown"])
    assert f"https://firmware.example{path}" in whole_text_of(page)


def test_secas_sets_single_sign_on_up(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    signed_in(cast.moderator).post(address(SingleSignOn, "add"), sign_on(ashdown))
    made = SingleSignOn.objects.get()
    assert (made.party, made.issuer, made.is_active, made.is_required) == (ashdown, ISSUER, True, False)
    event = AuditEvent.objects.get(name=audit_names.SINGLE_SIGN_ON_CHANGED)
    assert event.before is None
    assert event.after is not None
    assert event.after["issuer"] == ISSUER


def test_secas_changes_it_and_party_and_short_name_stay(
    cast: Cast, ashdown: Party, filled: str, signed_in: SignedIn
) -> None:
    page = address(SingleSignOn, "change", SingleSignOn.objects.get().pk)
    other = Party.objects.get(name="Pennine Power")
    form = sign_on(other, provider_id="other", issuer="https://new.ashdown.example")
    signed_in(cast.publisher).post(page, form)
    found = SingleSignOn.objects.get()
    assert (found.party, found.provider_id, found.issuer) == (ashdown, "ashdown", "https://new.ashdown.example")
    event = AuditEvent.objects.get(name=audit_names.SINGLE_SIGN_ON_CHANGED)
    assert event.before is not None
    assert event.before["issuer"] == ISSUER


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ({"issuer": "http://id.ashdown.example"}, "does not begin with https://"),
        ({"issuer": "http://127.0.0.1.evil.example"}, "does not begin with https://"),
        ({"issuer": "javascript:alert(1)"}, "valid URL"),
        ({"provider_id": "no slug"}, "valid"),
        ({"is_required": "on"}, "The Party has no e-mail domain"),
    ],
)
def test_a_provider_that_cannot_work_is_refused_in_words(
    cast: Cast, ashdown: Party, signed_in: SignedIn, new: dict[str, str], words: str
) -> None:
    answer = signed_in(cast.moderator).post(address(SingleSignOn, "add"), sign_on(ashdown, **new))
    assert answer.status_code == 200
    assert words in whole_text_of(answer)
    assert not SingleSignOn.objects.exists()


def test_on_a_developers_own_machine_http_will_do(cast: Cast, ashdown: Party, settings: Any) -> None:
    with pytest.raises(ValidationError):
        save_single_sign_on(party=ashdown, provider_id="x", issuer="http://127.0.0.1:9000", client_id="y", by=None)
    settings.DEBUG = True
    save_single_sign_on(party=ashdown, provider_id="x", issuer="http://127.0.0.1:9000", client_id="y", by=None)
    for trick in ("http://127.0.0.1.evil.example", "http://localhost@evil.example", "http://localhost.evil.example"):
        with pytest.raises(ValidationError):
            save_single_sign_on(party=ashdown, issuer=trick, by=None)


def test_one_domain_is_spoken_for_by_one_provider(cast: Cast, ashdown: Party) -> None:
    pennine = Party.objects.get(name="Pennine Power")
    for party in (ashdown, pennine):
        change_party(party=party, email_domains=["shared.example"], by=None)
    save_single_sign_on(party=ashdown, provider_id="a", issuer=ISSUER, client_id="y", by=None)
    with pytest.raises(ValidationError, match="of Ashdown Energy speaks for one"):
        save_single_sign_on(party=pennine, provider_id="b", issuer=ISSUER, client_id="y", by=None)
    change_party(party=pennine, email_domains=["pennine.example"], by=None)
    save_single_sign_on(party=pennine, provider_id="b", issuer=ISSUER, client_id="y", by=None)
    with pytest.raises(CannotChange, match="of Ashdown Energy speaks for one"):
        change_party(party=pennine, email_domains=["shared.example"], by=None)


@pytest.mark.parametrize("who", ["supplier", "administrator", "auditor", "stranger"])
def test_only_secas_changes_single_sign_on(cast: Cast, ashdown: Party, who: str) -> None:
    with pytest.raises(Forbidden):
        save_single_sign_on(party=ashdown, provider_id="x", issuer=ISSUER, client_id="y", by=getattr(cast, who))


@pytest.mark.parametrize("name", ABOVE)
def test_single_sign_on_of_people_above_is_a_publishers(cast: Cast, signed_in: SignedIn, name: str) -> None:
    party, moderator = Party.objects.get(name=name), signed_in(cast.moderator)
    words = "roles that you may not give. Ask a SECAS publisher"
    assert words in whole_text_of(moderator.post(address(SingleSignOn, "add"), sign_on(party)))
    with pytest.raises(Forbidden):
        save_single_sign_on(party=party, provider_id="x", issuer=ISSUER, client_id="y", by=cast.moderator)
    assert not SingleSignOn.objects.exists()
    signed_in(cast.publisher).post(address(SingleSignOn, "add"), sign_on(party))
    page = address(SingleSignOn, "change", SingleSignOn.objects.get().pk)
    assert 'name="_save"' not in moderator.get(page).content.decode()
    assert moderator.post(page, sign_on(party, issuer="https://evil.example")).status_code == 403
    assert SingleSignOn.objects.get().issuer == ISSUER


@pytest.mark.parametrize(
    ("new", "left"),
    [
        ({"issuer": "https://new.ashdown.example"}, ["pennine"]),
        ({"client_id": "other"}, ["pennine"]),
        ({"is_active": False}, ["ashdown", "ashdown", "pennine"]),
    ],
)
def test_another_issuer_or_client_unties_the_accounts(
    cast: Cast, ashdown: Party, filled: str, new: dict[str, Any], left: list[str]
) -> None:
    for user, provider in ((cast.supplier, "ashdown"), (cast.administrator, "ashdown"), (cast.submitter, "pennine")):
        SocialAccount.objects.create(user=user, provider=provider, uid=user.email)
    save_single_sign_on(party=ashdown, by=cast.moderator, **new)
    assert sorted(SocialAccount.objects.values_list("provider", flat=True)) == left
    told = AuditEvent.objects.filter(name=audit_names.SINGLE_SIGN_ON_UNTIED, owner="Ashdown Energy")
    assert [event.details["people"] for event in told] == ([2] if left == ["pennine"] else [])


def test_the_secret_is_never_in_the_register(cast: Cast, filled: str, signed_in: SignedIn, settings: Any) -> None:
    settings.SSO_SECRETS = {"ashdown": "a-secret-that-stays"}
    client = signed_in(cast.publisher)
    for page in (address(SingleSignOn, "changelist"), address(SingleSignOn, "change", SingleSignOn.objects.get().pk)):
        assert "a-secret-that-stays" not in client.get(page).content.decode()
