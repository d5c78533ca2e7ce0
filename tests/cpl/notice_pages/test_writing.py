"""Writing a notice: the form and its versions, stretches of the pathway, and two people at once."""

from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from cpl.actions.notices import drafts
from cpl.choices import NoticeState, VersionStatus
from cpl.forms.notices import read_kept, write_kept
from cpl.models import CPLEntry, Notice
from tests.conftest import SignedIn
from tests.cpl.notice_pages.conftest import AFFECTED, FIXED, boxes, errors, row, soup, status_of, text
from tests.factories import Cast, Catalogue, make_entry, make_model, make_notice
from tests.factories.notices import as_versions

pytestmark = pytest.mark.django_db


def edit(notice: Notice) -> str:
    return f"/notices/{notice.pk}/edit/"


def sent(client: Client, notice: Notice, **typed: Any) -> Any:
    """The page's form with these boxes filled differently."""
    return client.post(edit(notice), {**boxes(client.get(edit(notice))), **typed}, follow=True)


def test_draft_is_begun_with_the_model_open_that_led_to_it(mei: Client, catalogue: Catalogue) -> None:
    answer = mei.post("/notices/new/?model=7A01-8B0B030D", {"kind": "fault", "title": "Begun"}, follow=True)
    draft = Notice.objects.get()
    assert (draft.title, draft.state, str(draft.party)) == ("Begun", NoticeState.DRAFT, "Northmoor Metering Ltd")
    assert "Ember X495" in text(answer) and "No version is named yet" in text(answer)


def test_whoever_issues_for_all_chooses_the_manufacturer(cast: Cast, catalogue: Catalogue, signed_in: SignedIn) -> None:
    sol = signed_in(cast.ssc)
    assert errors(sol.post("/notices/new/", {"kind": "fault", "title": "T"})) == ["Choose the manufacturer"]
    answer = sol.post(
        "/notices/new/", {"kind": "fault", "title": "T", "manufacturer": catalogue.gas.manufacturer_id}, follow=True
    )
    assert answer.status_code == 200 and Notice.objects.get().manufacturer == catalogue.gas.manufacturer


def test_manufacturer_cannot_begin_about_a_competitor(mei: Client, catalogue: Catalogue) -> None:
    mei.post("/notices/new/", {"kind": "fault", "title": "T", "manufacturer": catalogue.gas.manufacturer_id})
    assert Notice.objects.get().manufacturer == catalogue.ember.manufacturer


def test_what_is_typed_is_saved(mei: Client, draft: Notice, catalogue: Catalogue) -> None:
    answer = sent(
        mei, draft, then="save", title="Clock", deadline="31/12/2099", cves="cve-2026-11111, CVE-2026-22222",
        references="https://northmoor.example/faq Questions and answers", **row(catalogue.second, AFFECTED, "Not yet"),
    )  # fmt: skip
    draft.refresh_from_db()
    assert "Saved at" in text(answer)
    assert (draft.title, str(draft.deadline), draft.cves) == (
        "Clock", "2099-12-31", ["CVE-2026-11111", "CVE-2026-22222"]
    )  # fmt: skip
    assert draft.references == [{"summary": "Questions and answers", "url": "https://northmoor.example/faq"}]
    assert status_of(draft)["CPL-001050"] == "affected"


def test_page_that_is_saved_untouched_changes_nothing(mei: Client, draft: Notice) -> None:
    before = status_of(draft)
    sent(mei, draft, then="save")
    draft.refresh_from_db()
    assert (draft.edition, status_of(draft)) == (1, before)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ({"title": " "}, "Enter a title"),
        ({"cves": "CVE-2026-1"}, "Enter identifiers such as CVE-2026-12345: “CVE-2026-1” is none."),
        ({"advisory_link": "javascript:alert(1)"}, "“javascript:alert(1)” is none."),
        ({"references": "https://a.example ok\nfaq"}, "Enter an address first in line 2"),
        ({"deadline": "soon"}, "Enter a day, such as 31/12/2026"),
        ({"severity": "terrible"}, "Severity: Select a valid choice."),
        ({"summary": "x" * 4001}, "Enter at most 4,000 characters"),
    ],
)
def test_error_names_its_place_and_cure_and_saves_nothing(
    mei: Client, draft: Notice, typed: dict[str, str], told: str
) -> None:
    answer = sent(mei, draft, then="save", **typed)
    assert [told in one for one in errors(answer)] == [True]
    draft.refresh_from_db()
    assert draft.edition == 1


