"""The route as a spreadsheet."""

import csv
from io import BytesIO, StringIO
from itertools import pairwise

import pytest
from openpyxl import load_workbook

from accounts.models import AuditEvent
from cpl.models import FirmwareInformation, UpgradePathLink
from tests.conftest import SignedIn
from tests.cpl.routes.conftest import CODINGS, Chain
from tests.cpl.routes.notices import publish
from tests.factories import Cast, make_entry, make_model

pytestmark = pytest.mark.django_db


@pytest.fixture
def rows(cast: Cast, chain: Chain, signed_in: SignedIn) -> "Exported":
    return Exported(cast, chain, signed_in)


class Exported:
    """Downloads as a supplier's analyst gets them."""

    def __init__(self, cast: Cast, chain: Chain, signed_in: SignedIn) -> None:
        self._client, self._chain = signed_in(cast.supplier), chain

    def content(self, asked: str, ending: str = "csv") -> bytes:
        answer = self._client.get(asked.replace("route/?", f"route.{ending}?"))
        assert answer.status_code == 200
        return bytes(answer.content)

    def csv(self, start: str = CODINGS[0], target: str = "") -> list[dict[str, str]]:
        text = self.content(self._chain.asked(start, target)).decode("utf-8-sig")
        return list(csv.DictReader(StringIO(text)))


def test_every_step_is_a_row_in_order(rows: Exported) -> None:
    told = [(row["Step"], row["What"], row["Upgrade from"], row["Firmware version"]) for row in rows.csv()]
    assert told[0] == ("0", "Installed", "", CODINGS[0])
    assert [row[2:] for row in told[1:]] == list(pairwise(CODINGS))
    assert told[-1][1] == "Upgrade to the target"


def test_identifiers_stay_text_in_a_workbook(chain: Chain, rows: Exported) -> None:
    sheet = load_workbook(BytesIO(rows.content(chain.asked(CODINGS[0]), "xlsx"))).active
    assert sheet is not None
    headings, *lines = sheet.iter_rows(values_only=True)
    assert [line[headings.index("Firmware version")] for line in lines] == list(CODINGS)


def test_all_ways_and_all_that_they_pass_over_are_taken_along(chain: Chain, rows: Exported) -> None:
    UpgradePathLink.objects.create(
        entry=chain.entries[5], predecessor=chain.entries[3], manufacturer=chain.model.manufacturer
    )
    told = rows.csv()
    assert {row["Way"] for row in told} == {"1", "2"}
    assert [row["Firmware version"] for row in told if row["What"] == "Passed over"] == [CODINGS[4]]
    assert all(row["What the manufacturer says of it"].startswith("Note number") for row in told)


def test_what_stands_against_a_step_and_how_urgent_it_is_are_told(cast: Cast, chain: Chain, rows: Exported) -> None:
    chain.remove(2)
    notice = publish(cast.manufacturer, {chain.entries[0]: "affected"}, urgency="urgent")
    removed = rows.csv()[2]
    assert removed["Stands against it"] == "Removed on 1 May 2025: It bricks meters (SSC 12)"
    assert removed["Urgency from the installed version"].startswith(f"Urgent: notice {notice.reference}")
    assert rows.csv()[0]["Open notices"] == f"{notice.reference} Clock runs backwards (affected)"


def test_without_a_route_the_file_says_why(chain: Chain, rows: Exported) -> None:
    [row] = rows.csv(CODINGS[3], CODINGS[1])
    assert row["What"] == f"The version you chose, {CODINGS[1]}, comes before yours"


def test_what_a_spreadsheet_would_run_is_neutralised(chain: Chain, rows: Exported) -> None:
    FirmwareInformation.objects.filter(entry=chain.entries[1]).update(notes="=1+1")
    assert rows.csv()[1]["What the manufacturer says of it"] == "'=1+1"


def test_an_export_is_recorded(cast: Cast, chain: Chain, rows: Exported) -> None:
    rows.csv()
    event = AuditEvent.objects.get(name="list.exported")
    assert event.details["rows"] == 6
    # Not from which version: what is in whose houses is nobody else's business.
    assert event.object_label == "Routes of Stair M6"


@pytest.mark.parametrize("start", ["", "FFFFFFFF", "1.2.3"])
def test_there_is_no_file_of_a_version_that_is_not_here(
    cast: Cast, chain: Chain, signed_in: SignedIn, start: str
) -> None:
    asked = chain.asked(start).replace("route/?", "route.csv?")
    assert signed_in(cast.supplier).get(asked).status_code == 404


def test_signs_of_an_entry_id_do_not_reach_the_name_of_the_file(cast: Cast, signed_in: SignedIn) -> None:
    display = make_model(name="Display", device_type="IHD", model_identifier="57A9")
    make_entry(display, "", cpl_entry_id='CPL-"7;x')
    answer = signed_in(cast.supplier).get(f"{display.get_absolute_url()}route.csv", {"from": 'cpl-"7;x'})
    assert answer["Content-Disposition"].count('"') == 2


def test_what_stands_against_the_installed_version_comes_first_where_no_way_leads_on(
    chain: Chain, rows: Exported
) -> None:
    chain.remove(3)
    [row] = rows.csv(CODINGS[3], CODINGS[1])
    assert row["What"] == (
        f"In the house: {CODINGS[3]}. Removed on 1 May 2025: It bricks meters (SSC 12). "
        f"Ask the manufacturer what to do. The version you chose, {CODINGS[1]}, comes before yours"
    )


def test_a_notice_against_the_installed_version_is_in_the_answer_of_the_file(
    cast: Cast, chain: Chain, rows: Exported
) -> None:
    notice = publish(cast.manufacturer, {chain.entries[3]: "under_investigation"})
    [row] = rows.csv(CODINGS[3], CODINGS[1])
    assert f"{CODINGS[3]}. Notice {notice.reference}: under investigation. Ask the manufacturer" in row["What"]


def test_what_stands_against_the_installed_version_is_told_with_a_way(chain: Chain, rows: Exported) -> None:
    chain.remove(0)
    assert rows.csv()[0]["Stands against it"] == "Removed on 1 May 2025: It bricks meters (SSC 12)"
