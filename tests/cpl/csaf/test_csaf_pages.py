"""Taking a notice away as CSAF, and beginning a draft from a CSAF file."""

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from accounts.models import AuditEvent, Party
from cpl.actions.visibility import restrict
from cpl.choices import NoticeState, VersionStatus
from cpl.csaf import sealed
from cpl.models import Notice
from tests.conftest import SignedIn
from tests.factories import Cast, Catalogue
from tests.factories.notices import make_notice

UPLOAD = "/notices/from-csaf/"
SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "csaf"
VEX = (SAMPLES / "vex-of-a-manufacturer.json").read_bytes()


def upload(client: Client, content: bytes = VEX, **more: Any) -> Any:
    return client.post(UPLOAD, {"file": SimpleUploadedFile("advisory.json", content), **more})


def read(response: Any) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def understood(response: Any) -> str:
    field = read(response).select_one("input[name=understood]")
    assert field is not None
    return str(field["value"])


def test_notice_is_taken_away_as_csaf(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    notice = make_notice(cast, catalogue)

    response = signed_in(cast.supplier).get(f"/notices/{notice.pk}/csaf.json")

    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == f'attachment; filename="fir-n-{notice.pk:06}.json"'
    assert json.loads(response.content)["document"]["tracking"]["id"] == f"FIR-{notice.reference}"


def test_taking_it_away_is_on_record(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    notice = make_notice(cast, catalogue)

    signed_in(cast.supplier).get(f"/notices/{notice.pk}/csaf.json")

    event = AuditEvent.objects.get(name="list.exported")
    assert event.object_label == f"Notice {notice.reference}"
    assert event.details == {"rows": 2, "format": "csaf"}


@pytest.mark.parametrize(
    ("who", "status"),
    [("manufacturer", 200), ("competitor", 404), ("supplier", 404), ("moderator", 404), ("stranger", 403)],
)
def test_draft_is_taken_away_by_its_party_only(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, who: str, status: int
) -> None:
    notice = make_notice(cast, catalogue, NoticeState.DRAFT)

    assert signed_in(getattr(cast, who)).get(f"/notices/{notice.pk}/csaf.json").status_code == status


def test_notice_about_a_restricted_version_is_not_for_who_may_not_see_it(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    notice = make_notice(cast, catalogue, versions={catalogue.restricted: VersionStatus.AFFECTED})

    assert signed_in(cast.supplier).get(f"/notices/{notice.pk}/csaf.json").status_code == 200
    assert signed_in(cast.rival_supplier).get(f"/notices/{notice.pk}/csaf.json").status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("manufacturer", 200), ("moderator", 200), ("ssc", 200), ("supplier", 403), ("auditor", 403), ("stranger", 403)],
)
def test_only_who_issues_notices_uploads(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, who: str, status: int
) -> None:
    client = signed_in(getattr(cast, who))

    assert client.get(UPLOAD).status_code == status
    assert upload(client, manufacturer=catalogue.ember.manufacturer.pk).status_code == status


def test_preview_tells_what_was_understood_and_makes_nothing(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    response = upload(signed_in(cast.manufacturer))

    page = read(response).get_text(" ", strip=True)
    assert "What was understood of NM-2026-07" in page
    assert "3 versions of Northmoor Metering Ltd are named; 2 products could not be matched" in page
    assert "Ember X495 DEADBEEF" in page and "vers:generic/<09030A07" not in page
    assert not Notice.objects.exists()


def test_confirming_begins_the_draft(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    client = signed_in(cast.manufacturer)

    response = client.post(UPLOAD, {"understood": understood(upload(client))})

    draft = Notice.objects.get()
    assert response["Location"] == f"/notices/{draft.pk}/edit/"
    assert (draft.state, draft.title, draft.severity) == (
        "draft", "Ember X495: clock can be set without a key", "high",
    )  # fmt: skip
    assert draft.drafted_from.pop("seal")
    assert draft.drafted_from == {"id": "NM-2026-07", "version": "1", "publisher": "Northmoor Metering Ltd"}
    assert {str(each.entry): (each.status, each.words) for each in draft.versions.select_related("entry")} == {
        "CPL-001045": ("affected", "Tariff switching at the wrong time."),
        "CPL-001050": ("under_investigation", ""),
        "CPL-001072": ("fixed", ""),
    }


def test_document_that_was_used_before_is_told(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    client = signed_in(cast.manufacturer)
    client.post(UPLOAD, {"understood": understood(upload(client))})

    assert "This document was used before" in read(upload(client)).get_text()
    assert (
        "This document was used before"
        not in read(upload(signed_in(cast.moderator), manufacturer=catalogue.ember.manufacturer.pk)).get_text()
    )


def test_confirming_twice_leads_to_the_one_draft(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    client = signed_in(cast.manufacturer)
    shown = understood(upload(client))
    first = client.post(UPLOAD, {"understood": shown})

    second = client.post(UPLOAD, {"understood": shown}, follow=True)

    assert second.redirect_chain == [(first["Location"], 302)]
    assert f"{Notice.objects.get().reference} was already begun from this preview" in read(second).get_text()


def test_each_preview_begins_a_draft_of_its_own(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    client = signed_in(cast.manufacturer)
    for shown in [understood(upload(client)) for _ in range(2)]:
        client.post(UPLOAD, {"understood": shown})

    assert Notice.objects.count() == 2


def test_words_of_two_products_of_one_version_are_cut_together(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    document = json.loads(VEX)
    document["product_tree"]["full_product_names"] = [full(key, catalogue.recommended.firmware_hash) for key in "AB"]
    threats = [{"category": "impact", "details": key * 400, "product_ids": [key]} for key in "AB"]
    document["vulnerabilities"][0].update(product_status={"known_affected": ["A", "B"]}, threats=threats)
    client = signed_in(cast.manufacturer)

    shown = upload(client, json.dumps(document).encode())
    response = client.post(UPLOAD, {"understood": understood(shown)})

    assert "The text about a version was cut to 500 characters." in read(shown).get_text()
    assert response.status_code == 302
    assert Notice.objects.get().versions.get().words == "A" * 400 + "\n" + "B" * 98 + "…"


def full(key: str, value: str) -> dict[str, Any]:
    """A product that is known by its hash alone."""
    hashes = [{"filename": "f", "file_hashes": [{"algorithm": "sha256", "value": value.lower()}]}]
    return {"name": key, "product_id": key, "product_identification_helper": {"hashes": hashes}}


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x1b", "\x7f", "\x85", "\ufffe", "\u202e"])
def test_strange_character_in_any_text_makes_a_draft_or_is_refused(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, sign: str
) -> None:
    document = json.loads(VEX)
    document["document"]["title"] += sign
    document["document"]["tracking"]["id"] += sign
    document["document"]["publisher"]["name"] += sign
    document["vulnerabilities"][0]["threats"][0]["details"] += sign
    client = signed_in(cast.manufacturer)

    shown = upload(client, json.dumps(document).encode())

    if sign == "\x00":
        assert "It holds a character that no text has" in read(shown).get_text()
        return
    assert ("has control characters in 4 texts" in read(shown).get_text()) == (sign < "\xa0")
    assert client.post(UPLOAD, {"understood": understood(shown)}).status_code == 302


def test_file_of_this_repository_says_which_notice_it_is(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    notice = make_notice(cast, catalogue)
    client = signed_in(cast.manufacturer)
    taken = client.get(f"/notices/{notice.pk}/csaf.json").content

    assert f"This is already here as {notice.reference}" in read(upload(client, taken)).get_text()
    assert "already here as" not in read(upload(client)).get_text()


def test_restriction_of_its_readers_is_a_warning(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    file = json.loads(VEX)
    file["document"]["distribution"] = {"tlp": {"label": "RED"}}

    page = read(upload(signed_in(cast.manufacturer), json.dumps(file).encode()))

    assert [one.get_text() for one in page.select(".fir-notice--warning .fir-notice__title")][:1] == [
        "TLP:RED: its readers are restricted"
    ]
    assert not page.select(".fir-csaf-remarks") or "TLP:RED" not in page.select(".fir-csaf-remarks")[0].get_text()


def test_what_another_person_was_shown_begins_nothing(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    shown = understood(upload(signed_in(cast.manufacturer)))

    response = signed_in(cast.moderator).post(UPLOAD, {"understood": shown})

    assert response.status_code == 409
    assert not Notice.objects.exists()


@pytest.mark.parametrize("given", ["", "x", "eyJhIjoxfQ:1uAbCd:abc"])
def test_what_was_never_shown_begins_nothing(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, given: str) -> None:
    response = signed_in(cast.manufacturer).post(UPLOAD, {"understood": given})

    assert response.status_code == 409
    assert "Upload the file again." in read(response).get_text()


def test_preview_that_lay_too_long_begins_nothing(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(cast.manufacturer)
    shown = understood(upload(client))
    monkeypatch.setattr(sealed, "SECONDS", -1)

    assert client.post(UPLOAD, {"understood": shown}).status_code == 409
    assert not Notice.objects.exists()


def test_version_that_was_hidden_meanwhile_is_not_named(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    """The SSC sees what is for all Parties: the baseline is given to Ashdown alone between preview and decision."""
    client = signed_in(cast.ssc)
    shown = understood(upload(client, manufacturer=catalogue.ember.manufacturer.pk))
    restrict(record=catalogue.baseline, parties=Party.objects.filter(name="Ashdown Energy"), by=None)

    assert client.post(UPLOAD, {"understood": shown}).status_code == 409
    assert not Notice.objects.exists()


def test_manufacturer_of_others_cannot_be_chosen(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    """Northmoor's editor has one manufacturer: whatever is sent besides is not looked at."""
    response = upload(signed_in(cast.manufacturer), manufacturer=catalogue.gas.manufacturer.pk)

    assert "of Northmoor Metering Ltd" in read(response).get_text()


def test_no_file_is_told_at_its_field(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    response = signed_in(cast.manufacturer).post(UPLOAD)

    assert "Choose a file first." in read(response).get_text()


def test_flaws_of_the_form_are_listed(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    response = upload(signed_in(cast.manufacturer), (SAMPLES / "not-as-the-schema-says.json").read_bytes())

    page = read(response)
    assert len(page.select(".govuk-error-summary__body li")) == 8
    assert "document.references[0].url “northmoor.example/advisories” stands here." in page.get_text(" ", strip=True)


def test_what_the_file_says_is_shown_as_text(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    content = VEX.replace(b"Ember X495: clock", b"<script>alert(1)</script><b>clock")

    page = read(upload(signed_in(cast.manufacturer), content))

    assert not page.select("main script, main b")
    assert "<script>alert(1)</script>" in page.get_text()


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(
    content=st.binary(max_size=60)
    | st.builds(lambda at, put: VEX[:at] + put + VEX[at:], st.integers(0, len(VEX)), st.binary(min_size=1, max_size=4))
    | st.builds(lambda at, to: VEX[:at] + VEX[to:], st.integers(0, len(VEX)), st.integers(0, len(VEX)))
)
def test_any_file_gets_a_page(cast: Cast, catalogue: Catalogue, signed_in: SignedIn, content: bytes) -> None:
    client, person = signed_in(cast.manufacturer), cast.manufacturer

    assert upload(client, content).status_code == 200
    assert not Notice.objects.filter(created_by=person).exists()
