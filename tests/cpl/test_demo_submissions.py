"""The demo's submissions: one for each thing that can happen, once, however often and wherever a start was killed."""

from collections import Counter
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from cpl.actions import demo, demo_submissions
from cpl.actions.demo_submissions import ISSUE, SCENES, make_submissions
from cpl.choices import Confirmation, SubmissionState
from cpl.models import CPLIssue, LogCheckpoint, PublicationRecord, Submission
from cpl.workflow import EDITABLE
from tests.cpl.importing import bring_in

SAMPLES = Path(__file__).parents[1] / "samples"


@pytest.fixture
def samples(db: None) -> None:
    """The demo as it is before its submissions are made."""
    demo.make_people()
    for name in ("cpl-2026-10-30.xlsx", "fir-2026-10-30.xlsx", "cpl-2026-11-20.xlsx"):
        bring_in((SAMPLES / name).read_bytes(), name)
    demo.show_roles()


def states() -> Counter[str]:
    return Counter(Submission.objects.values_list("state", flat=True))


@pytest.mark.slow
def test_a_start_killed_anywhere_is_finished_by_the_next_and_nothing_is_made_twice(samples: None) -> None:
    """One test, for loading the samples takes long."""
    letters = ProcrastinateJob.objects.filter(queue_name="mail").count()
    assert make_submissions(SCENES[:5]) == 5
    # Killed between the last submission and the issue: the published ones are accepted and in none.
    for scene in SCENES[5:]:
        demo_submissions.make(scene)
    assert states() == {"draft": 1, "submitted": 2, "queried": 1, "accepted": 4, "refused": 1}
    assert make_submissions() == 0
    finished = {"draft": 1, "submitted": 2, "queried": 1, "accepted": 1, "refused": 1, "published": 3}
    assert states() == finished
    assert make_submissions() == 0
    assert states() == finished
    assert CPLIssue.objects.get().number == ISSUE
    assert LogCheckpoint.objects.latest("pk").record_id == PublicationRecord.objects.count()
    assert Submission.objects.filter(state=SubmissionState.SUBMITTED, confirmation=Confirmation.WAITING).count() == 1
    # What waits for the manufacturer may not be accepted before it is heard.
    sent = Submission.objects.exclude(state__in=EDITABLE).exclude(confirmation=Confirmation.WAITING)
    assert not [one for one in sent if any(found["blocking"] for found in one.problems)]
    assert ProcrastinateJob.objects.filter(queue_name="mail").count() == letters
