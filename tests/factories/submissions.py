"""Submissions of every kind in every state, walked there by the real actions."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count
from typing import Any, Final

from django.utils import timezone

from accounts.choices import Role
from accounts.models import Party, User
from cpl.actions.submissions import drafts, may, moves, talk
from cpl.choices import Confirmation, CpaDateKind, SubmissionKind, SubmissionState
from cpl.models import CPLEntry, CPLIssue, Manufacturer, Submission
from tests.factories.catalogue import Catalogue
from tests.factories.people import Cast, make_user

Kind, State = SubmissionKind, SubmissionState

_numbers = count(1)


def new_version() -> dict[str, str]:
    """A firmware version that no entry has, with a plausible hash."""
    number = next(_numbers)
    seed = f"{number:04X}"
    return {
        "firmware_version": f"0105{number:04d}",
        "firmware_hash": "".join(f"{(int(seed, 16) * 40503 + step * 977) % 65536:04X}" for step in range(16)),
    }


def content_of(kind: SubmissionKind) -> dict[str, str]:
    """What a careful author writes, about Northmoor's Ember X495 or the entry that `about` names for the kind."""
    return {name: value for name, value in _CONTENT[kind]().items() if value}


def _new_entry() -> dict[str, str]:
    return {
        "device_type": "ESME",
        "manufacturer_identifier": "7A01",
        "device_model": "8B0B030D",
        "model_name": "Ember X495",
        **new_version(),
        "smets_chts_version": "SMETS V5.1",
        "gbcs_version": "4.2",
        "pathway_state": "these_entries",
        "predecessors": "CPL-001072",
    }


def _information() -> dict[str, str]:
    return {
        "stage_answer": "give",
        "stage": "production",
        "notes_answer": "give",
        "notes": "Mends the clock after a power cut in winter.",
        "vulnerabilities_answer": "decline",
        "irreversible_answer": "not_applicable",
        "urgency_answer": "later",
    }


def _added_model() -> dict[str, str]:
    version = new_version()
    return {
        "device_type": "ESME",
        "manufacturer_identifier": "7A01",
        "device_model": f"8B0B04{version['firmware_version'][-2:]}",
        "model_name": "Ember X495 with a larger case",
        **version,
        "smets_chts_version": "SMETS V5.1",
        "gbcs_version": "4.2",
    }


_CONTENT: Final[dict[SubmissionKind, Callable[[], dict[str, str]]]] = {
    Kind.NEW_ENTRY: _new_entry,
    Kind.INFORMATION: _information,
    Kind.CORRECTION: lambda: {"gbcs_version": "4.1", "reason": "The version of GBCS was mistyped."},
    Kind.HASH: lambda: {"firmware_hash": new_version()["firmware_hash"]},
    Kind.ADDED_MODEL: _added_model,
    Kind.CONTACT: lambda: {
        "contact_team": "Upgrades desk",
        "contact_email": "upgrades@northmoor.example",
        "contact_telephone": "+44 20 7946 0546",
    },
    Kind.PATHWAY: lambda: {"pathway_state": "these_entries", "predecessors": "CPL-001072"},
    Kind.WITHDRAWAL: lambda: {"reason": "The version loses its clock after a power cut."},
    Kind.REMOVAL: lambda: {
        "reason": "Removed at the Panel's direction",
        "reference": "SECP-2026-17",
        "removed_on": timezone.localdate().strftime("%d/%m/%Y"),
    },
}


def about(catalogue: Catalogue, kind: SubmissionKind) -> CPLEntry | None:
    """The entry that a submission of the kind is about by default; None where it is about none."""
    if kind == Kind.ADDED_MODEL:
        certify(catalogue.recommended)
    return {
        Kind.INFORMATION: catalogue.test_version,
        Kind.CORRECTION: catalogue.baseline,
        Kind.HASH: catalogue.test_version,
        Kind.ADDED_MODEL: catalogue.recommended,
        Kind.PATHWAY: catalogue.test_version,
        Kind.WITHDRAWAL: catalogue.second,
        Kind.REMOVAL: catalogue.baseline,
    }.get(kind)


def certify(entry: CPLEntry) -> None:
    """Give a listed entry a certificate that models can be added under."""
    ahead = timezone.localdate() + timedelta(days=3 * 365)
    rows = CPLEntry.objects.filter(pk=entry.pk)
    rows.update(cpa_certificate="CPA-2026-0417", cpa_date_kind=CpaDateKind.RENEWAL, cpa_date=ahead)
    entry.refresh_from_db()


def author_of(cast: Cast, kind: SubmissionKind) -> User:
    """Who submits such a thing by default: the DCC hashes and added models, SECAS removals, Northmoor the rest."""
    others = {Kind.HASH: cast.submitter, Kind.ADDED_MODEL: cast.submitter, Kind.REMOVAL: cast.moderator}
    return others.get(kind, cast.manufacturer)


