"""Hundreds of accepted submissions in one go: what they are is written at once, not walked to by every step."""

from datetime import timedelta
from hashlib import sha256

from django.utils import timezone

from accounts.models import User
from cpl.choices import StepKind, SubmissionKind, SubmissionState
from cpl.models import DeviceModel, Manufacturer, Submission, SubmissionStep


def accepted_entries(
    count: int, maker: Manufacturer, *, author: User, accepter: User, first: int = 0
) -> list[Submission]:
    """New entries of one maker, accepted: every tenth of a new Device Model, all with firmware information.

    `first` is where their numbering begins, so that several issues have different ones.

    Each but the first of its model may be upgraded from the one before, which is in the same issue.
    """
    assert maker.party is not None
    code = DeviceModel.objects.filter(manufacturer=maker).values_list("identifier__code", flat=True)[0]
    now = timezone.now()
    rows = Submission.objects.bulk_create(
        Submission(
            kind=SubmissionKind.NEW_ENTRY, state=SubmissionState.ACCEPTED, state_since=now, party=maker.party,
            manufacturer=maker, created_by=author, submitted_by=author, submitted_at=now - timedelta(hours=2),
            accepted_by=accepter, accepted_at=now,
        )
        for _ in range(count)
    )  # fmt: skip
    for place, row in enumerate(rows):
        row.content = _content(first + place, code, rows[place - 1])
    Submission.objects.bulk_update(rows, ["content"])
    SubmissionStep.objects.bulk_create(
        SubmissionStep(
            submission=row, kind=StepKind.ACCEPT, at=now, by=accepter, by_name=str(accepter), from_state="submitted",
            to_state="accepted",
        )
        for row in rows
    )  # fmt: skip
    return rows


def _content(number: int, code: str, before: Submission) -> dict[str, str]:
    model, version = divmod(number, 10)
    return {
        "device_type": "ESME",
        "manufacturer_identifier": code,
        "device_model": f"{0x5A00 + model:04X}0{model % 7}01",
        "model_name": f"Fault {model:03}",
        "firmware_version": f"{0x0200 + model:04X}{version:02X}{(number * 37) % 200 + 16:02X}",
        "firmware_hash": sha256(f"firmware {number}".encode()).hexdigest().upper(),
        "smets_chts_version": "SMETS V5.1",
        "gbcs_version": "4.2",
        "pathway_state": "these_entries" if version else "not_applicable",
        "predecessors": before.reference if version else "",
        "stage_answer": "give",
        "stage": "production",
        "notes_answer": "give",
        "notes": f"Mends fault number {number} of this model.",
        "contact_answer": "give",
        "contact_team": "Firmware desk",
        "contact_email": "firmware@northmoor.example",
        "contact_telephone": "+44 20 7946 0545",
    }
