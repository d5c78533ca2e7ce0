"""The picture of pathways: whatever the pathway, it is whole, nothing lies on anything else, and words say it too."""

import re
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import combinations, pairwise
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cpl.choices import PathwayState
from cpl.pathway_picture import Picture, draw, draw_versions
from cpl.pathway_picture.layout import HEAD, SHEET, Arc
from cpl.pathway_picture.shapes import BAR, CIRCLE, CROSS, DIAMOND, RING, SQUARE, STAR, TRIANGLE
from cpl.routes import Link, Network
from cpl.selectors.known import KnownModel
from cpl.selectors.notices import NONE_OPEN, OpenNotice, OpenNotices
from cpl.selectors.versions import Version, summarise
from cpl.templatetags.pathway import pathway_drawing

ANY = settings(max_examples=40)
FIRST = date(2020, 1, 1)
GONE = date(2026, 1, 1)


def version(pk: int, **given: Any) -> Version:
    fields: dict[str, Any] = {
        "pk": pk, "model": 1, "entry_id": f"CPL-{pk:06d}", "firmware_version": f"{pk:08X}",
        "published_on": FIRST + timedelta(days=pk), "removed_on": None, "audience": "all_parties",
        "release_date": FIRST + timedelta(days=pk), "stage": "production",
    }  # fmt: skip
    return Version(**{**fields, **given})


def notice(entry: int, status: str, pk: int = 17) -> OpenNotice:
    said = {"urgency": "urgent", "title": "The clock stops", "kind": "fault", "severity": "high"}
    return OpenNotice(pk=pk, entry=entry, status=status, words="", deadline=None, **said)


def picture_of(*versions: Version, links: Sequence[Link] = (), silent: Sequence[int] = (), **given: Any) -> Picture:
    return draw_versions(versions, links, **{"recommended": None, "silent": silent, **given})


class Pathway(NamedTuple):
    """What there may be to draw: circles, links that go back, and whatever else should never come in."""

    versions: list[Version]
    links: list[Link]
    told: dict[str, Any]

    def drawn(self) -> Picture:
        return draw_versions(self.versions, self.links, **self.told)


@st.composite
def pathways(draw: st.DrawFn) -> Pathway:
    keys = list(range(draw(st.integers(1, 60))))
    some = st.sets(st.sampled_from(keys), max_size=10)
    gone, tests, early = draw(some), draw(some), draw(some)
    versions = [
        version(
            key,
            removed_on=GONE if key in gone else None,
            stage="test" if key in tests else "production",
            pathway_state=PathwayState.NOT_APPLICABLE if key in early else PathwayState.NOT_PROVIDED,
        )
        for key in reversed(keys)
    ]
    link = st.tuples(st.sampled_from(keys), st.sampled_from(keys)).filter(lambda ends: ends[0] != ends[1])
    links = draw(st.lists(link, max_size=80, unique=True)) if len(keys) > 1 else []
    one = st.one_of(st.none(), st.sampled_from(keys))
    affected = {key: [notice(key, "affected")] for key in draw(some)}
    told = {
        "recommended": draw(one), "silent": draw(some), "installed": draw(one), "target": draw(one),
        "way": tuple(draw(st.lists(st.sampled_from(keys), max_size=6, unique=True))), "notices": OpenNotices(affected),
    }  # fmt: skip
    return Pathway(versions, links, told)


def points(path: str) -> tuple[list[float], list[float]]:
    """The coordinates that a path goes through, across and down."""
    across, down = [], []
    for command, text in re.findall(r"([MHVQ])([^MHVQ]*)", path):
        numbers = [float(number) for number in text.split()]
        across += numbers if command == "H" else numbers[::2] if command in "MQ" else []
        down += numbers if command == "V" else numbers[1::2] if command in "MQ" else []
    return across, down


def overlap(one: Arc, other: Arc) -> bool:
    return one.run.top <= other.run.bottom and other.run.top <= one.run.bottom


def side(arc: Arc, picture: Picture) -> bool:
    """Whether it comes to its version from below."""
    place = {node.version.pk: node.row.y for node in picture.nodes}
    return place[arc.old] > place[arc.new]