def make_submission(
    cast: Cast,
    catalogue: Catalogue,
    kind: SubmissionKind = Kind.NEW_ENTRY,
    state: SubmissionState = State.DRAFT,
    *,
    by: User | None = None,
    content: dict[str, Any] | None = None,
    **given: Any,
) -> Submission:
    """A submission of the kind in the state, with valid content unless other is given.

    `by` is its author, `given` what it is about (`entry`, `manufacturer`, …) in place of the usual. Sam of SECAS
    decides (of what Sam wrote, Uma), Petra publishes, the manufacturer confirms where that is needed.
    """
    author = by or author_of(cast, kind)
    if not given:
        given = {"entry": about(catalogue, kind)} if about(catalogue, kind) else {"manufacturer": northmoor()}
    content = content_of(kind) if content is None else content
    draft = drafts.begin(kind=kind, by=author, content=content, **given)
    return walk(draft, state, cast, author)


def northmoor() -> Manufacturer:
    """The maker of the Ember."""
    return Manufacturer.objects.get(name="Northmoor Metering Ltd")


_WAYS: Final[dict[SubmissionState, tuple[SubmissionState, ...]]] = {
    State.DRAFT: (),
    State.SUBMITTED: (State.SUBMITTED,),
    State.QUERIED: (State.SUBMITTED, State.QUERIED),
    State.RESUBMITTED: (State.SUBMITTED, State.QUERIED, State.RESUBMITTED),
    State.ACCEPTED: (State.SUBMITTED, State.ACCEPTED),
    State.PUBLISHED: (State.SUBMITTED, State.ACCEPTED, State.PUBLISHED),
    State.LOADED: (State.SUBMITTED, State.ACCEPTED, State.PUBLISHED, State.LOADED),
    State.REFUSED: (State.SUBMITTED, State.REFUSED),
    State.CANCELLED: (State.SUBMITTED, State.CANCELLED),
}


def walk(draft: Submission, state: SubmissionState, cast: Cast, author: User) -> Submission:
    """Take a draft to the state by the usual steps of the usual people; returns it as it then stands."""
    for target in _WAYS[state]:
        _STEPS[target](draft, cast, author)
    return Submission.objects.get(pk=draft.pk)


def confirmed(submission: Submission, cast: Cast) -> None:
    """Let Northmoor confirm it where that is waited for."""
    submission.refresh_from_db()
    if submission.confirmation == Confirmation.WAITING:
        talk.confirm(submission=submission, by=cast.manufacturer)


def _accept(submission: Submission, cast: Cast, author: User) -> None:
    confirmed(submission, cast)
    moves.accept(submission=submission, edition=submission.edition, by=moderator_of(submission, cast))


def moderator_of(submission: Submission, cast: Cast) -> User:
    """Sam of SECAS; of what Sam wrote a colleague, for nobody accepts their own."""
    return colleague() if may.wrote(cast.moderator, submission) else cast.moderator


def colleague() -> User:
    """Another moderator of SECAS."""
    known = User.objects.filter(email="uma@secas.example").first()
    return known or make_user("uma@secas.example", Role.SECAS_MODERATOR, Party.objects.get(name="SECAS"))


def make_issue(cast: Cast, submissions: list[Submission], number: str = "", **given: Any) -> CPLIssue:
    """A prepared issue of accepted submissions."""
    # Imported late: most tests of submissions need no publication.
    from cpl.actions.publication import issues  # noqa: PLC0415

    rows = Submission.objects.filter(pk__in=[submission.pk for submission in submissions])
    number = number or f"9{next(_numbers):03}"
    return issues.prepare(
        number=number, issue_date=timezone.localdate(), submissions=list(rows), by=cast.publisher, **given
    )


def _publish(submission: Submission, cast: Cast, author: User) -> None:
    from cpl.actions.publication import issues  # noqa: PLC0415 - as above

    issues.publish(issue=make_issue(cast, [submission]), by=cast.publisher)


def _load(submission: Submission, cast: Cast, author: User) -> None:
    from cpl.actions.publication import loading  # noqa: PLC0415 - as above

    submission.refresh_from_db()
    assert submission.issue is not None
    loading.mark_loaded(issue=submission.issue, by=cast.submitter)


_STEPS: Final[dict[SubmissionState, Callable[[Submission, Cast, User], object]]] = {
    State.SUBMITTED: lambda one, cast, author: moves.submit(submission=one, by=author),
    State.QUERIED: lambda one, cast, author: moves.query(submission=one, question="Is this right?", by=cast.moderator),
    State.RESUBMITTED: lambda one, cast, author: moves.resubmit(submission=one, answer="Yes, it is.", by=author),
    State.ACCEPTED: _accept,
    State.PUBLISHED: _publish,
    State.LOADED: _load,
    State.REFUSED: lambda one, cast, author: moves.refuse(submission=one, reason="Not on the list.", by=cast.moderator),
    State.CANCELLED: lambda one, cast, author: moves.cancel(submission=one, reason="Sent too early.", by=author),
}
