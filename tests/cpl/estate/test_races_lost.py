"""Who comes second, or whose worker never comes back, finds a settled check and what to do: without threads."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.actions.api_tokens import make_token
from accounts.models import Membership, Party, User
from cpl import jobs
from cpl.actions.estate import again, beginning, giving_up, running
from cpl.choices import EstateColumn, EstateState, InterestKind
from cpl.models import EstateCheck, ModelInterest
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_estate_check
from tests.factories.estate_files import HEADINGS, make_uploaded_estate

COLUMNS = {EstateColumn.MANUFACTURER: 0, EstateColumn.DEVICE_MODEL: 1, EstateColumn.FIRMWARE_VERSION: 2}
KNOWN = HEADINGS + b"7A01,8B0B030D,09030A07,40\n"
EMBER: Any = [("7A01", "8B0B030D", "09030A07", 40)]
LATER = giving_up.SILENT + timedelta(seconds=5)


@pytest.fixture
def spool(settings: Any, tmp_path: Path) -> Path:
    settings.ESTATE_SPOOL = str(tmp_path)
    return tmp_path


@pytest.fixture
def uploaded(cast: Cast, catalogue: Catalogue, spool: Path) -> EstateCheck:
    return make_uploaded_estate(cast.supplier, KNOWN)


def confirm(check: EstateCheck, by: User, *, watches: bool = False) -> EstateCheck:
    return beginning.confirm(check=check, columns=COLUMNS, name="gains", watches=watches, by=by)


def test_a_tick_feeds_the_list_of_who_ticked_it_and_not_of_who_uploaded_the_file(
    uploaded: EstateCheck, cast: Cast
) -> None:
    confirm(uploaded, cast.administrator, watches=True)
    running.run(estate_check=uploaded.pk)
    watching = ModelInterest.objects.filter(kind=InterestKind.WATCHED).values_list("person", flat=True)
    assert list(watching) == [cast.administrator.pk]


def test_a_file_whose_uploader_left_is_checked_for_the_colleague_who_confirmed_it(
    uploaded: EstateCheck, cast: Cast
) -> None:
    Membership.objects.filter(user=cast.supplier).delete()
    confirm(uploaded, cast.administrator)
    running.run(estate_check=uploaded.pk)
    uploaded.refresh_from_db()
    assert (uploaded.state, uploaded.created_by) == (EstateState.DONE, cast.administrator)


def test_the_columns_page_of_a_file_that_was_swept_says_what_to_do_and_no_more_to_another_party(
    uploaded: EstateCheck, cast: Cast, signed_in: SignedIn
) -> None:
    address = f"/estate/{uploaded.pk}/columns/"
    before = signed_in(cast.rival_supplier).post(address, {"go": "confirm"})
    beginning.sweep(now=timezone.now() + timedelta(hours=2))
    own, rivals = (signed_in(who).post(address, {"go": "confirm"}) for who in (cast.supplier, cast.rival_supplier))
    assert [answer.status_code for answer in (before, own, rivals)] == [404] * 3
    told = [answer.content.decode().partition("<main")[2] for answer in (before, own, rivals)]
    assert "within 60 minutes" in told[1] and "upload the file again" in told[1] and len(set(told)) == 1


@pytest.mark.parametrize("status", ["failed", "aborted", "cancelled"])
def test_a_check_whose_job_was_given_up_is_stopped_by_the_periodic_job(
    uploaded: EstateCheck, cast: Cast, status: str, signed_in: SignedIn
) -> None:
    confirm(uploaded, cast.supplier)
    ProcrastinateJob.objects.filter(task_name=beginning.JOB).update(status=status)
    EstateCheck.objects.update(state=EstateState.RUNNING, moved_at=timezone.now() - LATER)
    sweep: Any = jobs.sweep_estate_uploads
    sweep.func(timestamp=0)
    page = signed_in(cast.supplier).get(f"/estate/{uploaded.pk}/").content.decode()
    assert "begun several times and broke off each time" in page and "Upload the file again." in page
    assert EstateCheck.objects.get().spool == ""


def test_a_check_whose_job_waits_or_is_at_work_goes_on_however_silent_it_is(uploaded: EstateCheck, cast: Cast) -> None:
    confirm(uploaded, cast.supplier)
    for status in ("todo", "doing"):
        ProcrastinateJob.objects.filter(task_name=beginning.JOB).update(status=status)
        assert giving_up.stop_given_up(now=timezone.now() + timedelta(days=1)) == 0


def test_a_check_that_was_heard_of_just_now_goes_on_though_its_job_is_gone(uploaded: EstateCheck, cast: Cast) -> None:
    confirm(uploaded, cast.supplier)
    ProcrastinateJob.objects.filter(task_name=beginning.JOB).delete()
    assert giving_up.stop_given_up(now=timezone.now()) == 0
    assert giving_up.stop_given_up(now=timezone.now() + LATER) == 1


def test_an_estate_that_was_being_checked_again_can_be_checked_again_once_more(
    cast: Cast, catalogue: Catalogue
) -> None:
    first = make_estate_check(cast.supplier, EMBER)
    made = again.again(check=first, by=cast.supplier)
    ProcrastinateJob.objects.filter(task_name=again.JOB).update(status="failed")
    assert giving_up.stop_given_up(now=timezone.now() + LATER) == 1
    made.refresh_from_db()
    assert (made.state, made.devices) == (EstateState.STOPPED, 0) and "Check the estate again." in made.problem["cure"]
    second = again.again(check=first, by=cast.supplier)
    running.run(estate_check=second.pk)
    assert EstateCheck.objects.get(pk=second.pk).is_done


def test_no_token_reads_demand(cast: Cast, catalogue: Catalogue) -> None:
    party = Party.objects.get(name="Northmoor Metering Ltd")
    _, token = make_token(user=cast.manufacturer, party=party, name="Nightly", days=30, by=cast.manufacturer)
    client = Client(headers={"authorization": f"Bearer {token}"})
    own = [f"/estate/demand{end}" for end in ("/", ".csv", ".xlsx")]
    assert [client.get(address).status_code for address in own] == [403] * 3


def test_an_answer_whose_rows_went_while_it_was_read_is_no_estate_without_devices(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    check = make_estate_check(cast.supplier, EMBER)
    client = signed_in(cast.supplier)
    assert client.get(check.get_absolute_url()).status_code == 200
    check.answers.all().delete()
    assert client.get(check.get_absolute_url()).status_code == 404