@ANY
@given(pathways())
def test_any_pathway_is_drawn_inside_its_frame(pathway: Pathway) -> None:
    picture = pathway.drawn()
    for path in [line.path for line in picture.arcs] + [line.path for line in picture.unknown]:
        across, down = points(path)
        assert 0 <= min(across) <= max(across) <= picture.spine
        assert 0 <= min(down) <= max(down) <= picture.height
    assert all(0 <= node.row.top < node.row.bottom <= picture.height for node in picture.nodes)
    assert all(y <= picture.height for y in picture.beginnings)


@ANY
@given(pathways())
def test_every_version_has_a_row_of_its_own_newest_at_the_top(pathway: Pathway) -> None:
    picture = pathway.drawn()
    assert [node.version for node in picture.nodes] == pathway.versions
    assert all(above.row.bottom <= below.row.top for above, below in pairwise(picture.nodes))


@ANY
@given(pathways())
def test_every_link_has_one_arc_and_no_arc_is_without_a_link(pathway: Pathway) -> None:
    assert sorted((arc.old, arc.new) for arc in pathway.drawn().arcs) == sorted(pathway.links)


@ANY
@given(pathways())
def test_no_arcs_to_different_versions_lie_on_one_another(pathway: Pathway) -> None:
    picture = pathway.drawn()
    beside = [arc for arc in picture.arcs if arc.lane is not None]
    for one, other in combinations(beside, 2):
        if (one.new, side(one, picture)) != (other.new, side(other, picture)):
            assert one.lane != other.lane or not overlap(one, other)


@ANY
@given(pathways())
def test_an_arc_runs_along_its_lane_and_only_neighbours_are_joined_straight(pathway: Pathway) -> None:
    picture = pathway.drawn()
    place = {node.version.pk: number for number, node in enumerate(picture.nodes)}
    for arc in picture.arcs:
        across, _ = points(arc.path)
        assert (arc.lane is None) == (abs(place[arc.old] - place[arc.new]) == 1)
        assert (min(across) == picture.spine) == (arc.lane is None)


@ANY
@given(pathways())
def test_an_arc_begins_at_the_version_upgraded_to_and_ends_at_the_other(pathway: Pathway) -> None:
    picture = pathway.drawn()
    rows = {node.version.pk: node.row for node in picture.nodes}
    for arc in picture.arcs:
        _, down = points(arc.path)
        assert abs(down[0] - rows[arc.new].y) <= rows[arc.new].rim + HEAD
        assert abs(down[-1] - rows[arc.old].y) <= rows[arc.old].rim


@ANY
@given(pathways())
def test_every_arrow_points_from_the_older_version_to_the_newer_one(pathway: Pathway) -> None:
    picture = pathway.drawn()
    for arc in picture.arcs:
        across, down = points(arc.path)
        if arc.lane is None:
            assert (down[0] < down[-1]) == side(arc, picture)
        else:
            assert across[0] > across[1]


@ANY
@given(pathways())
def test_dots_stand_exactly_below_the_versions_that_the_manufacturer_is_silent_about(pathway: Pathway) -> None:
    picture, answered = pathway.drawn(), {new for _, new in pathway.links}
    silent = pathway.told["silent"] - answered
    assert {line.new for line in picture.unknown} == silent
    assert {node.version.pk for node in picture.nodes if "silent" in node.kinds} == silent


@ANY
@given(pathways())
def test_the_route_is_every_arc_of_its_steps_and_is_painted_over_all_others(pathway: Pathway) -> None:
    on_way = [arc.is_on_way for arc in pathway.drawn().arcs]
    assert sum(on_way) == len(set(pairwise(pathway.told["way"])) & set(pathway.links))
    assert on_way == sorted(on_way)


@ANY
@given(pathways())
def test_every_name_tells_the_version_its_signs_and_its_entry(pathway: Pathway) -> None:
    for node in pathway.drawn().nodes:
        told = [sign.words for sign in node.signs if sign.kind != "silent"]
        assert node.name.startswith(node.label)
        assert all(words in node.name for words in [*told, node.version.entry_id, node.befores_words])


