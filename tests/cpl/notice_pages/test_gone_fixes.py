"""What becomes of a notice once a version that it names as fixed is withdrawn or removed, or it is itself withdrawn."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from cpl.actions.notices import publishing
from cpl.choices import NoticeState, VersionStatus
from cpl.models import CPLEntry, FirmwareInformation, Notice
from tests.conftest import SignedIn
from tests.cpl.notice_pages.conftest import AFFECTED, FIXED, soup, text
from tests.factories import Cast, Catalogue, make_entry, make_notice
from tests.factories.notices import as_versions

pytestmark = pytest.mark.django_db

TASK = "a version it names as fixed was withdrawn"


@pytest.fixture
def gone(notice: Notice, catalogue: Catalogue) -> Notice:
    """Northmoor's notice, of which the only fixed version was withdrawn today."""
    FirmwareInformation.objects.filter(entry=catalogue.recommended).update(
        withdrawn_on=timezone.localdate(), withdrawal_reason="It loses the tariff"
    )
    return notice


def test_withdrawn_fix_is_told_with_its_day_and_reason(ana: Client, gone: Notice) -> None:
    said = text(ana.get(gone.get_absolute_url()))
    assert f"01040605 , named here as fixed, was withdrawn on {timezone.localdate():%-d %B %Y}" in said
    assert "It loses the tariff." in said
    assert "Withdrawn: ask the manufacturer" in said
    assert "None that stands 01040605" in said


def test_removed_fix_is_told_alike(ana: Client, notice: Notice, catalogue: Catalogue) -> None:
    CPLEntry.objects.filter(pk=catalogue.recommended.pk).update(removed_on=date(2026, 11, 1), removal_reason="Panel")
    said = text(ana.get(notice.get_absolute_url()))
    assert "named here as fixed, was removed from the list on 1 November 2026 Panel." in said
    assert "Removed: ask the manufacturer" in said


def test_fix_that_may_be_deployed_stands_before_the_one_that_was_withdrawn(
    ana: Client, cast: Cast, catalogue: Catalogue, gone: Notice
) -> None:
    named = {catalogue.baseline: AFFECTED, catalogue.second: FIXED, catalogue.recommended: FIXED}
    page = soup(ana.get(make_notice(cast, catalogue, versions=named).get_absolute_url()))
    assert [one.get_text() for one in page.select(".fir-ways-out a")] == ["10030A08", "01040605"]
    assert "None that stands" not in page.get_text()


def test_its_authors_are_asked_to_revise_it_wherever_they_look(mei: Client, ana: Client, gone: Notice) -> None:
    for address in ("/", "/notices/", gone.get_absolute_url()):
        said = text(mei.get(address))
        assert f"Revise {gone.reference}" in said and TASK in said, address
        assert TASK not in text(ana.get(address)), address


def test_another_author_is_not_asked(gone: Notice, cast: Cast, signed_in: SignedIn) -> None:
    for other in (cast.competitor, cast.ssc):
        assert TASK not in text(signed_in(other).get("/notices/"))


def test_revision_settles_the_task_and_the_line_stays(
    mei: Client, gone: Notice, cast: Cast, catalogue: Catalogue
) -> None:
    publishing.revise(
        notice=gone, content={"action": "Ask us."}, words="The fix was withdrawn.", by=cast.manufacturer,
        edition=gone.edition, versions=as_versions({catalogue.baseline: AFFECTED, catalogue.recommended: FIXED}),
    )  # fmt: skip
    said = text(mei.get(gone.get_absolute_url()))
    assert TASK not in said and "named here as fixed, was withdrawn on" in said


def test_withdrawn_notice_does_not_look_in_force(ana: Client, cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue, NoticeState.WITHDRAWN, deadline=date(2099, 1, 1))
    page: Any = soup(ana.get(notice.get_absolute_url()))
    assert page.select_one("#answer-title").get_text() == "What it said"
    assert not page.select(".fir-deadline, .fir-answer .fir-tag--urgent, .fir-tag--severity-high")
    assert not page.select(".fir-tag--version-affected, main a[href*='/route/']")
    assert "It was to be done by 1 January 2099." in page.get_text()
    assert "Route" not in [one.get_text() for one in page.select(".fir-named th")]


def test_route_to_what_the_notice_does_not_name_says_so(ana: Client, cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue, versions={catalogue.baseline: AFFECTED})
    assert "not named as affected, not said to be fixed" in text(ana.get(notice.get_absolute_url()))


def test_no_route_is_offered_where_none_is_known_but_whom_to_ask(ana: Client, cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue, versions={catalogue.removed: AFFECTED, catalogue.recommended: FIXED})
    page = soup(ana.get(notice.get_absolute_url()))
    assert not page.select(".fir-named a[href*='/route/']")
    assert "No route to 01040605 is known" in text(ana.get(notice.get_absolute_url()))
    assert page.select(".fir-named a[href='/models/7A01-8B0B030D/#answer-title']")


def test_model_says_which_versions_are_affected_and_where_it_is_fixed(
    ana: Client, cast: Cast, catalogue: Catalogue
) -> None:
    named = {catalogue.second: AFFECTED, catalogue.baseline: AFFECTED, catalogue.recommended: FIXED}
    notice = make_notice(cast, catalogue, versions=named, deadline=date(2099, 1, 1))
    box = soup(ana.get("/models/7A01-8B0B030D/")).select_one(".fir-told-notice")
    said = " ".join(box.get_text(" ").split()) if box else ""
    assert "2 versions affected: 10030A08, 09030A07; fixed in 01040605." in said
    assert f"Notice {notice.reference}. To be done by 1 January 2099." in said


def test_one_version_s_page_says_what_is_said_of_it(ana: Client, notice: Notice, catalogue: Catalogue) -> None:
    box = soup(ana.get(catalogue.baseline.get_absolute_url())).select_one(".fir-told-notice")
    said = " ".join(box.get_text(" ").split()) if box else ""
    assert "It says of this version: Affected" in said and "versions affected" not in said


def test_more_than_a_handful_of_versions_is_counted(ana: Client, cast: Cast, catalogue: Catalogue) -> None:
    more = [make_entry(catalogue.ember, f"020304{number:02}") for number in range(7)]
    make_notice(cast, catalogue, versions=dict.fromkeys(more, VersionStatus.AFFECTED))
    said = text(ana.get("/models/7A01-8B0B030D/"))
    assert "7 versions affected:" in said and "and 2 more." in said


def test_whoever_issues_notices_begins_one_from_the_model(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    begin = "a[href='/notices/new/?model=7A01-8B0B030D']"
    for person, offered in (
        (cast.manufacturer, True),
        (cast.ssc, True),
        (cast.supplier, False),
        (cast.competitor, False),
    ):
        assert bool(soup(signed_in(person).get("/models/7A01-8B0B030D/")).select(begin)) is offered
