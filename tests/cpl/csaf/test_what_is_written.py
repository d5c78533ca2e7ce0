"""Every notice becomes a document that the published schema and the mandatory tests of CSAF 2.0 accept."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import csaf.csaf.v20
import pytest
from django.conf import settings as portal
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from accounts.models import User
from cpl.actions.notices import drafts, publishing
from cpl.choices import NoticeAudience, NoticeKind, NoticeState, Severity, VersionStatus
from cpl.csaf import schema, writer
from cpl.csaf.addresses import as_uri
from cpl.models import CPLEntry, Notice, NoticeRevision
from cpl.notice_checks import is_web_link
from tests.cpl.csaf.notices import LINKS, contents, statuses, unfinished
from tests.cpl.csaf.official import refusals, run
from tests.factories import Cast, Catalogue
from tests.factories.notices import make_notice

# Without shrinking: an example takes tens of milliseconds, and a failing one shows the whole document.
MANY = settings(
    max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)


def written(notice: Notice, person: User) -> dict[str, Any]:
    """The document as whoever downloads it reads it."""
    document: dict[str, Any] = json.loads(writer.written(writer.document(notice, person)))
    schema.check(document)
    return document


def of_ember(catalogue: Catalogue) -> list[CPLEntry]:
    found = catalogue
    return [found.baseline, found.second, found.recommended, found.removed, found.test_version, found.restricted]


@pytest.mark.slow
@MANY
@given(data=st.data())
def test_any_published_notice_satisfies_schema_and_mandatory_tests(
    cast: Cast, catalogue: Catalogue, data: st.DataObject
) -> None:
    author = cast.manufacturer
    content, said = data.draw(contents()), data.draw(statuses(of_ember(catalogue)))
    begun = drafts.begin(by=author, manufacturer=catalogue.ember.manufacturer, content=content, versions=said)
    notice = publishing.publish(notice=begun, by=author, edition=begun.edition)
    for words in data.draw(st.lists(st.sampled_from(["Said better", "<b>&", "é\n\nu"]), max_size=2, unique=True)):
        changed = {**content, "title": f"{content['title']} {words}"}
        notice = publishing.revise(
            notice=notice, content=changed, versions=said, words=words, by=author, edition=notice.edition
        )
    if data.draw(st.booleans()):
        notice = publishing.withdraw(notice=notice, reason="Not so\nafter all", by=author, edition=notice.edition)

    for person in (author, cast.supplier, cast.rival_supplier, cast.moderator):
        assert refusals(written(notice, person)) == []


@MANY
@given(data=st.data())
def test_any_draft_satisfies_schema_and_mandatory_tests(cast: Cast, catalogue: Catalogue, data: st.DataObject) -> None:
    said = data.draw(st.just({}) | statuses(of_ember(catalogue)))
    notice = drafts.begin(
        by=cast.manufacturer, manufacturer=catalogue.ember.manufacturer, content=data.draw(unfinished()), versions=said
    )

    document = written(notice, cast.manufacturer)

    assert refusals(document) == []
    assert document["document"]["tracking"]["status"] == "draft"


def test_the_mandatory_tests_are_run_and_can_refuse(cast: Cast, catalogue: Catalogue) -> None:
    document = written(make_notice(cast, catalogue), cast.supplier)
    assert {"schema", *(f"6.1.{number}" for number in range(1, 34))} <= run(document)

    document["vulnerabilities"][0]["product_status"]["fixed"].append("CPL-001045")

    assert any(found.startswith("6.1.6 ") for found in refusals(document))


def test_the_schemas_are_those_that_oasis_and_first_published() -> None:
    """The same bytes as in a package of others, and the digest that the portal was given."""
    ours, theirs = portal.BASE_DIR / "static/vendor/csaf", Path(csaf.csaf.v20.__file__).parent / "schema"
    published = (ours / "csaf_json_schema.json").read_bytes()

    assert hashlib.sha256(published).hexdigest() == "29c114b35b0a30831f1674f2ab8b3ed9b2890cfeaa63b924ac6ed9d70ef44262"
    assert published == (theirs / "csaf.json").read_bytes()
    for name in ("cvss-v2.0.json", "cvss-v3.0.json", "cvss-v3.1.json"):
        assert (ours / name).read_bytes() == (theirs / "referenced" / name).read_bytes()


def test_vulnerability_with_reasons_and_action_is_vex(cast: Cast, catalogue: Catalogue) -> None:
    versions = {catalogue.baseline: VersionStatus.AFFECTED, catalogue.recommended: VersionStatus.FIXED}

    document = written(make_notice(cast, catalogue, versions=versions), cast.supplier)

    assert document["document"]["category"] == "csaf_vex"


def test_version_not_affected_without_reason_makes_it_a_security_advisory(cast: Cast, catalogue: Catalogue) -> None:
    """VEX wants to know why (4.5); what nobody said is not made up."""
    versions = {catalogue.baseline: VersionStatus.AFFECTED, catalogue.recommended: VersionStatus.NOT_AFFECTED}

    document = written(make_notice(cast, catalogue, versions=versions), cast.supplier)

    assert document["document"]["category"] == "csaf_security_advisory"


def test_fault_is_a_base_document(cast: Cast, catalogue: Catalogue) -> None:
    document = written(make_notice(cast, catalogue, kind=NoticeKind.FAULT, cves=[]), cast.supplier)

    assert document["document"]["category"] == "csaf_base"
    assert document["vulnerabilities"][0]["ids"][0]["text"].startswith("N-")
    assert {"category": "general", "title": "Kind of notice", "text": "Fault"} in document["document"]["notes"]


def test_each_cve_is_a_vulnerability_of_its_own(cast: Cast, catalogue: Catalogue) -> None:
    cves = ["CVE-2026-1000", "CVE-2026-1001", "CVE-2025-9999999"]

    document = written(make_notice(cast, catalogue, cves=cves), cast.supplier)

    assert [flaw["cve"] for flaw in document["vulnerabilities"]] == cves


def test_only_versions_that_the_person_sees_are_named(cast: Cast, catalogue: Catalogue) -> None:
    """`restricted` is for Ashdown Energy alone: nothing in Pennine's document tells of it."""
    versions = {
        catalogue.baseline: VersionStatus.AFFECTED, catalogue.second: VersionStatus.AFFECTED,
        catalogue.restricted: VersionStatus.FIXED,
    }  # fmt: skip
    notice = make_notice(cast, catalogue, versions=versions)

    of_ashdown, of_pennine = (
        writer.written(writer.document(notice, who)) for who in (cast.supplier, cast.rival_supplier)
    )

    assert b"CPL-001080" in of_ashdown and b"0DECAF01" in of_ashdown
    assert b"CPL-001080" not in of_pennine and b"0DECAF01" not in of_pennine
    assert b'"fixed"' not in of_pennine and b"vendor_fix" not in of_pennine


