"""Submissions of the demo, one for each thing that can happen to them, made by the real actions of known people.

Each is made in one transaction and found again by who began it about what: a start that was killed half-way is
finished by the next, and one that somebody has worked on since is left alone.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.models import User
from cpl.actions.publication import issues
from cpl.actions.submissions import drafts, moves, talk
from cpl.choices import SubmissionKind, SubmissionState
from cpl.models import CPLEntry, CPLIssue, DeviceModel, Submission

ISSUE: Final = "2026-48"
MEI, CARL, DORA = "mei@northmoor.example", "carl@kestrel.example", "dora@dcc.example"
SAM, PETRA = "sam@secas.example", "petra@secas.example"

Step = Callable[[Submission], object]


@dataclass(frozen=True)
class Scene:
    """One submission: who begins it, about which entry or Device Model (identifier and DUIS form), and what follows."""

    kind: SubmissionKind
    by: str
    content: Mapping[str, str]
    entry: str = ""
    model: tuple[str, str] | None = None
    then: tuple[Step, ...] = field(default=())
    is_published: bool = False

    def about(self) -> dict[str, Any]:
        """The record that it is about, as `drafts.begin` takes it."""
        if self.model:
            code, duis = self.model
            return {"device_model": DeviceModel.objects.get(identifier__code=code, duis_model=duis)}
        return {"entry": CPLEntry.objects.get(cpl_entry_id=self.entry)}

    def made(self) -> Submission | None:
        """The submission, where an earlier start made it."""
        rows = Submission.objects.filter(kind=self.kind, created_by__email=self.by, **self.about())
        return rows.order_by("pk").first()


def _person(email: str) -> User:
    return User.objects.get(email=email)


def _hash_of(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest().upper()


def _submit(by: str) -> Step:
    return lambda one: moves.submit(submission=one, by=_person(by))


def _hold(one: Submission) -> None:
    talk.hold(submission=one, by=_person(SAM))


def _query(question: str) -> Step:
    return lambda one: moves.query(submission=one, question=question, by=_person(SAM))


def _refuse(reason: str) -> Step:
    return lambda one: moves.refuse(submission=one, reason=reason, by=_person(SAM))


def _confirm(by: str) -> Step:
    return lambda one: talk.confirm(submission=one, by=_person(by))


def _accept(one: Submission) -> None:
    moves.accept(submission=one, by=_person(SAM), edition=one.edition)


_HALYARD, _JUNIPER, _FATHOM = ("7A03", "BA330311"), ("7A01", "07BF070F"), ("7A01", "5FB9030A")

SCENES: Final = (
    Scene(
        SubmissionKind.NEW_ENTRY, MEI, model=_FATHOM,
        content={
            "manufacturer_identifier": "7A01", "device_model": "5FB9030A",
            "firmware_version": "02134C3F", "firmware_label": "2.13", "smets_chts_version": "SMETS V4.2",
        },
    ),
    Scene(
        SubmissionKind.INFORMATION, MEI, entry="CPL-001114", then=(_submit(MEI), _hold),
        content={
            "stage_answer": "give", "stage": "production",
            "recommendation_answer": "give", "recommendation": "acceptable",
            "notes_answer": "give", "notes": "Mends the clock after a power cut. Takes about forty minutes to install.",
            "vulnerabilities_answer": "decline", "irreversible_answer": "not_applicable", "urgency_answer": "later",
        },
    ),
    Scene(
        SubmissionKind.CORRECTION, CARL, entry="CPL-001671",
        content={"gbcs_version": "4.1", "reason": "The version of GBCS was copied from the release before."},
        then=(_submit(CARL), _query("The certificate that we hold names GBCS 2.0. Which one is right, please?")),
    ),
    Scene(
        SubmissionKind.NEW_ENTRY, CARL, model=_HALYARD, then=(_submit(CARL), _accept),
        content={
            "device_type": "GSME", "manufacturer_identifier": "7A03", "device_model": "BA330311",
            "model_name": "Halyard Pro 738", "firmware_version": "200F1016", "firmware_label": "20.15",
            "firmware_hash": _hash_of("Halyard Pro 738, 200F1016"), "smets_chts_version": "SMETS V4.2",
            "gbcs_version": "4.2", "pathway_state": "these_entries", "predecessors": "CPL-001673",
        },
    ),
    Scene(
        SubmissionKind.CORRECTION, MEI, entry="CPL-001108",
        content={"model_name": "Fathom Professional 254", "reason": "The product was renamed."},
        then=(_submit(MEI), _refuse("The certificate names the model as it is listed. Submit it with the new one.")),
    ),
    Scene(
        SubmissionKind.HASH, DORA, entry="CPL-001668", then=(_submit(DORA),),
        content={"firmware_hash": _hash_of("Halyard Pro 738, 160F1213")},
    ),
    Scene(
        SubmissionKind.NEW_ENTRY, MEI, model=_JUNIPER, then=(_submit(MEI), _accept), is_published=True,
        content={
            "device_type": "ESME", "manufacturer_identifier": "7A01", "device_model": "07BF070F",
            "model_name": "Juniper 155", "firmware_version": "02232A46", "firmware_label": "2.23",
            "firmware_hash": _hash_of("Juniper 155, 02232A46"), "smets_chts_version": "SMETS V5.1",
            "gbcs_version": "4.2", "pathway_state": "these_entries", "predecessors": "CPL-001184",
            "stage_answer": "give", "stage": "production",
            "recommendation_answer": "give", "recommendation": "recommended",
            "urgency_answer": "give", "urgency": "soon",
            "notes_answer": "give", "notes": "Shortens the time to join a hub after a power cut.",
        },
    ),
    Scene(
        SubmissionKind.WITHDRAWAL, MEI, entry="CPL-001182", then=(_submit(MEI), _accept), is_published=True,
        content={"reason": "Loses its calendar when a power cut spans midnight. Use 2.13 or a later version."},
    ),
    Scene(
        SubmissionKind.HASH, DORA, entry="CPL-001650", is_published=True,
        then=(_submit(DORA), _confirm(CARL), _accept),
        content={"firmware_hash": _hash_of("Halyard Pro 738, 200F0C0B")},
    ),
)  # fmt: skip
"""About entries of the sample workbooks."""


def make_submissions(scenes: Sequence[Scene] = SCENES) -> int:
    """Make what is missing of the scenes, and publish what is meant to be published as one issue; returns how many."""
    made = sum(make(scene) for scene in scenes)
    _publish(scenes)
    return made


def make(scene: Scene) -> bool:
    """Make one, unless an earlier start did; returns whether it was made now."""
    if scene.made():
        return False
    with transaction.atomic(), no_letters():
        one = drafts.begin(kind=scene.kind, by=_person(scene.by), content=scene.content, **scene.about())
        for step in scene.then:
            one.refresh_from_db()
            step(one)
    return True


def _publish(scenes: Sequence[Scene]) -> None:
    """The issue with everything that is still accepted of what it is to hold."""
    if CPLIssue.objects.filter(number=ISSUE).exists():
        return
    found = [one for scene in scenes if scene.is_published and (one := scene.made())]
    ready = [one for one in found if one.state == SubmissionState.ACCEPTED and one.issue_id is None]
    if not ready:
        return
    with transaction.atomic(), no_letters():
        petra = _person(PETRA)
        issue = issues.prepare(number=ISSUE, issue_date=timezone.localdate(), submissions=ready, by=petra)
        issues.publish(issue=issue, by=petra)


@contextmanager
def no_letters() -> Iterator[None]:
    """What the demo makes up is no news to anybody: its letters are taken out of the queue again."""
    before = _letters()
    yield
    for letter in _letters() - before:
        app.job_manager.cancel_job_by_id(letter, delete_job=True)


def _letters() -> set[int]:
    return {job.id for job in app.job_manager.list_jobs(queue="mail", status="todo") if job.id is not None}