@ANY
@given(pathways())
def test_the_key_explains_what_the_picture_has_and_no_more(pathway: Pathway) -> None:
    picture = pathway.drawn()
    explained = {item.words for item in picture.key}
    has = {
        "Your version": any("installed" in node.kinds for node in picture.nodes),
        "Removed from the list": any("removed" in node.kinds for node in picture.nodes),
        "On the list": not all(node.kinds for node in picture.nodes),
        "May be upgraded to": "edge-plain" in {arc.kind for arc in picture.arcs},
        "The manufacturer has not said what comes before": bool(picture.unknown),
    }
    assert {words: words in explained for words in has} == has
    assert len(explained) == len(picture.key)


@ANY
@given(pathways())
def test_sheets_of_paper_hold_the_whole_picture_and_cut_no_row(pathway: Pathway) -> None:
    picture = pathway.drawn()
    assert sum(sheet.height for sheet in picture.sheets) == picture.height
    cuts = [sheet.y for sheet in picture.sheets]
    assert not [node for node in picture.nodes for cut in cuts if node.row.top < cut < node.row.bottom]
    assert all(sheet.height <= SHEET + 50 for sheet in picture.sheets)


STATES: dict[str, tuple[dict[str, Any], str, set[str]]] = {
    "on the list": ({}, "", {CIRCLE}),
    "removed": ({"removed_on": GONE}, "✕ Removed 1 Jan 2026", {CIRCLE, CROSS}),
    "withdrawn": ({"withdrawn_on": GONE}, "⊖ Withdrawn 1 Jan 2026", {CIRCLE, BAR}),
    "test": ({"stage": "test"}, "◇ Test version", {DIAMOND}),
    "removed test": ({"stage": "test", "removed_on": GONE}, "✕ Removed 1 Jan 2026 ◇ Test version", {DIAMOND, CROSS}),
    "advised against": ({"recommendation": "do_not_deploy"}, "⊘ Advised against", {CIRCLE}),
    "urgent": ({"urgency": "urgent"}, "! Urgent", {CIRCLE}),
    "restricted": ({"audience": "named_parties"}, "▣ Restricted", {CIRCLE}),
    "announced": ({"published_on": date(2999, 1, 1)}, "◷ Not out yet", {CIRCLE}),
}


@pytest.mark.parametrize("name", STATES)
def test_a_state_has_its_sign_words_and_shape(name: str) -> None:
    given_fields, words, shapes = STATES[name]
    (node,) = picture_of(version(1, **given_fields)).nodes
    assert " ".join(f"{sign.sign} {sign.words}" for sign in node.signs) == words
    assert {stroke.path for stroke in node.strokes} == shapes


@pytest.mark.parametrize(
    ("told", "words", "shapes"),
    [
        ({"recommended": 1}, "★ Recommended", {CIRCLE, STAR}),
        ({"installed": 1}, "⌂ Your version", {CIRCLE, SQUARE}),
        ({"target": 1}, "◎ Target", {CIRCLE, RING}),
        ({"way": (9, 1, 8)}, "➜ Step 1 of 2", {CIRCLE}),
        ({"silent": [1]}, "? Pathway not yet provided", {CIRCLE}),
        ({"notices": OpenNotices({1: [notice(1, "affected")]})}, "▲ N-000017: affected", {CIRCLE, TRIANGLE}),
        (
            {"notices": OpenNotices({1: [notice(1, "under_investigation")]})},
            "△ N-000017: under investigation",
            {CIRCLE, TRIANGLE},
        ),
        ({"notices": OpenNotices({1: [notice(1, "fixed")]})}, "✓ N-000017: fixed", {CIRCLE}),
        ({"notices": OpenNotices({1: [notice(1, "not_affected")]})}, "✓ N-000017: not affected", {CIRCLE}),
    ],
)
def test_what_is_known_besides_has_its_sign_words_and_shape(told: dict[str, Any], words: str, shapes: set[str]) -> None:
    (node,) = picture_of(version(1), **told).nodes
    assert " ".join(f"{sign.sign} {sign.words}" for sign in node.signs) == words
    assert {stroke.path for stroke in node.strokes} == shapes


def test_no_two_states_are_drawn_with_the_same_sign() -> None:
    signs = [words.split()[0] for _, words, _ in STATES.values() if words and len(words.split(" ◇ ")) == 1]
    assert len(signs) == len(set(signs))


