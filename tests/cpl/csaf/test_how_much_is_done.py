"""A file is read or refused with an amount of work that its size bounds: nothing in it multiplies without an end."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cpl.csaf import matching, products, reader, schema, statements, wording
from cpl.csaf.decoding import LARGEST
from cpl.csaf.draft import Draft
from cpl.csaf.errors import CsafError
from tests.cpl.csaf.test_what_is_read import refused
from tests.factories import Cast, Catalogue, make_entry

READER = str(Path(reader.__file__).parent)
CAP = 2_000
"""What may be multiplied in these tests: enough for the files that they read, and small enough to be reached."""

LINES_FOR_EACH_BYTE, LINES_FOR_EACH_PAIR = 6, 12


class Counter:
    """Lines of the reader that were run, each passage of a loop counted."""

    lines = 0

    def __call__(self, frame: FrameType, event: str, arg: object) -> Any:
        if not frame.f_code.co_filename.startswith(READER):
            return None
        self.lines += event == "line"
        return self


@contextmanager
def counted() -> Iterator[Counter]:
    counter, before = Counter(), sys.gettrace()
    sys.settrace(counter)
    try:
        yield counter
    finally:
        sys.settrace(before)


@pytest.fixture(autouse=True)
def small_caps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "MOST_KNOWN", CAP)
    monkeypatch.setattr(statements, "MOST_TOLD_OF", CAP)


def advisory(tree: dict[str, Any], *flaws: dict[str, Any], **document: Any) -> bytes:
    day = "2026-01-01T00:00:00Z"
    tracking = {
        "id": "A", "status": "final", "version": "1", "initial_release_date": day, "current_release_date": day,
        "revision_history": [{"number": "1", "date": day, "summary": "First"}],
    }  # fmt: skip
    publisher = {"category": "vendor", "name": "Northmoor", "namespace": "https://northmoor.example"}
    head = {"category": "csaf_base", "csaf_version": "2.0", "title": "T", "publisher": publisher, "tracking": tracking}
    whole = {"document": {**head, **document}, "product_tree": tree, "vulnerabilities": list(flaws)}
    return json.dumps(whole, separators=(",", ":")).encode()


def flaw(status: list[str], **more: Any) -> dict[str, Any]:
    notes = [{"category": "general", "text": "x"}]
    return {"notes": notes, "product_status": {"known_affected": status}, **more}


def named(key: str, **helper: Any) -> dict[str, Any]:
    return {"name": key, "product_id": key, **({"product_identification_helper": helper} if helper else {})}


def crosswise(n: int, m: int) -> bytes:
    """Threats about groups of the same products, each group again and again."""
    ids = [f"P{number}" for number in range(n)]
    groups = [{"group_id": f"G{number}", "product_ids": [*ids, "Z"]} for number in range(m)]
    about = [group["group_id"] for group in groups]
    threats = [{"category": "impact", "details": f"t{number}", "group_ids": about} for number in range(m)]
    tree = {"full_product_names": [named("P0")], "product_groups": groups}
    return advisory(tree, flaw(ids, threats=threats))


def chained(n: int, m: int) -> bytes:
    """Relationships, each of which inherits all that the one before it has."""
    numbers = [f"m{number}" for number in range(n)]
    links = [
        {
            "category": "installed_on", "full_product_name": named(f"R{number}"), "relates_to_product_reference": "P",
            "product_reference": f"R{number - 1}" if number else "P",
        }
        for number in range(m)
    ]  # fmt: skip
    tree = {"full_product_names": [named("P", model_numbers=numbers)], "relationships": links}
    return advisory(tree, flaw([f"R{number}" for number in range(m)]))


def pointing(n: int, m: int) -> bytes:
    """References, and notes among which the portal's own are looked for."""
    notes = [{"category": "general", "title": f"n{number}", "text": "x"} for number in range(n * 6)]
    links = [{"category": "self", "summary": "s", "url": f"https://a.example/{number}"} for number in range(m * 6)]
    return advisory({"full_product_names": [named("P")]}, flaw(["P"]), notes=notes, references=links)


