"""What is hidden changes nothing that an outsider reads in a history: no row, count, day, picture or file."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.utils import timezone

from accounts.models import Party, User
from cpl.actions.notices import publishing
from cpl.actions.visibility import restrict, unrestrict
from cpl.choices import NoticeAudience, PathwayState, VersionStatus
from cpl.models import CPLEntry, FirmwareInformation, UpgradePathLink
from tests.conftest import SignedIn
from tests.cpl.model_past import EMBER, HISTORY, happened, past, told
from tests.factories import Cast, Catalogue, make_entry, make_notice
from tests.factories.catalogue import say

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD, FOURTH = (date(2026, 11, day) for day in (2, 9, 12, 16))
ADDRESSES = [
    HISTORY,
    f"{HISTORY}?kind=restriction",
    f"{HISTORY}?version=CPL-001099",
    f"{HISTORY}?version=0ECA0E11",
    *(f"{HISTORY}?as_at={day}" for day in (FIRST, SECOND, THIRD, FOURTH, timezone.localdate())),
    f"{EMBER}history.csv",
    f"{EMBER}history.csv?as_at={THIRD}",
    "/entries/CPL-001099/",
]
Plant = Callable[[Catalogue, Cast], None]


def ashdown() -> Any:
    return Party.objects.filter(name="Ashdown Energy")


@pytest.fixture
def long_ago(catalogue: Catalogue) -> Catalogue:
    """The catalogue with a version of which nothing is said, recorded on the first of the days."""
    make_entry(catalogue.ember, "0E0E0E0E", cpl_entry_id="CPL-001099", published_on=date(2025, 12, 1))
    happened(FIRST)
    return catalogue


def plant_version(catalogue: Catalogue, cast: Cast) -> None:
    """A version that would be recommended, on the way between two that everybody sees."""
    entry = make_entry(
        catalogue.ember, "0ECA0E11", cpl_entry_id="CPL-ZYGOTE", after=[catalogue.recommended],
        published_on=date(2026, 1, 2),
    )  # fmt: skip
    say(entry, stage="production", recommendation="recommended", notes="ZYGOTE-note")
    restrict(record=entry, parties=ashdown(), by=None)


def plant_link(catalogue: Catalogue, cast: Cast) -> None:
    """A version of which nothing was said may be upgraded from one that is hidden."""
    entry = CPLEntry.objects.get(cpl_entry_id="CPL-001099")
    UpgradePathLink.objects.create(entry=entry, predecessor=catalogue.restricted, manufacturer=entry.manufacturer)
    CPLEntry.objects.filter(pk=entry.pk).update(
        pathway_state=PathwayState.THESE_ENTRIES, pathway_source="manufacturer", pathway_given_on=SECOND
    )


def plant_record(catalogue: Catalogue, cast: Cast) -> None:
    """What the manufacturer says to some only, and says otherwise later."""
    record = say(CPLEntry.objects.get(cpl_entry_id="CPL-001099"), stage="production", notes="ZYGOTE-note")
    restrict(record=record, parties=ashdown(), by=None)
    happened(THIRD)
    FirmwareInformation.objects.filter(pk=record.pk).update(withdrawn_on=THIRD, withdrawal_reason="ZYGOTE-reason")


def plant_notice(catalogue: Catalogue, cast: Cast) -> None:
    """A notice about a hidden version."""
    make_notice(cast, catalogue, versions={catalogue.restricted: VersionStatus.AFFECTED}, title="ZYGOTE-notice")


def plant_notice_for_concerned(catalogue: Catalogue, cast: Cast) -> None:
    """A notice about a version that all see, for the concerned: whoever opens the entry is one from then on."""
    make_notice(
        cast, catalogue, versions={catalogue.recommended: VersionStatus.AFFECTED}, title="ZYGOTE-notice",
        audience=NoticeAudience.CONCERNED,
    )  # fmt: skip


PLANTS: list[Plant] = [plant_version, plant_link, plant_record, plant_notice, plant_notice_for_concerned]


def reading(signed_in: SignedIn, person: User, addresses: Sequence[str] = ADDRESSES) -> Callable[[], dict[str, str]]:
    """What the person reads at these addresses, without what differs each time."""
    client = signed_in(person)

    def read() -> dict[str, str]:
        pages = {address: client.get(address) for address in addresses}
        assert {page.status_code for page in pages.values()} == {200}
        changing = r'(nonce=|name="csrfmiddlewaretoken" value=|CSRFToken": )"[^"]*"'
        return {address: re.sub(changing, "", page.content.decode("utf-8-sig")) for address, page in pages.items()}

    return read


@pytest.mark.parametrize("plant", [plant_version, plant_link, plant_record, plant_notice])
@pytest.mark.parametrize("who", ["rival_supplier", pytest.param("network", marks=pytest.mark.slow)])
def test_an_outsider_reads_the_same_as_if_it_were_not_there(
    cast: Cast, long_ago: Catalogue, signed_in: SignedIn, plant: Plant, who: str
) -> None:
    read = reading(signed_in, getattr(cast, who))
    before = read()
    plant(long_ago, cast)
    happened(FOURTH)
    after = read()
    assert [address for address in ADDRESSES if after[address] != before[address]] == []


def test_whoever_opens_the_history_is_concerned_and_is_recommended_what_every_other_page_does(
    cast: Cast, long_ago: Catalogue, signed_in: SignedIn
) -> None:
    plant_notice_for_concerned(long_ago, cast)
    happened(FOURTH)
    today = signed_in(cast.rival_supplier).get(f"{HISTORY}?as_at={timezone.localdate()}").context
    model = signed_in(cast.rival_supplier).get(EMBER).context
    assert long_ago.recommended.pk in today["summary"].notices.by_version
    assert today["summary"].recommended == model["summary"].recommended
    assert getattr(today["summary"].recommended, "pk", None) != long_ago.recommended.pk


@pytest.mark.parametrize("plant", [plant_version, plant_link, plant_record, plant_notice])
def test_the_party_it_was_given_to_reads_it(cast: Cast, long_ago: Catalogue, signed_in: SignedIn, plant: Plant) -> None:
    changed = [HISTORY, f"{HISTORY}?as_at={timezone.localdate()}", f"{EMBER}history.csv"]
    read = reading(signed_in, cast.supplier, changed)
    before = read()
    plant(long_ago, cast)
    happened(FOURTH)
    after = read()
    assert [address for address in changed if after[address] == before[address]] == []


@pytest.mark.parametrize("plant", PLANTS)
@pytest.mark.parametrize("who", ["manufacturer", "auditor"])
def test_its_maker_and_auditors_read_it(
    cast: Cast, long_ago: Catalogue, signed_in: SignedIn, plant: Plant, who: str
) -> None:
    read = reading(signed_in, getattr(cast, who), [HISTORY])
    before = read()
    plant(long_ago, cast)
    happened(FOURTH)
    assert read() != before


@pytest.mark.parametrize(
    ("who", "status"),
    [("supplier", 200), ("competitor", 200), ("rival_supplier", 404), ("manufacturer", 404), ("stranger", 403)],
)
@pytest.mark.parametrize("address", ["history/", f"history/?as_at={FIRST}", "history.csv", "history.xlsx"])
def test_a_model_that_is_hidden_has_no_history(
    cast: Cast, long_ago: Catalogue, signed_in: SignedIn, address: str, who: str, status: int
) -> None:
    answer = signed_in(getattr(cast, who)).get(f"/models/7A03-5EC00101/{address}")
    assert answer.status_code == status


# Opening what was closed ------------------------------------------------------------------------------------------


@pytest.fixture
def opened(long_ago: Catalogue) -> CPLEntry:
    """A version that was for Ashdown Energy only, said things then, and is for all since the third of the days."""
    entry = long_ago.restricted
    say(entry, stage="test", notes="Secret while restricted")
    CPLEntry.objects.filter(pk=entry.pk).update(gbcs_version="9.9")
    happened(SECOND)
    FirmwareInformation.objects.filter(entry=entry).update(notes="Public now")
    unrestrict(record=entry, by=None)
    happened(THIRD)
    return entry


def test_opening_a_version_does_not_open_its_past(
    cast: Cast, long_ago: Catalogue, opened: CPLEntry, signed_in: SignedIn
) -> None:
    of_it = [change for change in told(cast.rival_supplier, long_ago.ember) if change[2] == opened.cpl_entry_id]
    assert of_it == [(THIRD, "published", "CPL-001080"), (THIRD, "information", "CPL-001080")]
    pages = reading(signed_in, cast.rival_supplier)()
    assert [address for address, page in pages.items() if "Secret" in page or "Restriction" in page] == []
    known = past(cast.rival_supplier, long_ago.ember)
    assert [opened.pk in known.as_at(day).entries for day in (SECOND, THIRD)] == [False, True]


def test_those_who_read_everything_read_its_past_and_that_it_was_restricted(
    cast: Cast, long_ago: Catalogue, opened: CPLEntry
) -> None:
    of_it = [change[:2] for change in told(cast.auditor, long_ago.ember) if change[2] == opened.cpl_entry_id]
    assert (THIRD, "restriction") in of_it
    assert (SECOND, "corrected") in of_it
    assert opened.pk in past(cast.auditor, long_ago.ember).as_at(FIRST).entries


def test_a_restriction_is_told_to_those_it_was_given_to(cast: Cast, long_ago: Catalogue) -> None:
    entry = CPLEntry.objects.get(cpl_entry_id="CPL-001099")
    restrict(record=entry, parties=ashdown(), by=None)
    happened(SECOND)
    assert (SECOND, "restriction", "CPL-001099") in told(cast.supplier, long_ago.ember)
    assert (SECOND, "restriction", "CPL-001099") in told(cast.manufacturer, long_ago.ember)
    assert [change for change in told(cast.rival_supplier, long_ago.ember) if change[2] == "CPL-001099"] == []


def test_a_notice_of_then_does_not_name_a_version_that_was_closed_then(cast: Cast, long_ago: Catalogue) -> None:
    entry = CPLEntry.objects.get(cpl_entry_id="CPL-001099")
    restrict(record=entry, parties=ashdown(), by=None)
    happened(SECOND)
    make_notice(cast, long_ago, versions=dict.fromkeys([entry, long_ago.second], VersionStatus.AFFECTED))
    happened(THIRD)
    unrestrict(record=entry, by=None)
    happened(FOURTH)
    known = past(cast.rival_supplier, long_ago.ember)
    assert set(known.as_at(THIRD).known.notices.by_version) == {long_ago.second.pk}
    assert set(known.as_at(FOURTH).known.notices.by_version) == {long_ago.second.pk, entry.pk}
    assert (THIRD, "notice", "CPL-001099") not in told(cast.rival_supplier, long_ago.ember)


def test_a_revision_of_then_names_no_version_that_was_closed_then(
    cast: Cast, long_ago: Catalogue, signed_in: SignedIn
) -> None:
    entry = CPLEntry.objects.get(cpl_entry_id="CPL-001099")
    restrict(record=entry, parties=ashdown(), by=None)
    happened(SECOND)
    named = {long_ago.second: VersionStatus.AFFECTED, entry: VersionStatus.AFFECTED}
    notice = make_notice(cast, long_ago, versions=named)
    publishing.revise(
        notice=notice, content={}, words="Mended.", by=cast.manufacturer, edition=notice.edition,
        versions={long_ago.second.pk: ("affected", ""), entry.pk: ("fixed", "Quietly")},
    )  # fmt: skip
    happened(THIRD)
    unrestrict(record=entry, by=None)
    happened(FOURTH)
    page = notice.get_absolute_url()
    for reader, is_told in ((cast.rival_supplier, False), (cast.auditor, True)):
        then = signed_in(reader).get(f"{page}revisions/1/").content
        now = BeautifulSoup(signed_in(reader).get(page).content, "html.parser")
        revisions = now.select_one("section[aria-labelledby=revisions-title]")
        assert (b"0E0E0E0E" in then) is is_told
        assert revisions and ("CPL-001099" in str(revisions)) is is_told
        assert b"10030A08" in then and "0E0E0E0E" in str(now)


def test_what_was_open_only_inside_the_transaction_that_closed_it_is_not_told(cast: Cast, long_ago: Catalogue) -> None:
    secret = make_entry(long_ago.ember, "0C0C0C0C", cpl_entry_id="CPL-001100")
    restrict(record=secret, parties=ashdown(), by=None)
    happened(SECOND)
    unrestrict(record=secret, by=None)
    happened(FOURTH)
    of_it = [change for change in told(cast.rival_supplier, long_ago.ember) if change[2] == "CPL-001100"]
    assert of_it == [(FOURTH, "published", "CPL-001100")]
