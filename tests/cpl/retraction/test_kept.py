"""A version that was withdrawn or removed stays wherever it was, with its reason and date; recommendations follow."""

import csv
import io
from dataclasses import dataclass

import pytest
from django.test import Client
from django.utils import timezone

from cpl.actions.publication import issues
from cpl.choices import SubmissionKind as Kind
from cpl.choices import SubmissionState as State
from cpl.models import CPLEntry
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue, make_issue, make_submission

pytestmark = pytest.mark.django_db

MODEL = "/models/7A01-8B0B030D/"
REASONS = {Kind.WITHDRAWAL: "The version loses its clock after a power cut.", Kind.REMOVAL: "Directed by the Panel"}


@dataclass
class Gone:
    """The version that was recommended, gone by an issue: how, and a supplier who looks for it."""

    kind: Kind
    entry: CPLEntry
    client: Client

    @property
    def reason(self) -> str:
        return REASONS[self.kind]

    def read(self, address: str) -> str:
        answer = self.client.get(address)
        assert answer.status_code == 200, address
        return " ".join(answer.content.decode().split())

    def table(self, address: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.client.get(address).content.decode("utf-8-sig"))))


@pytest.fixture(params=[Kind.WITHDRAWAL, Kind.REMOVAL])
def gone(request: pytest.FixtureRequest, cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> Gone:
    kind = request.param
    content = {"reason": REASONS[kind]}
    if kind == Kind.REMOVAL:
        content |= {"reference": "SECP-2026-17", "removed_on": timezone.localdate().strftime("%d/%m/%Y")}
    submission = make_submission(cast, catalogue, kind, State.ACCEPTED, entry=catalogue.recommended, content=content)
    issues.publish(issue=make_issue(cast, [submission]), by=cast.publisher)
    return Gone(kind, catalogue.recommended, signed_in(cast.supplier))


def today() -> str:
    day = timezone.localdate()
    return f"{day.day} {day:%b %Y}"


def test_it_is_found_and_its_page_says_when_and_why(gone: Gone) -> None:
    found = gone.client.get("/search/?q=CPL-001072")
    assert found.status_code == 302
    page = gone.read(found["Location"])
    assert gone.reason in page
    assert f"{timezone.localdate():%B %Y}" in page
    assert "Ember X495" in gone.read("/search/?q=01040605+ember")


def test_it_is_in_the_table_of_its_model_with_reason_and_date(gone: Gone) -> None:
    page = gone.read(MODEL)
    assert "01040605" in page
    assert f"{today()}: {gone.reason}" in page


def test_it_is_in_the_picture_told_apart_by_more_than_colour(gone: Gone) -> None:
    answer = gone.client.get(MODEL)
    (node,) = [node for node in answer.context["picture"].nodes if node.version.pk == gone.entry.pk]
    assert not node.version.is_deployable
    assert "01040605" in answer.content.decode()


def test_it_is_in_the_exports_with_reason_and_date(gone: Gone) -> None:
    (row,) = [row for row in gone.table(f"{MODEL}versions.csv") if row["CPL Entry ID"] == "CPL-001072"]
    word = "withdrawal" if gone.kind == Kind.WITHDRAWAL else "removal"
    assert row[f"Reason for {word}"] == gone.reason
    assert row["Withdrawn on" if gone.kind == Kind.WITHDRAWAL else "Removed on"] == timezone.localdate().isoformat()


def test_it_is_in_the_history_of_its_entry_and_of_its_model(gone: Gone) -> None:
    assert gone.reason in gone.read(gone.entry.get_absolute_url())
    page = gone.read(f"{MODEL}history/")
    assert "01040605" in page
    assert gone.reason in page


def test_it_is_in_the_issue_that_took_it_away(gone: Gone, cast: Cast) -> None:
    numbers = [row["href"] for row in links(gone, "/issues/")]
    assert any(gone.reason in gone.read(number) for number in numbers)


def links(gone: Gone, prefix: str) -> list[dict[str, str]]:
    import re  # noqa: PLC0415 - used here alone

    return [{"href": found} for found in re.findall(rf'href="({prefix}[^"./]+/)"', gone.read(prefix))]


# Recommendations follow at once ---------------------------------------------------------------------------------


def test_the_page_of_the_model_recommends_another(gone: Gone) -> None:
    assert gone.client.get(MODEL).context["summary"].recommended.firmware_version == "10030A08"


def test_the_search_recommends_another(gone: Gone) -> None:
    (row,) = [one for one in gone.client.get("/search/?q=ember").context["results"] if one.model.name == "Ember X495"]
    assert row.summary.recommended.firmware_version == "10030A08"


def test_the_export_of_the_search_recommends_another(gone: Gone) -> None:
    (row,) = [one for one in gone.table("/search/device-models.csv?q=ember") if one["Model name"] == "Ember X495"]
    assert (row["Recommended firmware version"], row["Recommended CPL Entry ID"]) == ("10030A08", "CPL-001050")


def test_the_route_leads_to_another_and_through_it_only_where_it_must(gone: Gone) -> None:
    page = gone.read(f"{MODEL}route/?from=09030A07")
    assert "10030A08" in page
    aimed = gone.read(f"{MODEL}route/?from=09030A07&to=01040605")
    assert gone.reason in aimed