def test_sharing_is_narrower_where_the_notice_is(cast: Cast, catalogue: Catalogue) -> None:
    restricted = {catalogue.baseline: VersionStatus.AFFECTED, catalogue.restricted: VersionStatus.AFFECTED}
    for_all = make_notice(cast, catalogue)
    for_some = make_notice(cast, catalogue, audience=NoticeAudience.CONCERNED)
    of_restricted = make_notice(cast, catalogue, versions=restricted)
    draft = make_notice(cast, catalogue, NoticeState.DRAFT)

    def label(notice: Notice, person: User) -> str:
        return str(written(notice, person)["document"]["distribution"]["tlp"]["label"])

    assert label(for_all, cast.supplier) == "GREEN"
    assert label(for_some, cast.moderator) == "AMBER"
    assert label(of_restricted, cast.supplier) == "AMBER"
    assert label(of_restricted, cast.rival_supplier) == "GREEN"
    assert label(draft, cast.manufacturer) == "AMBER"


@pytest.mark.parametrize(
    ("author", "category"), [("manufacturer", "vendor"), ("moderator", "coordinator"), ("ssc", "coordinator")]
)
def test_publisher_is_whose_notice_it_is(cast: Cast, catalogue: Catalogue, author: str, category: str) -> None:
    publisher = written(make_notice(cast, catalogue, by=getattr(cast, author)), cast.supplier)["document"]["publisher"]

    assert publisher["category"] == category
    assert "contact_details" not in publisher


