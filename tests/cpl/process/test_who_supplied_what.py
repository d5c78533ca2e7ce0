"""Who supplied what of an entry, and when: for what the person may see, and marked where nobody confirmed it."""

from typing import Any

from bs4 import BeautifulSoup, Tag
from django.test import Client

from accounts.models import Party
from cpl.actions.visibility import restrict
from cpl.choices import PathwayState, SubmissionKind, SubmissionState
from cpl.models import CPLEntry
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue
from tests.factories.submissions import make_submission

Kind, State = SubmissionKind, SubmissionState


def section(client: Client, entry: CPLEntry) -> Tag:
    page = BeautifulSoup(client.get(entry.get_absolute_url()).content, "html.parser")
    found = page.find("section", attrs={"aria-labelledby": "supplied-title"})
    assert isinstance(found, Tag)
    return found


def rows(client: Client, entry: CPLEntry) -> list[list[str]]:
    return [[cell.get_text(" ", strip=True) for cell in row.find_all(["th", "td"])]
            for row in section(client, entry).select("tbody tr")]  # fmt: skip


def test_what_the_first_load_brought_is_marked_as_not_confirmed(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    text = section(signed_in(cast.supplier), catalogue.recommended).text
    assert "From the CPL, not confirmed by the manufacturer" in text
    assert "From the FIR spreadsheet, not confirmed by the manufacturer" in text


def test_a_published_correction_names_its_party_and_its_days(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    done = make_submission(cast, catalogue, Kind.CORRECTION, State.PUBLISHED)
    ((what, party, submitted, accepted, published),) = rows(signed_in(cast.supplier), catalogue.baseline)
    assert (what, party) == ("Correction of a published field", "Northmoor Metering Ltd")
    assert submitted and accepted
    assert done.issue is not None
    assert f"issue {done.issue.number}" in published


def test_what_waits_is_not_told(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    make_submission(cast, catalogue, Kind.CORRECTION, State.ACCEPTED)
    assert rows(signed_in(cast.supplier), catalogue.baseline) == []


def test_what_another_party_supplied_says_that_the_manufacturer_confirmed_it(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    make_submission(cast, catalogue, Kind.HASH, State.PUBLISHED)
    ((what, party, *_),) = rows(signed_in(cast.supplier), catalogue.test_version)
    assert (what, party) == ("Hash of an entry", "DCC confirmed by the manufacturer")


def test_hidden_firmware_information_leaves_no_row(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    make_submission(cast, catalogue, Kind.INFORMATION, State.PUBLISHED)
    restrict(record=catalogue.test_version.fir, parties=[Party.objects.get(name="Ashdown Energy")], by=None)
    assert [row[0] for row in rows(signed_in(cast.supplier), catalogue.test_version)] == ["Firmware information"]
    assert rows(signed_in(cast.rival_supplier), catalogue.test_version) == []


def test_a_pathway_that_is_all_hidden_leaves_no_row(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    make_submission(cast, catalogue, Kind.PATHWAY, State.PUBLISHED)
    assert CPLEntry.objects.get(pk=catalogue.test_version.pk).pathway_state == PathwayState.THESE_ENTRIES
    assert [row[0] for row in rows(signed_in(cast.rival_supplier), catalogue.test_version)] == ["Upgrade pathway"]
    restrict(record=catalogue.recommended, parties=[Party.objects.get(name="Ashdown Energy")], by=None)
    assert rows(signed_in(cast.rival_supplier), catalogue.test_version) == []


def test_the_submission_is_linked_for_its_party_the_maker_and_secas_only(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    done = make_submission(cast, catalogue, Kind.HASH, State.PUBLISHED)
    link = done.get_absolute_url()

    def linked(who: Any) -> bool:
        client = signed_in(who)
        found = section(client, catalogue.test_version).find("a", href=link) is not None
        assert (client.get(link).status_code == 200) == found
        return found

    assert [linked(who) for who in (cast.submitter, cast.manufacturer, cast.auditor)] == [True] * 3
    assert [linked(who) for who in (cast.supplier, cast.competitor)] == [False] * 2
