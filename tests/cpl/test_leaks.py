"""The hunt for leaks: what is hidden changes nothing that an outsider reads, wherever they look."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Party, User
from cpl.actions.notes import write_notes
from cpl.actions.visibility import restrict, unrestrict
from cpl.models import Contact, CPLEntry, FirmwareInformation
from cpl.selectors.changes import changes_since
from cpl.selectors.history import history_of, information_as_at
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_entry
from tests.factories.catalogue import say

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
EMBER = "/models/7A01-8B0B030D/"
ADDRESSES = [
    "/",
    "/search/",
    "/search/?q=ember",
    "/search/?q=zygote",
    "/search/?q=0E0E0E0E+ember+zygot",
    "/search/?sort=newest",
    "/search/?sort=versions&status=listed&type=ESME",
    "/search/device-models.csv",
    "/search/device-models.csv?sort=newest&q=0E0E0E0E",
    EMBER,
    f"{EMBER}versions.csv",
    "/entries/CPL-001099/",
    "/entries/CPL-001072/",
    f"/entries/CPL-001099/?as_at={TODAY}",
    f"/entries/CPL-001072/?as_at={TODAY}",
]


@pytest.fixture
def entry(catalogue: Catalogue) -> CPLEntry:
    """A version of which nobody has said anything, newer than the recommended one."""
    return make_entry(
        catalogue.ember, "0E0E0E0E", cpl_entry_id="CPL-001099", published_on=date(2025, 12, 1),
        after=[catalogue.recommended],
    )  # fmt: skip


def plant_record(entry: CPLEntry) -> None:
    """A FIR record that would change the recommendation, the flags, the picture and the contact."""
    contact = Contact.objects.create(
        manufacturer=entry.manufacturer, team="Zygote team", email="desk@zygote.example", telephone="+44 20 7946 0999"
    )
    record = say(
        entry, contact=contact, portal_link="https://portal.zygote.example/", release_date=date(2025, 11, 11),
        stage="production", recommendation="recommended", urgency="urgent", interrupts_hub_power=True,
        irreversible=True, needs_site_visit=True, vulnerabilities="ZYGOTE-vulnerability", notes="ZYGOTE-note",
    )  # fmt: skip
    restrict(record=record, parties=Party.objects.filter(name="Ashdown Energy"), by=None)


def plant_withdrawn_record(entry: CPLEntry) -> None:
    """One that would take a version out of use."""
    record = say(entry, stage="test", recommendation="do_not_deploy", notes="ZYGOTE-note")
    FirmwareInformation.objects.filter(pk=record.pk).update(withdrawn_on=TODAY, withdrawal_reason="ZYGOTE-reason")
    restrict(record=record, parties=Party.objects.filter(name="Ashdown Energy"), by=None)


def plant_notes(entry: CPLEntry) -> None:
    """Restricted notes on a record that everybody reads."""
    information = FirmwareInformation.objects.get(entry__cpl_entry_id="CPL-001072")
    notes = write_notes(
        information=information, text="ZYGOTE-private", source="manufacturer", given_on=date(2026, 1, 1), by=None
    )
    restrict(record=notes, parties=Party.objects.filter(name="Ashdown Energy"), by=None)


PLANTS = [plant_record, plant_withdrawn_record, plant_notes]


def reading(signed_in: SignedIn, user: User) -> Callable[[str], str]:
    """What the person reads at an address, without what differs each time."""
    client = signed_in(user)

    def read(address: str) -> str:
        # A visit of the same moment each time, so that the home page tells of the same changes.
        User.objects.filter(pk=user.pk).update(last_active_at=LONG_AGO, previous_visit_at=LONG_AGO)
        return content(client.get(address))

    return read


LONG_AGO = timezone.now() - timedelta(days=30)


def content(answer: Any) -> str:
    assert answer.status_code == 200
    text = answer.content.decode("utf-8-sig")
    return re.sub(r'(nonce=|name="csrfmiddlewaretoken" value=|CSRFToken": )"[^"]*"', "", text)


@pytest.mark.parametrize("plant", PLANTS)
@pytest.mark.parametrize("who", ["rival_supplier", "competitor", pytest.param("network", marks=pytest.mark.slow)])
def test_an_outsider_reads_the_same_as_if_it_were_not_there(
    cast: Cast, entry: CPLEntry, signed_in: SignedIn, plant: Callable[[CPLEntry], None], who: str
) -> None:
    read = reading(signed_in, getattr(cast, who))
    before = {address: read(address) for address in ADDRESSES}
    plant(entry)
    assert [address for address in ADDRESSES if read(address) != before[address]] == []


@pytest.mark.parametrize(
    ("plant", "seen"),
    [
        (plant_record, ["/search/?q=ember", "/search/device-models.csv", EMBER, f"{EMBER}versions.csv",
                        "/entries/CPL-001099/", f"/entries/CPL-001099/?as_at={TODAY}"]),
        (plant_withdrawn_record, [EMBER, f"{EMBER}versions.csv", "/entries/CPL-001099/"]),
        (plant_notes, ["/entries/CPL-001072/"]),
    ],
)  # fmt: skip
def test_the_party_it_was_given_to_reads_it(
    cast: Cast, entry: CPLEntry, signed_in: SignedIn, plant: Callable[[CPLEntry], None], seen: list[str]
) -> None:
    read = reading(signed_in, cast.supplier)
    before = {address: read(address) for address in seen}
    plant(entry)
    assert [address for address in seen if read(address) == before[address]] == []


@pytest.mark.parametrize("plant", PLANTS)
@pytest.mark.parametrize("who", ["manufacturer", "moderator", "auditor"])
def test_its_maker_secas_and_auditors_read_it(
    cast: Cast, entry: CPLEntry, signed_in: SignedIn, plant: Callable[[CPLEntry], None], who: str
) -> None:
    plant(entry)
    read = reading(signed_in, getattr(cast, who))
    assert "zygote" in (read("/entries/CPL-001099/") + read("/entries/CPL-001072/")).lower()


DETAILS = ("firmware@northmoor.example", "+44 20 7946 0545")


@pytest.mark.parametrize("who", ["supplier", "network", "manufacturer", "auditor"])
def test_details_of_a_contact_are_on_no_page_but_its_own(
    cast: Cast, entry: CPLEntry, signed_in: SignedIn, who: str
) -> None:
    read = reading(signed_in, getattr(cast, who))
    pages = {address: read(address) for address in ADDRESSES}
    assert [address for address, page in pages.items() if any(detail in page for detail in DETAILS)] == []
    assert "Firmware desk" in pages[EMBER] or who == "network"


@pytest.mark.parametrize("who", ["rival_supplier", "network", "competitor"])
def test_a_contact_for_named_parties_is_named_on_no_page(
    cast: Cast, entry: CPLEntry, signed_in: SignedIn, who: str
) -> None:
    restrict(record=Contact.objects.get(), parties=Party.objects.filter(name="Ashdown Energy"), by=None)
    read = reading(signed_in, getattr(cast, who))
    assert [address for address in ADDRESSES if "Firmware desk" in read(address)] == []
    assert "A contact was given" in read("/entries/CPL-001072/")
    assert "shown to those with need only" in read(f"{EMBER}versions.csv")


def test_a_change_of_contact_is_told_without_its_name(cast: Cast, entry: CPLEntry, signed_in: SignedIn) -> None:
    other = Contact.objects.create(manufacturer=entry.manufacturer, team="Second desk")
    FirmwareInformation.objects.filter(entry__cpl_entry_id="CPL-001072").update(contact=other)
    log = reading(signed_in, cast.network)("/entries/CPL-001072/")
    assert "Contact: <em>given</em> → <em>another</em>" in log
    assert "desk" not in log.lower().replace("never leaves the desk", "")


def test_a_field_of_no_record_reads_otherwise_than_one_left_open(
    cast: Cast, entry: CPLEntry, signed_in: SignedIn
) -> None:
    read = reading(signed_in, cast.supplier)
    assert "Not supplied here" in read("/entries/CPL-001099/")
    assert "Not supplied here" not in read("/entries/CPL-001072/")


# Time: each needs states of different moments, which one transaction cannot have ----------------------------


def read_by(person: User, entry: CPLEntry) -> CPLEntry:
    return CPLEntry.objects.with_information(person).get(pk=entry.pk)


@pytest.mark.django_db(transaction=True)
def test_a_hidden_record_is_no_news(cast: Cast, entry: CPLEntry) -> None:
    since = timezone.now()
    plant_record(entry)
    assert changes_since(cast.rival_supplier, since).found == []
    assert [change.kind for change in changes_since(cast.supplier, since).found] == ["information"]


@pytest.mark.django_db(transaction=True)
def test_taking_a_record_away_is_no_news_and_giving_it_is(cast: Cast, entry: CPLEntry) -> None:
    record = say(entry, stage="production")
    since = timezone.now()
    restrict(record=record, parties=[], by=None)
    assert changes_since(cast.rival_supplier, since).found == []
    unrestrict(record=record, by=None)
    assert [change.kind for change in changes_since(cast.rival_supplier, since).found] == ["information"]


@pytest.mark.django_db(transaction=True)
def test_opening_a_record_does_not_open_its_past(cast: Cast, entry: CPLEntry) -> None:
    plant_record(entry)
    hidden = timezone.now()
    FirmwareInformation.objects.filter(entry=entry).update(notes="Public now", vulnerabilities="None")
    unrestrict(record=FirmwareInformation.objects.get(entry=entry), by=None)
    ours, theirs = (read_by(person, entry) for person in (cast.auditor, cast.rival_supplier))
    assert "ZYGOTE" in str([step.changes for step in history_of(ours, cast.auditor)])
    assert "ZYGOTE" not in str([step.changes for step in history_of(theirs, cast.rival_supplier)])
    assert information_as_at(ours, hidden, cast.auditor) is not None
    assert information_as_at(theirs, hidden, cast.rival_supplier) is None
    assert information_as_at(theirs, timezone.now(), cast.rival_supplier) is not None


# A new door must not pass by the words of `querysets` ----------------------------------------------------------

ROOT = Path(__file__).resolve().parents[2]
PAST_THE_WORDS = {
    "cpl/querysets.py": "is where the words are",
    "cpl/actions/demo.py": "restricts test versions",
    "cpl/actions/imports/records.py": "writes records",
    "cpl/forms/beginning.py": "of the own Device Models of a manufacturer's editor, who may see all of theirs",
    "cpl/rules/knowledge.py": "loads for the checks, which look at what the author may see (`cpl.rules.sight`)",
    "cpl/selectors/estate/lagging.py": "counts only versions of which nothing is hidden from the reader",
    "cpl/selectors/estate/seen.py": "asks whether one is hidden now, to take back what an answer said",
    "cpl/rules/subject.py": "asks `cpl.rules.sight` first, and of a withdrawal's own entry reads its maker's record",
}
BY_ITS_RELATION = re.compile(r"""(?<!templatetags)\.fir\b(?=[.\s})_]|$)|\bfir__|["']fir["']""")


def test_nothing_reads_a_record_past_its_audience() -> None:
    files = [path for folder in ("cpl", "firmware_repo", "templates") for path in (ROOT / folder).rglob("*.*")]
    sources = [path for path in files if path.suffix in (".py", ".html", ".svg") and "migrations" not in path.parts]
    found = {path.relative_to(ROOT).as_posix() for path in sources if BY_ITS_RELATION.search(path.read_text())}
    assert found - {"cpl/models/firmware_information.py"} == set(PAST_THE_WORDS)