def test_every_revision_is_in_the_history(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue)
    versions = {catalogue.baseline.pk: ("affected", ""), catalogue.recommended.pk: ("fixed", "")}
    revised = publishing.revise(
        notice=notice, content={"severity": Severity.CRITICAL}, versions=versions, words="Worse than thought",
        by=cast.manufacturer, edition=notice.edition,
    )  # fmt: skip

    tracking = written(revised, cast.supplier)["document"]["tracking"]

    assert tracking["id"] == f"FIR-{notice.reference}"
    assert (tracking["version"], tracking["status"]) == ("2", "final")
    assert [each["summary"] for each in tracking["revision_history"]] == ["Published.", "Revised: Worse than thought"]


def test_clock_that_was_set_back_does_not_disorder_the_history(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue)
    first = NoticeRevision.objects.get(notice=notice)
    NoticeRevision.objects.create(
        notice=notice, number=2, event="revised", at=first.at - timedelta(days=3), by_name="M", by_party="N", words="x",
        content=first.content,
    )  # fmt: skip

    document = written(notice, cast.supplier)

    assert refusals(document) == []
    assert document["document"]["tracking"]["current_release_date"] == first.at.astimezone(UTC).strftime("%FT%TZ")


def test_withdrawn_notice_warns_of_nothing_any_more(cast: Cast, catalogue: Catalogue) -> None:
    document = written(make_notice(cast, catalogue, NoticeState.WITHDRAWN), cast.supplier)

    assert set(document) == {"document"}
    history = document["document"]["tracking"]["revision_history"]
    assert history[-1]["summary"] == "Withdrawn: The clock was set with a key after all."
    assert {note["title"] for note in document["document"]["notes"]} >= {"Reasoning for Withdrawal"}


def test_fix_is_offered_to_the_versions_of_its_own_model_only(cast: Cast, catalogue: Catalogue) -> None:
    gas = CPLEntry.objects.get(cpl_entry_id="CPL-002001")
    versions = {gas: VersionStatus.AFFECTED, catalogue.only_restricted: VersionStatus.FIXED}
    notice = make_notice(cast, catalogue, versions=versions, by=cast.competitor)

    (flaw,) = written(notice, cast.competitor)["vulnerabilities"]

    assert [each["details"] for each in flaw["remediations"]] == ["Upgrade to the version in which it is fixed."]


def test_removed_version_is_no_remedy(cast: Cast, catalogue: Catalogue) -> None:
    versions = {catalogue.baseline: VersionStatus.AFFECTED, catalogue.removed: VersionStatus.FIXED}

    (flaw,) = written(make_notice(cast, catalogue, versions=versions), cast.supplier)["vulnerabilities"]

    assert [each["category"] for each in flaw["remediations"]] == ["mitigation"]


def test_the_same_notice_is_written_alike_every_time(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue)

    first = writer.written(writer.document(notice, cast.supplier))

    assert first == writer.written(writer.document(Notice.objects.get(pk=notice.pk), cast.supplier))
    assert datetime.now(UTC).strftime("%FT%T.%f").encode() not in first


def test_device_without_firmware_version_is_named_so(cast: Cast, catalogue: Catalogue) -> None:
    display = CPLEntry.objects.get(cpl_entry_id="CPL-003001")
    notice = make_notice(cast, catalogue, versions={display: VersionStatus.AFFECTED}, by=cast.moderator)

    document = written(notice, cast.supplier)

    assert refusals(document) == []
    assert document["product_tree"]["branches"][0]["name"] == "Société Lumen Comptage SA"


@pytest.mark.parametrize(
    ("tracking_id", "name"),
    [("FIR-N-000017", "fir-n-000017.json"), ("Example Company - 2019-YH3234", "example_company_-_2019-yh3234.json"),
     ("RHBA-2019:0024", "rhba-2019_0024.json")],
)  # fmt: skip
def test_file_is_named_as_section_5_1_says(tracking_id: str, name: str) -> None:
    assert writer.file_name(tracking_id) == name


@given(LINKS | st.text(st.characters(exclude_categories=["Cs"])).map(lambda rest: f"https://a.example/{rest}"))
def test_every_link_becomes_an_address_that_the_schema_knows(link: str) -> None:
    assume(is_web_link(link))
    uri = as_uri(link)

    whole = {"document": {"references": [{"summary": "x", "url": uri}]}}
    assert not [each for each in schema.found(whole) if each.place.startswith("document.references")]
    assert as_uri(uri) == uri
