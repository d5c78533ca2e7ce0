"""The page of a Device Model: the answer first, what is open against it, the picture, and every version in words."""

import csv
import io

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from cpl.choices import InterestKind, NoticeAudience, NoticeState, Severity, VersionStatus
from cpl.models import FirmwareInformation, ModelInterest
from cpl.selectors.versions import BY_RULE
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_entry
from tests.factories.catalogue import say
from tests.factories.notices import make_notice

pytestmark = pytest.mark.django_db
EMBER = "/models/7A01-8B0B030D/"
USUAL, LARGEST = 8, 60_000


def page_for(signed_in: SignedIn, user: User) -> BeautifulSoup:
    answer = signed_in(user).get(EMBER)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content, "html.parser")


def part(page: BeautifulSoup, selector: str) -> Tag:
    found = page.select_one(selector)
    assert found, selector
    return found


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def row(page: BeautifulSoup, entry_id: str) -> str:
    return next(words(found) for found in page.select("tbody tr") if entry_id in found.get_text())


def exported(signed_in: SignedIn, user: User) -> dict[str, dict[str, str]]:
    text = signed_in(user).get(f"{EMBER}versions.csv").content.decode("utf-8-sig")
    return {line["CPL Entry ID"]: line for line in csv.DictReader(io.StringIO(text))}


def test_the_picture_names_every_version_that_the_table_has(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    page = page_for(signed_in, cast.supplier)
    drawn = [str(node["href"]) for node in page.select("svg a.fir-pathway__version")]
    listed = [str(link["href"]) for link in page.select("#versions-table tbody td[data-label=Entry] a")]
    assert drawn == listed
    assert len(drawn) == 6


def test_what_a_person_may_not_see_is_not_in_the_picture(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    assert "0DECAF01" not in str(page_for(signed_in, cast.rival_supplier))


def test_the_picture_has_no_inline_style(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    figure = part(page_for(signed_in, cast.supplier), "figure.fir-pathway")
    assert not figure.select("[style], style")
    assert all(script.has_attr("src") for script in figure.select("script"))


def test_a_notice_against_the_recommended_version_is_told_in_the_answer(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    FirmwareInformation.objects.filter(entry=catalogue.recommended).update(
        recommendation="recommended", recommendation_state="supplied"
    )
    notice = make_notice(cast, catalogue, versions={catalogue.recommended: VersionStatus.AFFECTED})
    page = page_for(signed_in, cast.supplier)
    answer = words(part(page, ".fir-answer"))
    assert "01040605" in answer
    assert f"A notice stands against it: {notice.reference}" in answer
    assert "Recommended by the manufacturer" in answer


def test_the_table_the_picture_and_the_export_tell_each_version_what_a_notice_says_of_it(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    notice = make_notice(cast, catalogue, severity=Severity.CRITICAL)
    page = page_for(signed_in, cast.supplier)
    lines = exported(signed_in, cast.supplier)
    for entry, status in ((catalogue.baseline, "Affected"), (catalogue.recommended, "Fixed")):
        assert f"{status} {notice.reference}" in row(page, entry.cpl_entry_id)
        node = part(page, f'svg a[href="{entry.get_absolute_url()}"]')
        assert f"{notice.reference}: {status.lower()}" in str(node["aria-label"])
        line = lines[entry.cpl_entry_id]
        told = [line[name] for name in ("Open notices", "What open notices say of it", "Severity in open notices")]
        assert told == [notice.reference, status, "Critical"]
    assert lines[catalogue.second.cpl_entry_id]["Open notices"] == ""


@pytest.mark.parametrize("state", [NoticeState.DRAFT, NoticeState.WITHDRAWN])
def test_a_notice_that_is_not_in_force_is_nowhere(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, state: NoticeState
) -> None:
    notice = make_notice(cast, catalogue, state)
    assert notice.reference not in str(page_for(signed_in, cast.supplier))
    assert exported(signed_in, cast.supplier)[catalogue.baseline.cpl_entry_id]["Open notices"] == ""


def test_whoever_opens_the_page_is_concerned_and_reads_the_notice_at_once(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    notice = make_notice(cast, catalogue, audience=NoticeAudience.CONCERNED)
    assert exported(signed_in, cast.rival_supplier)[catalogue.baseline.cpl_entry_id]["Open notices"] == ""
    assert notice.reference in str(page_for(signed_in, cast.rival_supplier))
    assert notice.reference in str(page_for(signed_in, cast.manufacturer))


def test_a_notice_for_the_concerned_about_a_hidden_version_is_not_told_and_no_look_is_noted(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    hidden = {catalogue.restricted: VersionStatus.AFFECTED}
    notice = make_notice(cast, catalogue, versions=hidden, audience=NoticeAudience.CONCERNED)
    assert notice.reference not in str(page_for(signed_in, cast.rival_supplier))
    assert not ModelInterest.objects.exists()


def test_a_look_is_noted_only_where_a_notice_for_the_concerned_is_open(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    make_notice(cast, catalogue)
    page_for(signed_in, cast.supplier)
    assert not ModelInterest.objects.exists()
    make_notice(cast, catalogue, audience=NoticeAudience.CONCERNED)
    page_for(signed_in, cast.moderator)
    assert not ModelInterest.objects.exists(), "SECAS reads it anyway"
    page_for(signed_in, cast.supplier)
    assert [(one.person, one.kind) for one in ModelInterest.objects.all()] == [(cast.supplier, InterestKind.CHECKED)]


def test_the_answer_says_how_many_newer_versions_were_passed_over(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    make_notice(cast, catalogue, versions={catalogue.recommended: VersionStatus.AFFECTED})
    answer = words(part(page_for(signed_in, cast.supplier), ".fir-answer"))
    assert f"{BY_RULE}; older than 1 version that something stands against." in answer


def test_the_page_asks_what_is_installed_offers_to_watch_and_leads_to_the_history(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    page = page_for(signed_in, cast.supplier)
    assert part(page, "form.fir-route-form")["action"] == f"{EMBER}route/"
    assert part(page, "form.fir-watch")["action"] == f"{EMBER}watch/"
    assert page.select_one(f'a[href="{EMBER}history/"]')


def test_a_model_of_one_version_has_no_picture(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    page = BeautifulSoup(signed_in(cast.supplier).get(catalogue.gas.get_absolute_url()).content, "html.parser")
    assert page.select_one("figure.fir-pathway") is None
    assert "The only version" in words(part(page, "#versions"))


def test_a_usual_page_with_notices_is_small_and_takes_at_most_ten_queries(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    for number in range(USUAL):
        entry = make_entry(catalogue.ember, f"0C0C00{number:02}", after=[catalogue.baseline, catalogue.second])
        say(entry, stage="production", release_date=entry.published_on)
    make_notice(cast, catalogue)
    make_notice(cast, catalogue, versions={catalogue.second: VersionStatus.UNDER_INVESTIGATION})
    client = signed_in(cast.supplier)
    client.get(EMBER)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(EMBER)
    assert len(queries) <= 10, [query["sql"][:100] for query in queries]
    assert len(answer.content) <= LARGEST
