"""The demo's estate checks: counted by the real actions, once, however often it is started."""

from pathlib import Path

import pytest
from django.test import TestCase, override_settings

from accounts.models import User
from cpl.actions import demo
from cpl.actions.demo_estate import AFTERWARDS, BEFORE_THE_LAST_LIST, make_checks
from cpl.models import EstateCheck, ModelInterest
from cpl.selectors.estate.comparing import compare
from tests.cpl.importing import bring_in

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.mark.slow
def test_they_are_made_once_show_what_changed_and_leave_no_file(db: None, tmp_path: Path) -> None:
    """One test, for loading the samples takes long."""
    demo.make_people()
    for name in ("cpl-2026-10-30.xlsx", "fir-2026-10-30.xlsx"):
        bring_in((SAMPLES / name).read_bytes(), name)
    with override_settings(ESTATE_SPOOL=tmp_path), TestCase.captureOnCommitCallbacks(execute=True):
        assert make_checks(BEFORE_THE_LAST_LIST, SAMPLES) == 1
    bring_in((SAMPLES / "cpl-2026-11-20.xlsx").read_bytes(), "cpl-2026-11-20.xlsx")
    with override_settings(ESTATE_SPOOL=tmp_path), TestCase.captureOnCommitCallbacks(execute=True):
        assert make_checks(AFTERWARDS, SAMPLES) == 2
    assert make_checks((*BEFORE_THE_LAST_LIST, *AFTERWARDS), SAMPLES) == 0

    by_name = {check.name: check for check in EstateCheck.objects.order_by("counted_at")}
    assert {check.state for check in by_name.values()} == {"done"}
    assert next(iter(by_name)) == "Gains of October"
    ana = User.objects.get(email="ana@ashdown.example")
    found = compare(ana, by_name["Gains of October"], by_name["Gains of November"])
    assert found.new and found.gone and any(model.gained > 0 for model in found.models)
    assert not ModelInterest.objects.exists()
    assert not list(tmp_path.iterdir())
