"""Submissions as they come to SECAS, and the pages on which it reads them."""

from datetime import datetime, timedelta
from typing import Any

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from cpl.actions.submissions import drafts, moves
from cpl.choices import SubmissionKind
from cpl.models import CPLEntry, DeviceModel, Submission
from tests.factories import Cast, Catalogue

QUEUE = "/admin/cpl/submission/"


def as_it_stands(entry: CPLEntry) -> CPLEntry:
    """The entry as the database has it: its maker has got a Party since the catalogue was made."""
    return CPLEntry.objects.get(pk=entry.pk)


def correction(by: User, entry: CPLEntry, label: str = "R2.1") -> Submission:
    """A correction of the maker's label, handed in."""
    content = {"firmware_label": label, "reason": "The label was that of another version."}
    draft = drafts.begin(kind=SubmissionKind.CORRECTION, by=by, entry=as_it_stands(entry), content=content)
    return moves.submit(submission=draft, by=by)


def hash_of(by: User, entry: CPLEntry, digest: str = "5C" * 16 + "0D" * 16) -> Submission:
    """A hash, handed in; where another Party does it, it waits for the manufacturer."""
    draft = drafts.begin(kind=SubmissionKind.HASH, by=by, entry=as_it_stands(entry), content={"firmware_hash": digest})
    return moves.submit(submission=draft, by=by)


def new_entry(by: User, catalogue: Catalogue, **content: Any) -> Submission:
    """A new entry of a known Device Model, handed in."""
    given = {
        "device_type": "ESME",
        "esme_variant": "A",
        "manufacturer_identifier": "7A01",
        "device_model": "8B0B030D",
        "model_name": "Ember X495",
        "firmware_version": "0x11:04:06:05",
        "smets_chts_version": "SMETS V5.1",
        "gbcs_version": "4.2",
        "pathway_state": "not_provided",
        **content,
    }
    draft = drafts.begin(
        kind=SubmissionKind.NEW_ENTRY,
        by=by,
        device_model=DeviceModel.objects.get(pk=catalogue.ember.pk),
        content=given,
    )
    return moves.submit(submission=draft, by=by)


def aged(submission: Submission, days: int) -> Submission:
    """The same, in its state for so many days already."""
    Submission.objects.filter(pk=submission.pk).update(state_since=ago(days))
    return Submission.objects.get(pk=submission.pk)


def ago(days: int) -> datetime:
    """So many days before now."""
    return timezone.now() - timedelta(days=days)


def review(submission: Submission) -> str:
    """Its page."""
    return reverse("admin:cpl_submission_review", args=[submission.pk])


def act(client: Client, submission: Submission, name: str, **posted: Any) -> Any:
    """Press a button of the page, having seen the submission as it is given here."""
    return client.post(review(submission), {"act": name, "edition": submission.edition, **posted})


def listed(client: Client, query: str = "") -> list[str]:
    """References that the queue lists, in its order."""
    answer = client.get(f"{QUEUE}{query}")
    assert answer.status_code == 200, answer
    return [submission.reference for submission in answer.context["cl"].result_list]


def accepted(cast: Cast, catalogue: Catalogue) -> Submission:
    """A correction that the moderator accepted."""
    submission = correction(cast.manufacturer, catalogue.recommended)
    return moves.accept(submission=submission, by=cast.moderator, edition=submission.edition)