def test_words_without_a_status_are_kept_in_the_box_and_told(mei: Client, draft: Notice, catalogue: Catalogue) -> None:
    answer = sent(mei, draft, then="save", **row(catalogue.second, "", "Only in winter"))
    assert errors(answer) == ["Choose what the notice says of this version: it has words and no status."]
    box = soup(answer).find(id=f"w_{catalogue.second.pk}")
    assert box and box["value"] == "Only in winter"


def test_stretch_fills_every_version_between_and_saves_nothing(
    mei: Client, draft: Notice, catalogue: Catalogue
) -> None:
    model, first, last = catalogue.ember.pk, catalogue.baseline.pk, catalogue.recommended.pk
    ends = {f"from_{model}": first, f"to_{model}": last, f"as_{model}": "under_investigation"}
    answer = sent(mei, draft, then=f"stretch-{model}", **ends)
    shown = boxes(answer)
    assert {shown[f"s_{entry.pk}"][0] for entry in (catalogue.baseline, catalogue.second, catalogue.recommended)} == {
        "under_investigation"
    }
    assert shown[f"s_{catalogue.test_version.pk}"] == [""]
    assert "3 versions are set to “under investigation” below. Nothing is saved yet." in text(answer)
    assert status_of(draft) == {"CPL-001045": "affected", "CPL-001072": "fixed"}


def test_stretch_without_a_way_says_what_to_do(mei: Client, draft: Notice, catalogue: Catalogue) -> None:
    model = catalogue.ember.pk
    ends = {f"from_{model}": catalogue.recommended.pk, f"to_{model}": catalogue.baseline.pk, f"as_{model}": "fixed"}
    assert "Exchange the two." in text(sent(mei, draft, then=f"stretch-{model}", **ends))


def test_stretch_without_its_ends_asks_for_them(mei: Client, draft: Notice, catalogue: Catalogue) -> None:
    assert "Choose the first version, the last version" in text(sent(mei, draft, then=f"stretch-{catalogue.ember.pk}"))


def test_what_is_typed_outlives_every_button(mei: Client, draft: Notice, catalogue: Catalogue) -> None:
    model = catalogue.ember.pk
    for button in ("find", f"close-{model}", f"every-{model}", f"open-{model}", "open-999999", "nonsense"):
        shown = boxes(sent(mei, draft, then=button, title="Typed", **row(catalogue.second, FIXED, "Words")))
        held = shown.get(f"w_{catalogue.second.pk}") or [read_kept(shown["kept"][0])[catalogue.second.pk][1]]
        assert (shown["title"], held) == (["Typed"], ["Words"]), button


def test_model_that_is_closed_is_saved_all_the_same(mei: Client, draft: Notice, catalogue: Catalogue) -> None:
    closed = boxes(sent(mei, draft, then=f"close-{catalogue.ember.pk}"))
    assert "shown" not in closed
    mei.post(edit(draft), {**closed, "then": "save"})
    assert status_of(draft) == {"CPL-001045": "affected", "CPL-001072": "fixed"}


def test_model_that_is_left_out_is_named_no_more(mei: Client, draft: Notice, catalogue: Catalogue) -> None:
    left = boxes(sent(mei, draft, then=f"out-{catalogue.ember.pk}"))
    mei.post(edit(draft), {**left, "then": "save"})
    assert status_of(draft) == {}


