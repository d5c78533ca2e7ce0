"""`manage.py invite`: the first people of a new server."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.choices import PartyCategory, Role
from accounts.models import AuditEvent, Invitation, Party, User
from tests.accounts.mailbox import Mailbox, run_jobs, secret_link

pytestmark = pytest.mark.django_db

FIRST = ("petra@secas.example", "--party", "SECAS", "--role", "secas_publisher")


def run(*arguments: str) -> str:
    printed = StringIO()
    call_command("invite", *arguments, stdout=printed, stderr=printed)
    return printed.getvalue()


def test_the_first_person_comes_in_by_the_printed_link(client: Client, mailbox: Mailbox) -> None:
    printed = run(*FIRST, "--category", "secas", "--name", "Petra Nowak")
    (link,) = (line for line in printed.splitlines() if line.startswith("http"))
    run_jobs()
    assert link.endswith(secret_link(mailbox.only("petra@secas.example")))
    page = client.get(link)
    assert b'value="Petra Nowak"' in page.content
    client.post(link, {"name": "Petra Nowak", "password": "seven herons over the weir"})
    person = User.objects.get(email="petra@secas.example")
    assert [(m.party.category, m.role) for m in person.memberships.all()] == [
        (PartyCategory.SECAS, Role.SECAS_PUBLISHER)
    ]


def test_running_it_again_sends_the_invitation_again() -> None:
    first = run(*FIRST, "--category", "secas")
    second = run(*FIRST, "--category", "secas")
    assert first != second
    assert (Party.objects.count(), Invitation.objects.count()) == (1, 1)


def test_the_audit_says_that_the_command_line_did_it() -> None:
    run(*FIRST, "--category", "secas")
    told = set(AuditEvent.objects.values_list("name", "actor", "channel"))
    assert told == {("party.created", "system", "process"), ("invitation.sent", "system", "process")}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (FIRST, "There is no Party named SECAS"),
        ((*FIRST, "--category", "auditor"), "it has no SECAS publisher"),
        (("petra", *FIRST[1:], "--category", "secas"), "petra is not an e-mail address"),
    ],
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(arguments: tuple[str, ...], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(*arguments)
    assert (Party.objects.count(), Invitation.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)


def test_a_party_of_another_category_is_not_taken_for_it() -> None:
    run(*FIRST, "--category", "secas")
    with pytest.raises(CommandError, match="Leave --category out"):
        run("x@secas.example", "--party", "SECAS", "--category", "dcc", "--role", "party_user")


def test_an_address_outside_the_domains_is_noted() -> None:
    run(*FIRST, "--category", "secas")
    Party.objects.update(email_domains=["secas.example"])
    assert "outside the e-mail domains" in run("x@elsewhere.example", *FIRST[1:])
