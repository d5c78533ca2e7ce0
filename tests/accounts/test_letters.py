"""Every letter, sent through a real SMTP server and read as its reader does."""

import asyncio
import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import jobs, mail
from accounts.actions import access_requests, invitations, people, unused
from accounts.actions.api_tokens import make_token
from accounts.choices import DisabledReason, RequestState, Role
from accounts.models import AccessRequest, Party, User
from cpl.models import Notice, Submission
from tests.accounts.mailbox import Mailbox, links, run_jobs, secret_link, text
from tests.cpl.notices import causes as notices
from tests.cpl.publication import causes as publication
from tests.cpl.retraction import causes as retraction
from tests.cpl.submissions import causes as submissions
from tests.factories import Cast

pytestmark = pytest.mark.django_db

NEW = "nora@ashdown.example"
PASSWORD = "seven herons over the weir"


def asked(email: str = NEW) -> AccessRequest:
    return access_requests.request_access(name="Nora", email=email, organisation="Ashdown", reason="Upgrades.")


def waiting(email: str = NEW) -> AccessRequest:
    found = access_requests.confirm(request=asked(email))
    run_jobs()
    return found


def confirm_request(cast: Cast) -> str:
    return asked().email


def already_have_account(cast: Cast) -> str:
    return asked(cast.supplier.email).email


def request_waiting(cast: Cast) -> str:
    waiting()
    return asked().email


def request_to_decide(cast: Cast) -> str:
    Party.objects.filter(name="Ashdown Energy").update(email_domains=["ashdown.example"])
    access_requests.confirm(request=asked())
    return cast.administrator.email


def request_refused(cast: Cast) -> str:
    access_requests.refuse(request=waiting(), reason="Not known here.", by=cast.moderator)
    return NEW


def invitation(cast: Cast) -> str:
    party = Party.objects.get(name="Ashdown Energy")
    invitations.invite(party=party, email=NEW, role=Role.PARTY_USER, by=cast.administrator)
    return NEW


def account_disabled(cast: Cast) -> str:
    people.disable(user=cast.supplier, reason=DisabledReason.LEFT, by=cast.administrator)
    return cast.supplier.email


def account_enabled(cast: Cast) -> str:
    User.objects.filter(pk=cast.supplier.pk).update(is_active=False)
    people.enable(user=cast.supplier, by=cast.administrator)
    return cast.supplier.email


def unused_warning(cast: Cast) -> str:
    User.objects.filter(pk=cast.supplier.pk).update(joined_at=timezone.now() - timedelta(days=91))
    unused.look_after(now=timezone.now())
    return cast.supplier.email


def last_administrator_unused(cast: Cast) -> str:
    long_ago = timezone.now() - timedelta(days=150)
    User.objects.filter(pk=cast.administrator.pk).update(
        joined_at=long_ago, unused_warned_at=long_ago + timedelta(days=90)
    )
    unused.look_after(now=timezone.now())
    return cast.moderator.email


def token_made(cast: Cast) -> str:
    party = Party.objects.get(name="Ashdown Energy")
    make_token(user=cast.supplier, party=party, name="Nightly", days=30, by=cast.supplier)
    return cast.supplier.email


Cause = Callable[[Cast], str]
CAUSES: Final[tuple[tuple[Cause, str], ...]] = (
    (confirm_request, "Confirm your request for access to the Firmware Information Repository"),
    (already_have_account, "You have an account at the Firmware Information Repository already"),
    (request_waiting, "Your request for access to the Firmware Information Repository is waiting"),
    (request_to_decide, "A request for access waits for your decision"),
    (request_refused, "Your request for access to the Firmware Information Repository was refused"),
    (invitation, "Invitation to the Firmware Information Repository for Ashdown Energy"),
    (account_disabled, "Your account at the Firmware Information Repository is disabled"),
    (account_enabled, "Your account at the Firmware Information Repository is enabled again"),
    (unused_warning, "Sign in by {in_30_days} to keep your account"),
    (token_made, "An API token was made in your name"),
    (last_administrator_unused, "The last administrator of Ashdown Energy is not using the account"),
    *submissions.CAUSES,
    *publication.CAUSES,
    *retraction.CAUSES,
    *notices.CAUSES,
)
"""What causes each letter through the real act, returning its recipient; and the subject."""

