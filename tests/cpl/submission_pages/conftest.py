"""Drafts and submissions to open pages of."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup

from accounts.models import User
from cpl.actions.submissions import drafts, moves
from cpl.choices import SubmissionKind
from cpl.models import Submission
from tests.factories import Cast, Catalogue

Begin = Callable[..., Submission]

INFORMATION = {"stage_answer": "give", "stage": "production", "notes_answer": "give", "notes": "Mends the clock."}


@pytest.fixture
def begin(cast: Cast, catalogue: Catalogue) -> Begin:
    """A draft about Northmoor's newest version, by its editor where nobody else is named."""

    def of(kind: SubmissionKind = SubmissionKind.INFORMATION, by: User | None = None, **given: Any) -> Submission:
        about = given or {"entry": catalogue.recommended}
        return drafts.begin(kind=kind, by=by or cast.manufacturer, **about)

    return of


@pytest.fixture
def sent(cast: Cast, catalogue: Catalogue) -> Submission:
    """Firmware information that Northmoor's editor has submitted."""
    draft = drafts.begin(
        kind=SubmissionKind.INFORMATION, by=cast.manufacturer, entry=catalogue.recommended, content=INFORMATION
    )
    return moves.submit(submission=draft, by=cast.manufacturer)


@pytest.fixture
def queried(cast: Cast, sent: Submission) -> Submission:
    """The same, of which SECAS has asked something."""
    return moves.query(submission=sent, question="Which clock?", by=cast.moderator)


@pytest.fixture
def hash_of_other(cast: Cast, catalogue: Catalogue) -> Submission:
    """A hash that the DCC has submitted for Northmoor's product."""
    draft = drafts.begin(
        kind=SubmissionKind.HASH, by=cast.submitter, entry=catalogue.baseline,
        content={"firmware_hash": "0F1E2D3C4B5A69788796A5B4C3D2E1F0" * 2},
    )  # fmt: skip
    return moves.submit(submission=draft, by=cast.submitter)


def soup(answer: Any) -> BeautifulSoup:
    """The page, to be read as a person would."""
    return BeautifulSoup(answer.content, "html.parser")


def words(answer: Any) -> str:
    """The words of the page's main part."""
    main = soup(answer).find("main")
    assert main
    return " ".join(main.get_text(" ").split())
