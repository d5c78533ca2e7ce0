"""The demo's notices: one for each thing that can happen, once, however often it is started."""

from collections import Counter
from pathlib import Path

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from cpl.actions import demo
from cpl.actions.demo_notices import SCENES, make_notices
from cpl.choices import NoticeAudience
from cpl.models import ModelInterest, Notice, NoticeRevision
from tests.cpl.importing import bring_in

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.slow
def test_second_start_makes_nothing_twice_and_tells_nobody(db: None) -> None:
    """One test, for loading the samples takes long."""
    demo.make_people()
    for name in ("cpl-2026-10-30.xlsx", "fir-2026-10-30.xlsx", "cpl-2026-11-20.xlsx"):
        bring_in((SAMPLES / name).read_bytes(), name)
    demo.show_roles()
    letters = ProcrastinateJob.objects.filter(queue_name="mail").count()

    assert make_notices(SCENES[:2]) == 2
    assert make_notices() == 2
    assert make_notices() == 0

    assert Counter(Notice.objects.values_list("state", flat=True)) == {"published": 3, "withdrawn": 1}
    assert Counter(NoticeRevision.objects.values_list("event", flat=True)) == {
        "published": 4, "withdrawn": 1, "revised": 1,
    }  # fmt: skip
    assert Notice.objects.filter(audience=NoticeAudience.CONCERNED).count() == 1
    assert ModelInterest.objects.count() == 3
    assert ProcrastinateJob.objects.filter(queue_name="mail").count() == letters