ELSEWHERE: Final = {
    "password_reset": ("test_sign_in.py", "/accounts/password/reset/"),
    "account_changed": ("test_sign_in.py", "is_told_by_letter"),
    "second_factor_reset": ("party_page/test_acts.py", '"second_factor_reset"'),
    "review_opened": ("test_reviews.py", '"review_opened"'),
    "review_overdue": ("test_reviews.py", '"review_overdue"'),
}
"""Letters tested where their cause is: the file, and words of the test."""

SECRET: Final = {"confirm_request", "invitation"}
"""Letters whose link proves its reader. Every other link leads to a page behind sign-in, or open to all."""

EVERY_LETTER = pytest.mark.parametrize(("cause", "subject"), CAUSES, ids=[cause.__name__ for cause, _ in CAUSES])


def sent(cause: Cause, cast: Cast, mailbox: Mailbox) -> str:
    """The letter's recipient, after it was sent."""
    to = cause(cast)
    mailbox.letters.clear()
    run_jobs()
    return to


_read: dict[str, EmailMessage] = {}


def letter_of(cause: Cause, cast: Cast, mailbox: Mailbox) -> EmailMessage:
    """The letter, sent once a process: what it says does not change from test to test."""
    if cause.__name__ not in _read:
        _read[cause.__name__] = mailbox.only(sent(cause, cast, mailbox))
    return _read[cause.__name__]


@EVERY_LETTER
def test_it_arrives_with_its_subject_and_says_who_writes(
    cast: Cast, mailbox: Mailbox, cause: Cause, subject: str
) -> None:
    to = sent(cause, cast, mailbox)
    letter = mailbox.only(to)
    in_30_days = timezone.localtime(timezone.now() + timedelta(days=30)).strftime("%-d %B %Y")
    in_3_weeks = (timezone.localdate() + timedelta(days=21)).strftime("%-d %B %Y")
    reference = Submission.objects.latest("pk").reference if "{reference}" in subject else ""
    notice = Notice.objects.latest("pk").reference if "{notice}" in subject else ""
    named = {"in_30_days": in_30_days, "in_3_weeks": in_3_weeks, "reference": reference, "notice": notice}
    assert letter["Subject"] == subject.format(**named)
    assert letter["From"] == settings.DEFAULT_FROM_EMAIL
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter.get_content_type() == "text/plain"
    assert text(letter).strip().endswith("Firmware Information Repository\nhttp://localhost:8000/")


@EVERY_LETTER
def test_it_says_what_to_do_about_it(cast: Cast, mailbox: Mailbox, cause: Cause, subject: str) -> None:
    words = text(letter_of(cause, cast, mailbox))
    assert re.search(r"do nothing|If you |Please ", words), words
    assert not re.search(r"{{|{%|None|&#|&amp;", words), words


@EVERY_LETTER
def test_it_holds_no_password_and_no_other_link_that_opens_something(
    cast: Cast, mailbox: Mailbox, cause: Cause, subject: str, client: Client
) -> None:
    letter = letter_of(cause, cast, mailbox)
    assert not re.search(r"password (is|:)|argon2", text(letter))
    others = [link for link in links(letter) if cause.__name__ not in SECRET or link != secret_link(letter)]
    assert others
    for link in others:
        assert not re.search(r"[A-Za-z0-9_-]{20,}", link), "nothing in it can be a proof"
        assert client.get(link, follow=True).request["PATH_INFO"] == "/accounts/login/"


def test_every_letter_has_its_test() -> None:
    there = {path.stem for path in (Path(settings.BASE_DIR) / "templates" / "emails").glob("*")}
    assert there == {cause.__name__ for cause, _ in CAUSES} | set(ELSEWHERE)


@pytest.mark.parametrize(("file", "words"), ELSEWHERE.values(), ids=list(ELSEWHERE))
def test_a_letter_tested_elsewhere_is_tested_there(file: str, words: str) -> None:
    assert words in (Path(__file__).parent / file).read_text()


@pytest.mark.parametrize(
    ("cause", "form"),
    [(confirm_request, {}), (invitation, {"name": "Nora Finch", "password": PASSWORD})],
    ids=["confirm_request", "invitation"],
)
def test_a_link_that_proves_its_reader_works_once(
    cast: Cast, mailbox: Mailbox, client: Client, cause: Cause, form: dict[str, str]
) -> None:
    link = secret_link(mailbox.only(sent(cause, cast, mailbox)))
    assert client.get(link).status_code == 200
    assert client.post(link, form).status_code in (200, 302)
    assert Client().get(link).status_code == 410
    assert Client().post(link, form).status_code == 410