def test_what_comes_before_is_told_in_three_ways() -> None:
    newest, first, unknown = version(3), version(1, pathway_state=PathwayState.NOT_APPLICABLE), version(2)
    picture = picture_of(newest, unknown, first, links=[(1, 3), (2, 3)], silent=[2])
    assert [node.befores_words for node in picture.nodes] == [
        "May be upgraded from 00000002, 00000001",
        "The manufacturer has not said what comes before it",
        "Nothing comes before it",
    ]
    assert (len(picture.beginnings), [line.new for line in picture.unknown]) == (1, [2])


def test_a_name_stays_short_where_many_versions_come_before() -> None:
    picture = picture_of(*[version(key) for key in range(60, 0, -1)], links=[(old, 60) for old in range(1, 60)])
    assert picture.nodes[0].befores_words.endswith("00000036 and 53 more")
    assert len(picture.nodes[0].befores) == 59


def test_all_links_to_one_version_share_one_lane() -> None:
    picture = picture_of(*[version(key) for key in range(60, 0, -1)], links=[(old, 60) for old in range(1, 59)])
    assert {arc.lane for arc in picture.arcs} == {0}


def test_where_a_release_date_is_missing_the_days_of_publication_are_shown() -> None:
    dated, silent = version(2), version(1, release_date=None)
    both, one = picture_of(dated, silent), picture_of(dated)
    assert (both.dates, one.dates) == ("day of publication", "release date")
    assert "published 3 Jan 2020" in both.nodes[0].name
    assert "released 3 Jan 2020" in one.nodes[0].name


def test_an_arc_from_or_to_what_is_gone_is_drawn_as_such() -> None:
    picture = picture_of(version(3), version(2, removed_on=GONE), version(1), links=[(1, 2), (2, 3), (1, 3)])
    assert {(arc.old, arc.new): arc.kind for arc in picture.arcs} == {
        (1, 2): "edge-plain-retracted",
        (2, 3): "edge-plain-retracted",
        (1, 3): "edge-plain",
    }


def test_a_plain_picture_fits_a_screen_of_320_pixels() -> None:
    told: dict[str, Any] = {"installed": 1, "target": 3, "way": (1, 3), "recommended": 3}
    notices = OpenNotices({1: [notice(1, "affected")]})
    picture = picture_of(version(3), version(2), version(1), links=[(1, 2), (2, 3), (1, 3)], notices=notices, **told)
    assert picture.width <= 286


def known(notices: OpenNotices) -> KnownModel:
    versions = [version(1), version(2), version(3)]
    network = Network([1, 2, 3], [(1, 2), (2, 3)])
    return KnownModel(
        1, {one.pk: one for one in versions}, network, notices, summarise(versions, network.links, notices)
    )


def test_one_target_is_urgent_from_the_version_that_a_notice_names_and_not_from_another() -> None:
    told = known(OpenNotices({1: [notice(1, "affected")]}))
    named, other = (draw(told, installed=installed, target=3).nodes[0] for installed in (1, 2))
    assert "Urgent from your version" in named.name
    assert "urgent" not in other.kinds


def test_the_recommended_version_and_the_order_are_those_of_the_whole_portal() -> None:
    told = known(NONE_OPEN)
    picture = draw(told)
    assert [node.version for node in picture.nodes] == told.summary.versions
    assert [node.version for node in picture.nodes if "recommended" in node.kinds] == [told.summary.recommended]


@settings(max_examples=5)
@given(st.integers(2, 8))
def test_what_is_drawn_is_told_once_however_often_a_link_comes(times: int) -> None:
    assert len(picture_of(version(2), version(1), links=[(1, 2)] * times).arcs) == 1


def test_nothing_that_people_wrote_becomes_markup() -> None:
    title = '"><script>alert(1)</script>'
    told = OpenNotices({1: [notice(1, "affected")._replace(title=title)]})
    drawing = pathway_drawing(picture_of(version(1, firmware_version="<b>"), notices=told))
    assert "<script" not in drawing
    assert "<b>" not in drawing
    assert "&lt;script&gt;alert(1)" in drawing
