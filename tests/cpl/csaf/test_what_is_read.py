"""What is understood of a CSAF file: of ours the same notice, of others what they say, of anything else plain words."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from cpl.actions.notices import drafts, publishing
from cpl.choices import NoticeState, VersionStatus
from cpl.csaf import matching, reader, writer
from cpl.csaf.addresses import as_uri
from cpl.csaf.decoding import DEEPEST, LARGEST
from cpl.csaf.draft import Draft
from cpl.csaf.errors import CsafError, Problem
from cpl.csaf.texts import plain
from cpl.models import CPLEntry, Notice
from tests.cpl.csaf.notices import contents, statuses
from tests.cpl.csaf.official import refusals
from tests.cpl.csaf.test_what_is_written import MANY, of_ember
from tests.factories import Cast, Catalogue
from tests.factories.catalogue import make_entry, make_model
from tests.factories.notices import make_notice

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "csaf"
VEX, MANY_FLAWS = "vex-of-a-manufacturer.json", "two-weaknesses-of-a-coordinator.json"
VALID = (VEX, MANY_FLAWS, "information-without-vulnerability.json")


def sample(name: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads((SAMPLES / name).read_bytes())
    return document


def as_bytes(document: Any) -> bytes:
    return json.dumps(document).encode()


def refused(data: bytes) -> list[Problem]:
    """What is told of a file that cannot be read: never without what to do."""
    with pytest.raises(CsafError) as caught:
        reader.read(data)
    assert all(problem.message and problem.cure for problem in caught.value.problems)
    return caught.value.problems


def changed(change: Callable[[Any], object], name: str = VEX) -> bytes:
    """A sample with one thing done to it."""
    document = sample(name)
    change(document)
    return as_bytes(document)


@pytest.mark.slow
@MANY
@given(data=st.data())
def test_what_the_portal_wrote_reads_back_as_the_same_notice(
    cast: Cast, catalogue: Catalogue, data: st.DataObject
) -> None:
    content, said = data.draw(contents()), data.draw(statuses(of_ember(catalogue)))
    author = cast.moderator
    begun = drafts.begin(by=author, manufacturer=catalogue.ember.manufacturer, content=content, versions=said)
    notice = publishing.publish(notice=begun, by=author, edition=begun.edition)

    draft = reader.read(writer.written(writer.document(notice, author)))
    matched = matching.match(draft.statements, person=author, manufacturer=notice.manufacturer)
    again = drafts.begin(
        by=author, manufacturer=notice.manufacturer, content=draft.content.as_fields(),
        versions={found.entry.pk: (found.status, found.words) for found in matched.found},
    )  # fmt: skip

    assert matched.not_found == ()
    assert said_by(again) == said_by(notice)


def said_by(notice: Notice) -> dict[str, Any]:
    """Everything that a notice says: without control characters, and with addresses as RFC 3986 writes them."""
    fields = ("kind", "severity", "urgency", "deadline", "cves", "audience")
    return {
        **{name: getattr(notice, name) for name in fields},
        "title": plain(notice.title).split(),
        "summary": plain(notice.summary).strip(),
        "action": plain(notice.action).strip(),
        "advisory_link": as_uri(notice.advisory_link) if notice.advisory_link else "",
        "references": {(plain(one["summary"]).strip(), as_uri(one["url"])) for one in notice.references},
        "versions": {each.entry_id: (each.status, plain(each.words).strip()) for each in notice.versions.all()},
    }


@pytest.mark.parametrize("name", VALID)
def test_samples_are_csaf_by_the_mandatory_tests(name: str) -> None:
    assert refusals(sample(name)) == []


def test_advisory_of_a_manufacturer_is_understood() -> None:
    draft = reader.read((SAMPLES / VEX).read_bytes())

    assert draft.content.kind == "vulnerability"
    assert draft.content.title == "Ember X495: clock can be set without a key"
    assert draft.content.severity == "high"  # "Important"
    assert draft.content.summary == "Whoever is near the meter can set its clock over the home area network."
    assert draft.content.action == "Upgrade to R4."
    assert draft.content.cves == ["CVE-2026-41045"]
    assert draft.content.advisory_link == "https://northmoor.example/advisories/nm-2026-07"
    assert [one["url"] for one in draft.content.references] == [
        "https://northmoor.example/kb/31", "https://northmoor.example/firmware/r4",
    ]  # fmt: skip
    assert draft.origin == {"id": "NM-2026-07", "version": "1", "publisher": "Northmoor Metering Ltd"}


def test_its_products_are_matched_to_versions_or_told_why_not(cast: Cast, catalogue: Catalogue) -> None:
    draft = reader.read((SAMPLES / VEX).read_bytes())

    matched = match(draft, cast, catalogue)

    found = {str(each.entry): (each.status, each.how) for each in matched.found}
    assert found == {
        "CPL-001045": (VersionStatus.AFFECTED, (matching.BY_NAME,)),
        "CPL-001050": (VersionStatus.UNDER_INVESTIGATION, (matching.BY_NUMBER,)),
        "CPL-001072": (VersionStatus.FIXED, (matching.BY_HASH,)),
    }
    reasons = {each.statement.product.product_id: each.reason for each in matched.not_found}
    assert "no such Device Model and firmware version" in reasons["P-4"]
    assert "range of versions" in reasons["P-5"]


def match(draft: Draft, cast: Cast, catalogue: Catalogue, who: str = "manufacturer") -> matching.Matched:
    maker = catalogue.ember.manufacturer
    return matching.match(draft.statements, person=getattr(cast, who), manufacturer=maker)


def product(name: str, version: str, **helper: Any) -> bytes:
    """The sample with one affected product instead of all."""
    document = sample(VEX)
    helped = {"product_identification_helper": helper} if helper else {}
    leaf = {"category": "product_version", "name": version, "product": {"name": "It", "product_id": "P", **helped}}
    model = {"category": "product_name", "name": name, "branches": [leaf]}
    document["product_tree"] = {"branches": [{"category": "vendor", "name": "Northmoor", "branches": [model]}]}
    flaw = {"notes": document["vulnerabilities"][0]["notes"], "product_status": {"known_affected": ["P"]}}
    document["vulnerabilities"] = [flaw]
    return as_bytes(document)


def hashed(value: str) -> dict[str, Any]:
    return {"hashes": [{"filename": "f", "file_hashes": [{"algorithm": "sha256", "value": value}]}]}


def test_version_that_the_person_may_not_see_reads_as_one_that_does_not_exist(cast: Cast, catalogue: Catalogue) -> None:
    """SSC members see what is for all Parties; `restricted` is for Ashdown Energy and its maker."""
    hidden, missing = (reader.read(product("Ember X495", version)) for version in ("0DECAF01", "0DECAF99"))

    (of_hidden,), (of_missing,) = (match(draft, cast, catalogue, "ssc").not_found for draft in (hidden, missing))

    assert of_hidden.reason == of_missing.reason
    assert [str(each.entry) for each in match(hidden, cast, catalogue).found] == ["CPL-001080"]


def test_hash_of_one_version_under_the_number_of_another_is_not_matched(cast: Cast, catalogue: Catalogue) -> None:
    draft = reader.read(product("Other", "09030A07", **hashed("3fad726f" * 8)))

    (left_out,) = match(draft, cast, catalogue).not_found

    assert left_out.reason == "Its hash is that of CPL-001072, which has another firmware version than it names."


def test_name_that_several_models_have_is_not_guessed(cast: Cast, catalogue: Catalogue) -> None:
    twin = make_model(model_identifier="8B0C")
    entry = make_entry(twin, "09030A07")

    (left_out,) = match(reader.read(product("ember  x495", "09030A07")), cast, catalogue).not_found

    assert left_out.reason.startswith("Several versions fit its model name")
    assert "CPL-001045" in left_out.reason and entry.cpl_entry_id in left_out.reason


def test_another_vendor_of_a_matched_name_is_told(cast: Cast, catalogue: Catalogue) -> None:
    (found,) = match(reader.read(product("Ember X495", "09030A07")), cast, catalogue).found

    assert found.how == (f"{matching.BY_NAME}; the file names the vendor Northmoor",)


def test_manufacturers_own_label_names_a_version(cast: Cast, catalogue: Catalogue) -> None:
    CPLEntry.objects.filter(pk=catalogue.second.pk).update(firmware_label="Release 3.1")

    (found,) = match(reader.read(product("Ember X495", "release 3.1")), cast, catalogue).found

    assert found.entry == catalogue.second


def test_two_weaknesses_become_one_notice_with_the_gravest_status(cast: Cast, catalogue: Catalogue) -> None:
    draft = reader.read((SAMPLES / MANY_FLAWS).read_bytes())

    assert draft.content.cves == ["CVE-2026-50001", "CVE-2026-50002"]
    assert draft.content.severity == "critical"
    assert draft.content.action == "Switch the radio off."
    said = {each.product.product_id: (each.status, each.words) for each in draft.statements}
    assert said["SW-ON-HW"] == (VersionStatus.AFFECTED, "The counter is checked.")
    assert said["X"] == (VersionStatus.NOT_AFFECTED, "Component not present.\nThe counter is checked.")
    # Firmware on hardware is known by the hash of its firmware.
    assert [str(each.entry) for each in match(draft, cast, catalogue).found] == ["CPL-001050"]


def test_what_was_decided_and_left_out_is_told() -> None:
    told = [remark.message for remark in reader.read((SAMPLES / MANY_FLAWS).read_bytes()).remarks]

    for part in (
        "restricts who may read it", "may still change it", "2 vulnerabilities", "also says not affected",
        "most severe of its CVSS scores", "CVSS scores", "weaknesses (CWE)", "exploit status",
        "no status of 3 of its products",
    ):  # fmt: skip
        assert any(part in message for message in told), part


def test_restricted_file_is_drafted_for_the_concerned_only() -> None:
    read = (reader.read((SAMPLES / name).read_bytes()).content.as_fields()["audience"] for name in (MANY_FLAWS, VEX))

    assert tuple(read) == ("concerned", "all_parties")


def test_advisory_without_vulnerability_names_no_version() -> None:
    draft = reader.read((SAMPLES / "information-without-vulnerability.json").read_bytes())

    assert draft.statements == ()
    assert draft.content.summary == "No new firmware after March 2027."


def test_file_without_vulnerabilities_is_of_a_fault() -> None:
    without = changed(lambda file: file.pop("vulnerabilities"))
    assert (reader.read(without).content.kind, reader.read(as_bytes(sample(VEX))).content.kind) == (
        "fault", "vulnerability",
    )  # fmt: skip


def test_withdrawn_notice_is_told_as_withdrawn(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue, NoticeState.WITHDRAWN)

    draft = reader.read(writer.written(writer.document(notice, cast.supplier)))

    assert "Its publisher has withdrawn it." in [remark.message for remark in draft.remarks]


def test_product_that_the_tree_does_not_define_is_told(cast: Cast, catalogue: Catalogue) -> None:
    draft = reader.read(changed(lambda it: it["vulnerabilities"][0]["product_status"]["fixed"].append("GHOST")))

    (left_out,) = (each for each in match(draft, cast, catalogue).not_found if each.statement.product.name == "")

    assert left_out.reason == "The file’s product tree does not define it."


def test_long_texts_are_cut_and_told() -> None:
    draft = reader.read(changed(lambda it: it["document"].update(title="t" * 300)))

    assert len(draft.content.title) == 200
    assert any("title was cut to 200" in remark.message for remark in draft.remarks)


def test_link_that_leads_elsewhere_is_left_out() -> None:
    reference = {"category": "external", "summary": "Click", "url": "javascript:alert(1)"}
    draft = reader.read(changed(lambda it: it["document"].update(references=[reference])))

    assert "javascript" not in str(draft.content)
    assert any("leads to no page of the web" in remark.message for remark in draft.remarks)


def test_control_characters_do_not_reach_the_notice() -> None:
    draft = reader.read(changed(lambda it: it["document"].update(title="a\u0007\u001b[31m b")))

    assert draft.content.title == "a[31m b"


def test_every_flaw_of_the_form_has_place_value_and_cure() -> None:
    problems = refused((SAMPLES / "not-as-the-schema-says.json").read_bytes())

    told = {problem.place: (problem.value, problem.message) for problem in problems}
    assert told["document.publisher"][1] == "“namespace” is missing here."
    assert told["document.tracking.status"] == ("published", "It is none of the words that CSAF 2.0 knows here.")
    assert told["document.tracking.current_release_date"] == ("5 October 2026", "It is no date and time.")
    assert told["document.references[0].url"] == ("northmoor.example/advisories", "It is no complete address.")
    assert told["vulnerabilities[0].cve"][1] == "It does not have the form that CSAF 2.0 prescribes here."
    assert told["vulnerabilities[0].notes"][1] == "It should be a list, and is a text."
    assert len(problems) == 8


def test_of_many_flaws_twenty_are_told() -> None:
    with pytest.raises(CsafError) as caught:
        reader.read(changed(lambda it: it.update(vulnerabilities=[{"cve": n} for n in range(50)])))

    assert len(caught.value.problems) == 20
    assert caught.value.more


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "The file is empty."),
        (b"\xef\xbb\xbf \n", "The file is empty."),
        (b"\xff\xfe{\x00}\x00", "The file is not UTF-8 text"),
        (b"<?xml version='1.0'?><cvrfdoc/>", "The file is no JSON"),
        (b"{" + b" " * LARGEST, "The file is larger than 2 MB."),
        (b"[1, 2]", "The file holds no JSON object."),
        (b"{}", "The file is JSON, and no CSAF document."),
        (b'{"bomFormat": "CycloneDX"}', "It looks like a CycloneDX file."),
        (b'{"document": {"csaf_version": "2.1"}}', "The file is of another version of CSAF; only 2.0 is read."),
        (b'{"document": {"csaf_version": 2.0}}', "The file is of another version of CSAF; only 2.0 is read."),
        (b'{"a": NaN}', "It holds NaN, which is no number of JSON."),
        (b'{"a": -Infinity}', "It holds -Infinity, which is no number of JSON."),
        (b'{"a": 1e999}', "It holds the number 1e999, which is too large to be read."),
        (b'{"a": ' + b"9" * 5000 + b"}", "It holds a number of thousands of digits."),
        (b'{"a": "\\ud800"}', "It holds a character that no text has"),
        (b'{"a": "\\u0000"}', "It holds a character that no text has"),
        (b'{"\\udfff": 1}', "It holds a character that no text has"),
        (b'{"a": {"b": 1, "b": 2}}', "stands twice in one object"),
        (b"[" * 100_000, "The file is nested more than"),
        (b'{"a":' * DEEPEST + b"[1]" + b"}" * DEEPEST, "The file is nested more than"),
        (b"[" + b"0," * 250_000 + b"0]", "The file holds more than 200,000 values."),
    ],
    ids=lambda value: value[:40] if isinstance(value, str) else "",
)
def test_what_is_no_csaf_file_is_refused_in_plain_words(data: bytes, message: str) -> None:
    (problem,) = refused(data)

    assert message in problem.message


def test_name_that_stands_twice_is_told_with_its_place() -> None:
    text = (
        (SAMPLES / VEX).read_text().replace('"csaf_version": "2.0",', '"csaf_version": "2.0", "csaf_version": "2.0",')
    )

    (problem,) = refused(text.encode())

    assert problem.place == "document.csaf_version"


def test_byte_order_mark_is_no_reason_to_refuse() -> None:
    assert reader.read(b"\xef\xbb\xbf" + (SAMPLES / VEX).read_bytes()).content.cves == ["CVE-2026-41045"]


def test_file_that_would_make_a_slow_reader_work_for_minutes_is_read_at_once() -> None:
    """Lists of objects that must all differ: compared each with each, 30,000 take 450 million comparisons."""
    ids = [{"system_name": "a", "text": str(number)} for number in range(30_000)]

    draft = reader.read(changed(lambda it: it["vulnerabilities"][0].update(ids=ids)))

    assert draft.content.cves == ["CVE-2026-41045"]


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place of a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for step, each in inner for place in places(each, (*path, step)))]


WRONG = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20) | st.sampled_from(["P-1", "G", "SW", "HW", "2026-13-01T00:00:00Z", "CVE-2026-1", "\ud800"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=st.sampled_from(VALID), data=st.data())
def test_file_with_anything_in_the_wrong_place_is_read_or_refused_and_never_fails(
    name: str, data: st.DataObject
) -> None:
    document = sample(name)
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from([place for place in places(document) if place] or [("document",)]))
        holder: Any = document
        for step in way:
            holder = holder[step]
        if data.draw(st.booleans()):
            holder[last] = data.draw(WRONG)
        elif isinstance(holder, dict):
            holder.pop(last, None)
        else:
            holder.append(holder[last])

    try:
        draft = reader.read(as_bytes(document))
    except CsafError as error:
        assert 0 < len(error.problems) <= 20
        assert all(problem.message and problem.cure for problem in error.problems)
    else:
        assert draft.content.kind in ("fault", "vulnerability")


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@example(b'{"document": null}')
@example(b'{"document": {"csaf_version": null}}')
def test_any_bytes_are_refused_and_never_fail(data: bytes) -> None:
    refused(data)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=30))
def test_any_words_of_a_product_are_matched_or_told(cast: Cast, catalogue: Catalogue, text: str) -> None:
    uri = {"namespace": "https://n.example", "uri": "http://localhost:8000/entries/%00/"}
    draft = reader.read(product(text, text, model_numbers=[text], x_generic_uris=[uri]))

    matched = match(draft, cast, catalogue)

    assert len(matched.found) + len(matched.not_found) == 1


def test_deadline_of_the_portals_own_words_is_a_day() -> None:
    note = {"category": "general", "title": "To be done by", "text": "2027-02-30"}
    wrong = reader.read(changed(lambda it: it["document"]["notes"].append(note)))
    right = reader.read(changed(lambda it: it["document"]["notes"].append({**note, "text": "2027-02-28"})))

    assert (wrong.content.deadline, right.content.deadline) == (None, date(2027, 2, 28))