def branching(n: int, m: int) -> bytes:
    """Products that stand under many names and many versions."""
    leaves = [{"category": "product_version", "name": f"v{at}", "product": named(f"P{at}")} for at in range(m)]
    inner: dict[str, Any] = {"category": "product_name", "name": "n", "branches": leaves}
    for level in range(n % 20):
        kind = "product_version" if level % 2 else "product_name"
        inner = {"category": kind, "name": f"l{level}", "branches": [inner]}
    return advisory({"branches": [inner]}, flaw([f"P{at}" for at in range(m)]))


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(make=st.sampled_from([crosswise, chained, pointing, branching]), n=st.integers(1, 100), m=st.integers(1, 100))
@pytest.mark.slow
def test_work_is_bounded_by_the_size_of_the_file(make: Any, n: int, m: int) -> None:
    data = make(n, m)
    schema.found({})  # the schema is compiled once

    with counted() as work:
        try:
            reader.read(data)
        except CsafError as error:
            assert [problem.cure for problem in error.problems]

    assert work.lines < 2_000 + LINES_FOR_EACH_BYTE * len(data) + LINES_FOR_EACH_PAIR * CAP


@pytest.mark.parametrize(
    ("make", "place"),
    [(crosswise, "product_tree.product_groups"), (chained, "product_tree")],
)
def test_file_that_asks_for_too_much_is_refused_with_place_and_cure(make: Any, place: str) -> None:
    (problem,) = refused(make(100, 100))

    assert problem.place == place
    assert problem.message.endswith(f"more than {CAP:,}.")
    assert "divide the advisory into several files" in problem.cure.lower()


def test_products_without_a_status_are_not_spread_over() -> None:
    group = {"group_id": "G", "product_ids": [f"P{number}" for number in range(CAP)]}
    threats = [{"category": "impact", "details": f"t{number}", "group_ids": ["G"]} for number in range(CAP // 2)]

    draft = reader.read(advisory({"full_product_names": [named("P0")], "product_groups": [group]},
                                 flaw(["P0"], threats=threats)))  # fmt: skip

    (statement,) = draft.statements
    assert statement.words.startswith("t0\nt1\nt2\n")
    assert len(statement.words) == 500
    assert "The text about a version was cut to 500 characters." in [remark.message for remark in draft.remarks]


def test_text_that_is_almost_a_fix_is_looked_at_once() -> None:
    """An expression that tries every way to divide it would not come to an end."""
    text = "Firmware version x" + " of x (" * (LARGEST // 7)

    assert not wording.is_fix(text + ") contains a fix!")
    assert not wording.is_fix(text + "é) contains a fix.")
    assert wording.is_fix(wording.fix("09030A07", "Ember of (X) of it", "CPL-001045"))


def test_long_name_above_many_products_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(products, "MOST_KNOWN", 100_000)
    leaves = [{"category": "product_version", "name": str(at), "product": named(f"P{at}")} for at in range(100)]
    tree = {"branches": [{"category": "product_name", "name": "n" * 10_000, "branches": leaves}]}

    draft = reader.read(advisory(tree, flaw([f"P{at}" for at in range(100)])))

    assert {statement.product.names for statement in draft.statements} == {()}


def test_matching_does_not_compare_each_product_with_each_version(
    cast: Cast, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(products, "MOST_KNOWN", 100_000)
    draft = reader.read(branching(0, 100).replace(b'"n"', b'"Ember X495"'))
    before = _work_of_matching(draft, cast, catalogue)
    for number in range(40):
        make_entry(catalogue.ember, f"0F0000{number:02X}", firmware_label=f"Release {number}")

    after = _work_of_matching(draft, cast, catalogue)

    assert 0 < after - before < 40 * len(draft.statements)


def _work_of_matching(draft: Draft, cast: Cast, catalogue: Catalogue) -> int:
    with counted() as work:
        matching.match(draft.statements, person=cast.manufacturer, manufacturer=catalogue.ember.manufacturer)
    return work.lines


def test_caps_leave_room_for_the_largest_notice(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two thousand versions under four names each, with ten threats about all of them."""
    monkeypatch.undo()
    leaves = [{"category": "product_version", "name": f"v{at}", "product": named(f"P{at}")} for at in range(2_000)]
    ids = [f"P{at}" for at in range(2_000)]
    tree: dict[str, Any] = {"category": "product_name", "name": "Ember", "branches": leaves}
    for name in ("product_family", "product_name", "vendor"):
        tree = {"category": name, "name": name, "branches": [tree]}
    threats = [{"category": "impact", "details": f"t{at}", "group_ids": ["G"]} for at in range(10)]
    whole = {"branches": [tree], "product_groups": [{"group_id": "G", "product_ids": ids}]}

    assert len(reader.read(advisory(whole, flaw(ids, threats=threats))).statements) == 2_000
