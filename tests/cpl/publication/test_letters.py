"""What the letters about issues and certificates tell whom. That each is well made is tested with all letters."""

import pytest

from cpl.actions.publication import issues
from cpl.choices import SubmissionKind as Kind
from cpl.choices import SubmissionState as State
from cpl.models import Submission
from tests.accounts.mailbox import Mailbox, run_jobs, text
from tests.cpl.publication import causes
from tests.factories import Cast, Catalogue, make_issue, make_submission

pytestmark = pytest.mark.django_db


def digests(cast: Cast, catalogue: Catalogue, mailbox: Mailbox) -> dict[str, str]:
    """By reader the digest of an issue of a contact of Northmoor's, a hash from the DCC, and a removal by SECAS."""
    rows = [make_submission(cast, catalogue, kind, State.ACCEPTED) for kind in (Kind.CONTACT, Kind.HASH, Kind.REMOVAL)]
    issue = make_issue(cast, rows, number="153")
    run_jobs()
    mailbox.letters.clear()
    issues.publish(issue=issue, by=cast.publisher)
    run_jobs()
    return {str(letter["To"]): text(letter) for letter in mailbox.letters}


def reference(kind: Kind) -> str:
    return Submission.objects.get(kind=kind).reference


def test_a_digest_tells_its_readers_own_and_what_others_said_of_their_products(
    cast: Cast, catalogue: Catalogue, mailbox: Mailbox
) -> None:
    told = digests(cast, catalogue, mailbox)
    maker, dcc = told[cast.manufacturer.email], told[cast.submitter.email]
    assert reference(Kind.CONTACT) in maker
    assert f"{reference(Kind.HASH)}: Hash of an entry, CPL-001077" in maker
    assert reference(Kind.HASH) in dcc
    assert reference(Kind.CONTACT) not in dcc
    assert "Please load it within 24 hours" in dcc
    assert "Please load it" not in maker


def test_secas_reads_numbers_and_nobody_reads_a_contact(cast: Cast, catalogue: Catalogue, mailbox: Mailbox) -> None:
    told = digests(cast, catalogue, mailbox)
    assert "1 × Removal at direction" in told[cast.publisher.email]
    for words in told.values():
        assert "7946" not in words
        assert "upgrades@northmoor.example" not in words
        assert "Upgrades desk" not in words


@pytest.mark.parametrize(
    ("kind", "words"), [("expiry", "CPA-7 expires on"), ("renewal", "CPA-7 is due for renewal on")]
)
def test_a_notice_is_worded_after_the_kind_of_date(cast: Cast, mailbox: Mailbox, kind: str, words: str) -> None:
    causes.dated(kind)
    run_jobs()
    assert words in text(mailbox.only(cast.manufacturer.email))
