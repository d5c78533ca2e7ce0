"""A Party's own page: who sees what of it, and what its administrator can do there."""

import time
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from bs4 import BeautifulSoup
from django.core import mail as outbox
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import audit, audit_names, jobs, mail
from accounts.actions.api_tokens import make_token
from accounts.actions.invitations import invite
from accounts.actions.memberships import join
from accounts.choices import RequestState, Role
from accounts.models import AccessRequest, ApiToken, AuditEvent, Invitation, Party, Review, SingleSignOn, User
from tests.conftest import SignedIn
from tests.factories import Cast, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def ashdown(cast: Cast) -> Party:
    return Party.objects.get(name="Ashdown Energy")


@pytest.fixture
def rival(cast: Cast) -> User:
    """The administrator of another Party."""
    return make_user("olga@pennine.example", Role.PARTY_ADMINISTRATOR, Party.objects.get(name="Pennine Power"))


def at(view: str, *args: object) -> str:
    return reverse(f"accounts:{view}", args=args)


def text_of(answer: Any) -> str:
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


def person_of(cast: Cast, rival: User, who: str) -> User:
    return rival if who == "rival" else getattr(cast, who)


def letters(template: str) -> list[str]:
    queued = ProcrastinateJob.objects.filter(task_name=mail.TASK, args__template=template)
    for job in queued:
        jobs.deliver(**job.args)
    return [job.args["to"] for job in queued]


# The list ----------------------------------------------------------------------------------------------------


def test_people_of_one_party_are_led_to_it(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    assert signed_in(cast.supplier).get("/parties/")["Location"] == at("party", ashdown.pk)


def test_people_of_several_parties_choose(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    join(user=cast.rival_supplier, party=ashdown, role=Role.PARTY_USER, by=None)
    words = text_of(signed_in(cast.rival_supplier).get("/parties/"))
    assert "Ashdown Energy" in words
    assert "Pennine Power" in words
    assert "Severn Wires" not in words


def test_a_person_without_a_party_is_refused(cast: Cast, signed_in: SignedIn) -> None:
    assert signed_in(cast.stranger).get("/parties/").status_code == 403


@pytest.mark.parametrize("who", ["moderator", "publisher", "auditor"])
def test_secas_and_auditors_see_every_party(cast: Cast, signed_in: SignedIn, who: str) -> None:
    words = text_of(signed_in(getattr(cast, who)).get("/parties/"))
    assert all(party.name in words for party in Party.objects.all())


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=ashd", ["Ashdown Energy"]),
        ("q=SEVW", ["Severn Wires"]),
        ("category=small_supplier", ["Pennine Power"]),
        ("review=open", ["Ashdown Energy", "DCC"]),
        ("review=overdue", ["DCC"]),
        ("q=nothing+like+it", []),
        ("review=nonsense&category=nonsense&page=x", None),
    ],
)
def test_the_list_is_searched(
    cast: Cast, ashdown: Party, signed_in: SignedIn, query: str, found: list[str] | None
) -> None:
    Party.objects.filter(name="Severn Wires").update(signifier="SEVW")
    today = timezone.localdate()
    Review.objects.create(party=ashdown, due_on=today)
    Review.objects.create(party=Party.objects.get(name="DCC"), due_on=today - timedelta(days=1))
    page = signed_in(cast.moderator).get(f"/parties/?{query}").context["page"]
    assert [party.name for party in page] == (found if found is not None else [p.name for p in Party.objects.all()])


def test_the_list_says_how_each_party_stands(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    Review.objects.create(party=ashdown, due_on=timezone.localdate() - timedelta(days=1))
    page = {party.name: party for party in signed_in(cast.auditor).get("/parties/").context["page"]}
    assert (page["Ashdown Energy"].people, page["Ashdown Energy"].has_administrator) == (2, True)
    assert (page["Pennine Power"].people, page["Pennine Power"].has_administrator) == (1, False)


# The page ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("supplier", 200), ("administrator", 200), ("moderator", 200), ("publisher", 200), ("auditor", 200),
     ("rival_supplier", 404), ("rival", 404), ("manufacturer", 404), ("ssc", 404), ("stranger", 404)],
)  # fmt: skip
def test_a_party_is_there_for_its_people_secas_and_auditors(
    cast: Cast, rival: User, ashdown: Party, signed_in: SignedIn, who: str, status: int
) -> None:
    assert signed_in(person_of(cast, rival, who)).get(at("party", ashdown.pk)).status_code == status


