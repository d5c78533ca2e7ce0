"""What an administrator does on a Party's page, and that nobody else can."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.core import mail as outbox
from django.utils import timezone

from accounts import audit_names
from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import AuditEvent, Invitation, Party, User
from tests.accounts.mailbox import recipients_of
from tests.accounts.pages import at, person_of, whole_text_of
from tests.accounts.party_page.acts import ACTS, acts, state
from tests.conftest import SignedIn
from tests.factories import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("who", "status"), [("supplier", 403), ("auditor", 403), ("rival", 404), ("rival_supplier", 404), ("stranger", 404)]
)
def test_an_act_is_not_for_those_who_do_not_manage_the_party(
    cast: Cast, rival: User, signed_in: SignedIn, act: str, who: str, status: int
) -> None:
    ashdown = Party.objects.get(name="Ashdown Energy")
    address, form = acts(cast, ashdown)[act]
    client, before = signed_in(person_of(cast, rival, who)), state()
    assert client.get(address).status_code == status
    assert client.post(address, form).status_code == status
    assert state() == before


@pytest.mark.parametrize("act", ACTS)
def test_looking_at_an_act_changes_nothing(cast: Cast, ashdown: Party, signed_in: SignedIn, act: str) -> None:
    address, _ = acts(cast, ashdown)[act]
    client, before = signed_in(cast.administrator), state()
    assert client.get(address).status_code in (200, 302)
    assert client.put(address).status_code == 405
    assert state() == before


@pytest.mark.parametrize("act", ["give", "take", "disable", "enable", "reset"])
@pytest.mark.parametrize("whom", ["network", "administrator"])
def test_an_act_on_somebody_elses_person_or_oneself_is_refused(
    cast: Cast, ashdown: Party, signed_in: SignedIn, act: str, whom: str
) -> None:
    target = getattr(cast, whom)
    address, form = acts(cast, ashdown)[act]
    address = address.replace(f"people/{cast.supplier.pk}/", f"people/{target.pk}/")
    address = address.replace("roles/party_user/", "roles/party_administrator/") if whom == "administrator" else address
    client, before = signed_in(cast.administrator), state()
    assert client.post(address, form).status_code == (404 if whom == "network" else 403)
    assert state() == before


@pytest.mark.parametrize("act", ["disable", "enable", "reset"])
def test_an_account_that_acts_for_another_party_too_is_not_ended_by_one_of_them(
    cast: Cast, ashdown: Party, signed_in: SignedIn, act: str
) -> None:
    join(user=cast.supplier, party=Party.objects.get(name="Pennine Power"), role=Role.PARTY_USER, by=None)
    address, form = acts(cast, ashdown)[act]
    assert signed_in(cast.administrator).post(address, form).status_code == 403
    assert signed_in(cast.moderator).post(address, form).status_code == 302


def test_an_administrator_invites(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    address, form = acts(cast, ashdown)["invite"]
    answer = signed_in(cast.administrator).post(address, form, follow=True)
    assert "new@ashdown.example is invited as Party user" in whole_text_of(answer)
    assert Invitation.objects.filter(email="new@ashdown.example", role="party_user").exists()


def test_only_roles_that_may_be_given_are_offered(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    address, form = acts(cast, ashdown)["invite"]
    client = signed_in(cast.administrator)
    offered = [key for key, _ in client.get(address).context["form"].fields["role"].choices]
    assert offered == ["", "party_user", "party_administrator", "submitter"]
    client.post(address, {**form, "role": "secas_publisher"})
    assert not Invitation.objects.filter(email="new@ashdown.example").exists()


def test_an_invitation_that_makes_no_sense_says_why(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    address, form = acts(cast, ashdown)["invite"]
    answer = signed_in(cast.administrator).post(address, {**form, "email": "ana@ashdown.example"})
    assert "ana@ashdown.example has this role in Ashdown Energy already." in whole_text_of(answer)


def test_an_address_outside_the_domains_is_warned_of(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    Party.objects.filter(pk=ashdown.pk).update(email_domains=["ashdown.example"])
    address, form = acts(cast, ashdown)["invite"]
    answer = signed_in(cast.administrator).post(address, {**form, "email": "x@elsewhere.example"}, follow=True)
    assert "outside the e-mail domains of Ashdown Energy" in whole_text_of(answer)


def test_an_invitation_is_sent_again_and_withdrawn(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    addresses, client = acts(cast, ashdown), signed_in(cast.administrator)
    before = Invitation.objects.get().nonce
    client.post(addresses["send_again"][0])
    assert Invitation.objects.get().nonce != before
    client.post(addresses["withdraw"][0])
    assert Invitation.objects.get().withdrawn_at


@pytest.mark.parametrize("act", ["send_again", "withdraw"])
def test_who_acts_on_an_invitation_that_has_ended_is_told_how(
    act: str, cast: Cast, ashdown: Party, signed_in: SignedIn
) -> None:
    address, client = acts(cast, ashdown)[act][0], signed_in(cast.administrator)
    Invitation.objects.update(withdrawn_at=timezone.now())
    words = "The invitation of old@ashdown.example was withdrawn meanwhile. Nothing was changed."
    assert words in whole_text_of(client.post(address, follow=True))


def test_whoever_gives_a_role_must_say_which(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    address = acts(cast, ashdown)["give"][0]
    answer = signed_in(cast.administrator).post(address, {"role": ""})
    assert "There is a problem Choose a role" in whole_text_of(answer)
    assert "Submitter : submits a hash" in whole_text_of(answer)


def test_messages_are_not_scrolled_out_of_sight(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    addresses, client = acts(cast, ashdown), signed_in(cast.administrator)
    for act in ("invite", "send_again", "withdraw"):
        assert client.post(*addresses[act])["Location"] == at("party", ashdown.pk)


def test_only_secas_is_led_to_making_and_changing_parties(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    page, register = at("party", ashdown.pk), at("parties")
    moderator, auditor = signed_in(cast.moderator), signed_in(cast.auditor)
    assert "Change in the admin" in whole_text_of(moderator.get(page))
    assert "Make a Party" in whole_text_of(moderator.get(register))
    assert "Change in the admin" not in whole_text_of(auditor.get(page))
    assert "Make a Party" not in whole_text_of(auditor.get(register))
    assert "SECAS changes these." in whole_text_of(signed_in(cast.administrator).get(page))


def test_disabling_enabling_and_their_page(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    addresses, client = acts(cast, ashdown), signed_in(cast.administrator)
    assert "Disable the account of Ana?" in whole_text_of(client.get(addresses["disable"][0]))
    client.post(addresses["disable"][0])
    assert "Administrator" not in User.objects.get(pk=cast.supplier.pk).disabled_reason
    assert not User.objects.get(pk=cast.supplier.pk).is_active
    assert "Disabled by an administrator" in whole_text_of(client.get(at("party", ashdown.pk)))
    client.post(addresses["enable"][0])
    assert User.objects.get(pk=cast.supplier.pk).is_active


def test_a_second_factor_is_reset_and_its_person_told(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    for kind in ("totp", "webauthn", "recovery_codes"):
        Authenticator.objects.create(user=cast.supplier, type=kind, data={})
    Authenticator.objects.create(user=cast.administrator, type="totp", data={})
    theirs = signed_in(cast.supplier)
    theirs.get("/")
    signed_in(cast.administrator).post(acts(cast, ashdown)["reset"][0])
    assert list(Authenticator.objects.values_list("user", flat=True)) == [cast.administrator.pk]
    event = AuditEvent.objects.get(name=audit_names.SECOND_FACTOR_RESET)
    assert (event.owner, event.before) == (
        "Ashdown Energy",
        {"kinds": ["recovery_codes", "totp", "webauthn"], "ties": 0},
    )
    assert recipients_of("second_factor_reset") == ["ana@ashdown.example"]
    assert outbox.outbox[0].subject == "Your second factor was reset"


def test_a_person_without_a_second_factor_is_untied_from_single_sign_on(
    cast: Cast, ashdown: Party, signed_in: SignedIn
) -> None:
    client, (reset, _) = signed_in(cast.administrator), acts(cast, ashdown)["reset"]
    page = at("party_person", ashdown.pk, cast.supplier.pk)
    assert reset not in client.get(page).content.decode()
    for user in (cast.supplier, cast.administrator):
        SocialAccount.objects.create(user=user, provider="ashdown", uid=user.email)
    assert reset in client.get(page).content.decode()
    assert "their account is untied from it" in whole_text_of(client.get(reset))
    client.post(reset)
    assert SocialAccount.objects.get().user == cast.administrator
    assert AuditEvent.objects.get(name=audit_names.SECOND_FACTOR_RESET).before == {"kinds": [], "ties": 1}