def test_a_letter_whose_job_fails_is_tried_again_with_the_same_link(cast: Cast, mailbox: Mailbox) -> None:
    invitation(cast)
    job = ProcrastinateJob.objects.get()
    for _ in range(2):
        jobs.deliver(**job.args)
    first, second = mailbox.to(NEW)
    assert secret_link(first) == secret_link(second)


def test_a_mail_server_that_is_away_fails_the_job_so_that_it_is_tried_again(
    cast: Cast, mailbox: Mailbox, settings: Any
) -> None:
    invitation(cast)
    settings.EMAIL_PORT = 1
    job = ProcrastinateJob.objects.get()
    with pytest.raises(OSError, match="refused"):
        jobs.deliver(**job.args)
    retry: Any = jobs.deliver.retry_strategy
    assert retry.max_attempts == 8


def test_a_letter_sent_twice_is_known_again_and_no_two_letters_are_alike(
    cast: Cast, mailbox: Mailbox, settings: Any
) -> None:
    """A worker that dies between the server's thanks and its own note sends once more."""
    settings.PUBLIC_URL = "https://firmware.example:8443"
    party = Party.objects.get(name="Ashdown Energy")
    for recipient in (NEW, "olga@ashdown.example"):
        invitations.invite(party=party, email=recipient, role=Role.PARTY_USER, by=cast.administrator)
    for job in ProcrastinateJob.objects.filter(task_name=mail.TASK):
        jobs.deliver(**job.args)
        jobs.deliver(**job.args)
    names = [str(letter["Message-ID"]) for letter in mailbox.letters]
    assert len(names) == 4
    assert len(set(names)) == 2
    assert all(re.fullmatch(r"<[0-9a-f]{32}@firmware\.example>", name) for name in names)


def test_words_of_people_stand_in_letters_as_they_were_typed(cast: Cast, mailbox: Mailbox) -> None:
    access_requests.refuse(request=waiting(), reason='We don\'t know <them> & their "firm".', by=cast.moderator)
    run_jobs()
    assert 'We don\'t know <them> & their "firm".' in text(mailbox.to(NEW)[-1])


def test_nothing_is_sent_if_the_change_fails(cast: Cast, mailbox: Mailbox) -> None:
    first, ashdown = waiting(), Party.objects.get(name="Ashdown Energy")
    Party.objects.filter(pk=ashdown.pk).update(is_active=False)
    mailbox.letters.clear()
    with pytest.raises(invitations.CannotInvite):
        access_requests.approve(
            request=first, party=Party.objects.get(pk=ashdown.pk), role=Role.SUBMITTER, by=cast.publisher
        )
    run_jobs()
    assert mailbox.letters == []
    assert AccessRequest.objects.get(pk=first.pk).state == RequestState.WAITING


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_sends_what_a_page_queued(mailbox: Mailbox, client: Client) -> None:
    """Committed by one connection, found and done by the worker's own; jobs queued by a job as well."""
    form = {"name": "Nora", "email": NEW, "organisation": "Ashdown", "reason": "Upgrades."}
    client.post("/join/", form)
    for _ in range(2):
        asyncio.run(_work())
    assert secret_link(mailbox.only(NEW)).startswith("/join/confirm/")
    assert not ProcrastinateJob.objects.filter(status="todo", queue_name="mail").exists()


async def _work() -> None:
    connector: Any = app.connector
    with app.replace_connector(connector.get_worker_connector()) as worker:
        async with worker.open_async():
            await worker.run_worker_async(
                queues=["mail"], wait=False, install_signal_handlers=False, listen_notify=False
            )


def test_the_queue_holds_names_of_records_and_no_link(cast: Cast) -> None:
    invitation(cast)
    job = ProcrastinateJob.objects.get()
    assert (job.task_name, set(job.args)) == (mail.TASK, {"template", "to", "context", "letter"})
    assert set(job.args["context"]) == {"invitation"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE args::text LIKE '%%http%%'")
        assert cursor.fetchone() == (0,)