def test_ordinary_people_see_names_and_roles_and_no_more(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    make_token(user=cast.administrator, party=ashdown, name="Bens own", days=1, by=cast.administrator)
    make_token(user=cast.supplier, party=ashdown, name="Anas own", days=1, by=cast.supplier)
    invite(party=ashdown, email="new@ashdown.example", role=Role.PARTY_USER, by=cast.administrator)
    words = text_of(signed_in(cast.supplier).get(at("party", ashdown.pk)))
    assert "Ben" in words
    assert "Party administrator" in words
    assert "Anas own" in words
    for hidden in ("ben@ashdown.example", "Bens own", "new@ashdown.example", "Last active", "Invitations", "Invite a"):
        assert hidden not in words


@pytest.mark.parametrize("who", ["administrator", "moderator", "auditor"])
def test_those_who_oversee_see_everything(cast: Cast, ashdown: Party, signed_in: SignedIn, who: str) -> None:
    Authenticator.objects.create(user=cast.supplier, type="totp", data={})
    Authenticator.objects.create(user=cast.supplier, type="webauthn", data={})
    Authenticator.objects.create(user=cast.supplier, type="recovery_codes", data={})
    make_token(user=cast.supplier, party=ashdown, name="Anas own", days=1, by=cast.supplier)
    invite(party=ashdown, email="new@ashdown.example", role=Role.PARTY_USER, by=cast.administrator)
    AccessRequest.objects.create(
        name="Rita", email="rita@ashdown.example", organisation="Ashdown", reason="x", state=RequestState.WAITING,
        party=ashdown, confirmed_at=timezone.now(),
    )  # fmt: skip
    SingleSignOn.objects.create(
        party=ashdown, provider_id="ashdown", issuer="https://id.ashdown.example", client_id="x"
    )
    words = text_of(signed_in(getattr(cast, who)).get(at("party", ashdown.pk)))
    for shown in ("ana@ashdown.example", "Authenticator app, Passkey", "Anas own", "new@ashdown.example",
                  "rita@ashdown.example", "https://id.ashdown.example"):  # fmt: skip
        assert shown in words


def test_an_auditor_finds_nothing_to_press(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    make_token(user=cast.supplier, party=ashdown, name="x", days=1, by=cast.supplier)
    invite(party=ashdown, email="new@ashdown.example", role=Role.PARTY_USER, by=cast.administrator)
    client = signed_in(cast.auditor)
    for page in (at("party", ashdown.pk), at("party_person", ashdown.pk, cast.supplier.pk), at("review", ashdown.pk)):
        main = BeautifulSoup(client.get(page).content, "html.parser").find("main")
        assert main is not None
        assert main.find_all(["form", "button"]) == []
        links = [link["href"] for link in main.find_all("a")]
        assert not [link for link in links if str(link).endswith(("disable/", "take/", "withdraw/", "revoke/"))]


def test_the_page_asks_few_queries_however_many_people(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    client = signed_in(cast.administrator)
    client.get(at("party", ashdown.pk))
    with CaptureQueriesContext(connection) as few:
        client.get(at("party", ashdown.pk))
    for number in range(8):
        make_user(f"p{number}@ashdown.example", Role.PARTY_USER, ashdown)
    with CaptureQueriesContext(connection) as many:
        client.get(at("party", ashdown.pk))
    assert len(many) == len(few)
    assert len(few) <= 20


def test_a_party_without_anybody_says_so(cast: Cast, signed_in: SignedIn) -> None:
    empty = Party.objects.get(name="DCC")
    cast.submitter.memberships.all().delete()
    words = text_of(signed_in(cast.publisher).get(at("party", empty.pk)))
    assert "Nobody acts for this Party." in words
    assert "No invitation waits" in words


# The page of a person ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("moderator", 200), ("auditor", 200), ("supplier", 403), ("rival", 404), ("ssc", 404)],
)
def test_a_persons_page_is_for_those_who_oversee(
    cast: Cast, rival: User, ashdown: Party, signed_in: SignedIn, who: str, status: int
) -> None:
    page = at("party_person", ashdown.pk, cast.supplier.pk)
    assert signed_in(person_of(cast, rival, who)).get(page).status_code == status


def test_people_of_other_parties_are_not_there(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    page = at("party_person", ashdown.pk, cast.network.pk)
    assert signed_in(cast.administrator).get(page).status_code == 404
    assert signed_in(cast.moderator).get(page).status_code == 404


def test_the_sign_in_history_is_the_persons_own(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    audit.record(audit_names.SIGNED_IN, by=cast.supplier, about=cast.supplier, methods=["password", "totp"])
    audit.record(audit_names.SIGNED_IN, by=cast.network, about=cast.network, methods=["webauthn"])
    words = text_of(signed_in(cast.administrator).get(at("party_person", ashdown.pk, cast.supplier.pk)))
    assert "password and authenticator app" in words
    assert "passkey" not in words


# What an administrator does there --------------------------------------------------------------------------------


def acts(cast: Cast, ashdown: Party) -> dict[str, tuple[str, dict[str, str]]]:
    """Every act by name: its address, with what it needs."""
    person = (ashdown.pk, cast.supplier.pk)
    offer = Invitation.objects.get() if Invitation.objects.exists() else invite(
        party=ashdown, email="old@ashdown.example", role=Role.PARTY_USER, by=cast.administrator
    )  # fmt: skip
    return {
        "invite": (at("invite", ashdown.pk), {"name": "N", "email": "new@ashdown.example", "role": "party_user"}),
        "send_again": (at("send_invitation_again", ashdown.pk, offer.pk), {}),
        "withdraw": (at("withdraw_invitation", ashdown.pk, offer.pk), {}),
        "give": (at("give_role", *person), {"role": "submitter"}),
        "take": (at("take_role", *person, "party_user"), {}),
        "disable": (at("disable_person", *person), {}),
        "enable": (at("enable_person", *person), {}),
        "reset": (at("reset_second_factor", *person), {}),
    }


ACTS = ("invite", "send_again", "withdraw", "give", "take", "disable", "enable", "reset")
SENSITIVE = ("invite", "send_again", "give", "take", "disable", "enable", "reset")


def state() -> tuple[object, ...]:
    """Whatever the acts change."""
    return (
        list(
            User.objects.order_by("pk")
            .values_list("pk", "is_active", "memberships__role")
            .order_by("pk", "memberships__pk")
        ),
        list(Invitation.objects.order_by("pk").values_list("nonce", "withdrawn_at")),
        Authenticator.objects.count(),
        AuditEvent.objects.count(),
    )


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
    assert "new@ashdown.example is invited as Party user" in text_of(answer)
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
    assert "ana@ashdown.example has this role in Ashdown Energy already." in text_of(answer)


def test_an_address_outside_the_domains_is_warned_of(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    Party.objects.filter(pk=ashdown.pk).update(email_domains=["ashdown.example"])
    address, form = acts(cast, ashdown)["invite"]
    answer = signed_in(cast.administrator).post(address, {**form, "email": "x@elsewhere.example"}, follow=True)
    assert "outside the e-mail domains of Ashdown Energy" in text_of(answer)


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
    assert words in text_of(client.post(address, follow=True))


def test_whoever_gives_a_role_must_say_which(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    address = acts(cast, ashdown)["give"][0]
    answer = signed_in(cast.administrator).post(address, {"role": ""})
    assert "There is a problem Choose a role" in text_of(answer)
    assert "Submitter : submits a hash" in text_of(answer)


def test_messages_are_not_scrolled_out_of_sight(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    addresses, client = acts(cast, ashdown), signed_in(cast.administrator)
    for act in ("invite", "send_again", "withdraw"):
        assert client.post(*addresses[act])["Location"] == at("party", ashdown.pk)


def test_only_secas_is_led_to_making_and_changing_parties(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    page, register = at("party", ashdown.pk), at("parties")
    moderator, auditor = signed_in(cast.moderator), signed_in(cast.auditor)
    assert "Change in the admin" in text_of(moderator.get(page))
    assert "Make a Party" in text_of(moderator.get(register))
    assert "Change in the admin" not in text_of(auditor.get(page))
    assert "Make a Party" not in text_of(auditor.get(register))
    assert "SECAS changes these." in text_of(signed_in(cast.administrator).get(page))


def test_disabling_enabling_and_their_page(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    addresses, client = acts(cast, ashdown), signed_in(cast.administrator)
    assert "Disable the account of Ana?" in text_of(client.get(addresses["disable"][0]))
    client.post(addresses["disable"][0])
    assert "Administrator" not in User.objects.get(pk=cast.supplier.pk).disabled_reason
    assert not User.objects.get(pk=cast.supplier.pk).is_active
    assert "Disabled by an administrator" in text_of(client.get(at("party", ashdown.pk)))
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
    assert letters("second_factor_reset") == ["ana@ashdown.example"]
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
    assert "their account is untied from it" in text_of(client.get(reset))
    client.post(reset)
    assert SocialAccount.objects.get().user == cast.administrator
    assert AuditEvent.objects.get(name=audit_names.SECOND_FACTOR_RESET).before == {"kinds": [], "ties": 1}


# Sensitive acts need a fresh password --------------------------------------------------------------------------------


def gone_stale(client: Client) -> Client:
    """As after some minutes: who sits there may be another."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [
        {**record, "at": time.time() - 3600} for record in session[AUTHENTICATION_METHODS_SESSION_KEY]
    ]
    session.save()
    return client


@pytest.mark.parametrize("act", SENSITIVE)
def test_a_sensitive_act_asks_who_it_is_first(cast: Cast, ashdown: Party, signed_in: SignedIn, act: str) -> None:
    cast.administrator.password = "md5$x$x"
    cast.administrator.save()
    address, form = acts(cast, ashdown)[act]
    client, before = gone_stale(signed_in(cast.administrator)), state()
    answer = client.post(address, form)
    assert answer["Location"].startswith("/accounts/reauthenticate/?next=")
    assert state() == before


def test_the_act_goes_on_after_the_password(cast: Cast, ashdown: Party, signed_in: SignedIn) -> None:
    cast.administrator.set_password("a long enough password")
    cast.administrator.save()
    address, form = acts(cast, ashdown)["give"]
    client = gone_stale(signed_in(cast.administrator))
    asked = client.post(address, form)
    assert client.post(asked["Location"], {"password": "wrong", "next": address}).status_code == 200
    assert not cast.supplier.memberships.filter(role="submitter").exists()
    client.post(asked["Location"], {"password": "a long enough password", "next": address})
    assert cast.supplier.memberships.filter(role="submitter").exists()


def test_a_token_made_after_the_password_is_shown_on_that_page_and_kept_nowhere(
    cast: Cast, ashdown: Party, signed_in: SignedIn
) -> None:
    cast.supplier.set_password("a long enough password")
    cast.supplier.save()
    client, address = gone_stale(signed_in(cast.supplier)), at("make_token", ashdown.pk)
    asked = client.post(address, {"name": "Nightly", "days": "30"})
    assert not ApiToken.objects.exists()
    answer = client.post(asked["Location"], {"password": "a long enough password", "next": address})
    token = answer.context["token"]
    assert token in answer.content.decode()
    assert answer["Cache-Control"] == "no-store" or "no-store" in answer["Cache-Control"]
    assert token not in str(dict(client.session))
    assert token not in client.get(at("party", ashdown.pk)).content.decode()