def test_models_are_found_by_name_and_only_those_of_the_manufacturer(
    mei: Client, draft: Notice, catalogue: Catalogue
) -> None:
    other = make_model(name="Juniper 155", model_identifier="07BF")
    make_entry(other, "02030405")
    found = text(sent(mei, draft, then="enter", find="junip"))
    assert "Juniper 155" in found and "Lantern" not in found
    assert "No other Device Model of Northmoor" in text(sent(mei, draft, then="find", find="lantern"))
    opened = boxes(sent(mei, draft, then=f"open-{other.pk}"))
    assert opened["shown"] == [str(catalogue.ember.pk), str(other.pk)]


def test_enter_saves_where_nothing_new_is_looked_for(mei: Client, draft: Notice) -> None:
    sent(mei, draft, then="enter", title="By enter")
    draft.refresh_from_db()
    assert draft.title == "By enter"


def test_version_of_another_manufacturer_or_hidden_one_cannot_be_slipped_in(
    cast: Cast, catalogue: Catalogue, signed_in: SignedIn
) -> None:
    sol = signed_in(cast.ssc)
    gas = CPLEntry.objects.get(cpl_entry_id="CPL-002001")
    notice = make_notice(cast, catalogue, NoticeState.DRAFT, by=cast.ssc)
    kept = write_kept({catalogue.restricted.pk: ("affected", ""), gas.pk: ("affected", "")})
    sent(sol, notice, then="save", kept=kept, **row(catalogue.restricted), **row(gas))
    assert set(status_of(notice)) == {"CPL-001045", "CPL-001072"}


@pytest.mark.parametrize("kept", ["", "nonsense", "[1]", '{"a": 1}', '{"1": ["x"]}', '{"\u0661": ["affected", ""]}'])
def test_what_the_page_cannot_have_carried_is_nothing(kept: str) -> None:
    assert read_kept(kept) == {}


@given(st.dictionaries(st.integers(1, 10**9), st.tuples(st.sampled_from(VersionStatus.values), st.text(max_size=50))))
def test_what_the_page_carries_comes_back(said: dict[int, tuple[str, str]]) -> None:
    assert read_kept(write_kept(said)) == said


def test_second_of_two_writers_keeps_both_texts(mei: Client, draft: Notice, cast: Cast, catalogue: Catalogue) -> None:
    opened = boxes(mei.get(edit(draft)))
    drafts.save(
        notice=draft, content={"title": "Theirs"}, by=cast.manufacturer, edition=1,
        versions=as_versions({catalogue.baseline: FIXED, catalogue.recommended: FIXED}),
    )  # fmt: skip
    answer = mei.post(edit(draft), {**opened, "title": "Mine", "then": "save"})
    assert answer.status_code == 409
    assert "Saved meanwhile: Theirs" in text(answer) and boxes(answer)["title"] == ["Mine"]
    assert "Ember X495 09030A07: saved meanwhile as Fixed; here Affected" in text(answer)
    mei.post(edit(draft), {**boxes(answer), "then": "save"})
    draft.refresh_from_db()
    assert draft.title == "Mine" and status_of(draft)["CPL-001045"] == "affected"


@pytest.mark.slow
def test_notice_about_a_hundred_models_stays_usable(mei: Client, cast: Cast, catalogue: Catalogue) -> None:
    entries = []
    for number in range(100):
        model = make_model(name=f"Many {number:03}", model_identifier=f"{number:04X}")
        entries += [make_entry(model, f"{number:04X}{version:04X}") for version in range(17)]
    many = make_notice(cast, catalogue, NoticeState.DRAFT, versions=dict.fromkeys(entries, AFFECTED))
    page = mei.get(edit(many))
    assert len(soup(page).select(".fir-choose-versions tbody tr")) <= 250
    mei.post(edit(many), {**boxes(page), "title": "Saved", "then": "save"})
    many.refresh_from_db()
    assert (many.title, many.versions.count()) == ("Saved", 1700)
