"""Writing a notice: the form and its versions, stretches of the pathway, and two people at once."""

import json
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import Party, User
from cpl.actions.notices import drafts
from cpl.choices import NoticeState, VersionStatus
from cpl.forms.notices import read_kept, write_kept
from cpl.models import CPLEntry, Notice
from tests.conftest import SignedIn
from tests.cpl.notice_pages.conftest import AFFECTED, FIXED, boxes, errors, row, soup, status_of, text
from tests.factories import Cast, Catalogue, make_entry, make_model, make_notice, make_user
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


@pytest.fixture
def kim(cast: Cast) -> User:
    """Of SECAS and of the SSC."""
    person = make_user("kim@secas.example", Role.SECAS_MODERATOR, Party.objects.get(name="SECAS"))
    join(user=person, party=Party.objects.get(name="Security Sub-Committee"), role=Role.SSC_MEMBER, by=None)
    return User.objects.get(pk=person.pk)


def test_who_is_of_two_issuing_parties_chooses_for_which(kim: User, catalogue: Catalogue, signed_in: SignedIn) -> None:
    client, ssc = signed_in(kim), Party.objects.get(name="Security Sub-Committee")
    typed = {"kind": "fault", "title": "T", "manufacturer": catalogue.gas.manufacturer_id}
    assert errors(client.post("/notices/new/", typed)) == ["Choose the Party for which you write"]
    client.post("/notices/new/", {**typed, "party": ssc.pk})
    assert Notice.objects.get().party == ssc


def test_who_is_of_one_issuing_party_is_not_asked_and_cannot_choose_another(mei: Client, catalogue: Catalogue) -> None:
    assert not soup(mei.get("/notices/new/")).select("[name=party]")
    other = Party.objects.get(name="SECAS")
    mei.post("/notices/new/", {"kind": "fault", "title": "T", "party": other.pk})
    assert str(Notice.objects.get().party) == "Northmoor Metering Ltd"


def test_party_of_somebody_else_cannot_be_chosen(kim: User, catalogue: Catalogue, signed_in: SignedIn) -> None:
    other = Party.objects.get(name="Northmoor Metering Ltd")
    typed = {"kind": "fault", "title": "T", "manufacturer": catalogue.gas.manufacturer_id, "party": other.pk}
    assert errors(signed_in(kim).post("/notices/new/", typed)) == ["Choose one of the Parties listed"]


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


def test_where_no_way_is_known_all_released_between_the_two_can_be_filled(
    mei: Client, draft: Notice, catalogue: Catalogue
) -> None:
    model = catalogue.ember.pk
    ends = {f"from_{model}": catalogue.baseline.pk, f"to_{model}": catalogue.removed.pk, f"as_{model}": "affected"}
    answer = sent(mei, draft, then=f"stretch-{model}", **ends)
    button = soup(answer).select_one(f"button[value='between-{model}']")
    assert button and "Fill all released between the two" in button.get_text()
    filled = sent(mei, draft, then=f"between-{model}", **ends)
    shown = boxes(filled)
    assert {shown[f"s_{one.pk}"][0] for one in (catalogue.baseline, catalogue.removed)} == {"affected"}
    assert shown[f"s_{catalogue.recommended.pk}"] == ["fixed"]
    assert "Nothing is saved yet." in text(filled)


def test_ends_of_a_stretch_stand_newest_first_and_say_what_is_not_to_be_installed(
    mei: Client, draft: Notice, catalogue: Catalogue
) -> None:
    page = soup(mei.get(edit(draft)))
    named = [one.get_text() for one in page.select(f"#from_{catalogue.ember.pk} option")]
    assert {"01132107 (removed)", "01040605 (recommended)"} <= set(named)
    assert named.index("01040605 (recommended)") < named.index("10030A08") < named.index("09030A07")


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


@pytest.mark.parametrize(
    "kept",
    [
        "", "nonsense", "[1]", '{"a": 1}', '{"1": ["x"]}', '{"\u0661": ["affected", ""]}', "[" * 100_000,
        '{"1": ["x", "y"]}', '{"1": [["affected"], ""]}', '{"1": ["affected", {}]}',
        f'{{"{"9" * 5_000}": ["fixed", ""]}}', "9" * 5_000,
    ],
)  # fmt: skip
def test_what_the_page_cannot_have_carried_is_nothing(kept: str) -> None:
    assert read_kept(kept) == {}


@given(st.dictionaries(st.integers(1, 10**9), st.tuples(st.sampled_from(VersionStatus.values), st.text(max_size=50))))
def test_what_the_page_carries_comes_back(said: dict[int, tuple[str, str]]) -> None:
    assert read_kept(write_kept(said)) == said


def test_half_of_a_surrogate_pair_that_is_carried_is_replaced() -> None:
    assert read_kept(r'{"1": ["affected", "a\ud800"]}') == {1: ("affected", "a?")}


HUGE = "9" * 5_000
ODD = st.one_of(st.sampled_from([HUGE, "[" * 5_000, "\x00", "\u0661", "\u00b2", "-1", ""]), st.text(max_size=40))
STATUS = st.sampled_from([*VersionStatus.values, "", "x", None])
"""JSON as somebody might make it up: sound, and not."""
CARRIED = st.one_of(
    ODD,
    st.recursive(
        st.none() | st.integers() | st.sampled_from(["affected", "x", "\ud800", "\x00", ""]), st.lists, max_leaves=4
    ).map(lambda one: json.dumps({"1": one})),
    st.tuples(STATUS, st.text(max_size=9) | st.just("\ud800")).map(lambda one: json.dumps(list(one))),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.data(), act=st.sampled_from(["open", "close", "out", "every", "stretch", "find", "save", "check", "revise"])
)
def test_whatever_is_sent_in_hidden_boxes_and_buttons_is_answered(
    mei: Client, draft: Notice, notice: Notice, catalogue: Catalogue, data: st.DataObject, act: str
) -> None:
    model, key = catalogue.ember.pk, catalogue.baseline.pk
    carried = data.draw(CARRIED)
    box = {
        "then": act + data.draw(st.sampled_from(["", f"-{model}", f"-{HUGE}"]) | ODD.map("-{}".format)),
        "shown": [str(model), data.draw(ODD)] if data.draw(st.booleans()) else [data.draw(ODD)],
        "kept": f'{{"{key}":{carried}}}' if data.draw(st.booleans()) else carried,
        f"from_{model}": data.draw(ODD), f"to_{model}": data.draw(ODD | st.just(str(key))), f"as_{model}": "affected",
        "find": data.draw(ODD), "words": data.draw(ODD), "edition": data.draw(st.sampled_from(["1", "2"]) | ODD),
    }  # fmt: skip
    whole = {
        "title": "T",
        "kind": "fault",
        "severity": "high",
        "urgency": "soon",
        "summary": "S",
        "audience": "all_parties",
    }
    for one in (draft, notice):
        assert mei.post(edit(one), {**whole, **box}).status_code in (200, 302, 409)
    assert mei.get(edit(draft), {"shown": box["shown"]}).status_code == 200


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
