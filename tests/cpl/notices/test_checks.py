"""The named checks of a notice: what each finds, where, and what it does not mind."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpl.choices import NoticeKind, Severity, Urgency, VersionStatus
from cpl.notice_checks import Named, NoticeProblem, Said, Weight, as_published, checks, is_cve, is_web_link, problems_of

TODAY = date(2026, 11, 23)
AFFECTED, FIXED = VersionStatus.AFFECTED, VersionStatus.FIXED

WHOLE = Said(
    manufacturer=1, today=TODAY, kind=NoticeKind.FAULT, title="The clock stops", severity=Severity.LOW,
    summary="It stops at midnight.", action="Upgrade.", deadline=TODAY, cves=["CVE-2026-1234"],
    advisory_link="https://northmoor.example/a", references=[{"summary": "Note", "url": "http://northmoor.example/b"}],
    versions=[Named("CPL-1", 1, AFFECTED, "Since 2024"), Named("CPL-2", 1, FIXED)],
)  # fmt: skip


def found(**changes: Any) -> list[tuple[str, str, Weight]]:
    return [(problem.check, problem.field, problem.weight) for problem in problems_of(replace(WHOLE, **changes))]


def test_nothing_is_found_in_a_whole_notice() -> None:
    assert found() == []


KEEPING, PUBLISHING, ADVISING = Weight.STOPS_KEEPING, Weight.STOPS_PUBLICATION, Weight.ADVISES


@pytest.mark.parametrize(
    ("changes", "check", "field", "weight"),
    [
        ({"kind": "rumour"}, "value_known", "kind", KEEPING),
        ({"severity": "fatal"}, "value_known", "severity", KEEPING),
        ({"urgency": ""}, "value_known", "urgency", KEEPING),
        ({"audience": "friends"}, "value_known", "audience", KEEPING),
        ({"summary": "S" * 4_001}, "text_short_enough", "summary", KEEPING),
        ({"cves": ["CVE-2026-12", "CVE-2026-1234"]}, "cve_well_formed", "cves", KEEPING),
        ({"advisory_link": "https://"}, "link_is_web", "advisory_link", KEEPING),
        ({"references": [{"summary": "x", "url": "file:///etc/passwd"}]}, "link_is_web", "references", KEEPING),
        ({"title": " "}, "said_in_words", "title", PUBLISHING),
        ({"summary": ""}, "said_in_words", "summary", PUBLISHING),
        ({"severity": ""}, "severity_said", "severity", PUBLISHING),
        ({"versions": []}, "version_named", "versions", PUBLISHING),
        ({"action": "\n"}, "action_said", "action", PUBLISHING),
        ({"deadline": TODAY - timedelta(1)}, "deadline_ahead", "deadline", PUBLISHING),
        ({"cves": ["CVE-2026-1234"] * 2}, "version_named_once", "cves", PUBLISHING),
        ({"references": [{"summary": "", "url": "https://a.example"}]}, "reference_named", "references", PUBLISHING),
        (
            {"urgency": Urgency.URGENT, "severity": Severity.HIGH, "deadline": None},
            "urgent_has_deadline",
            "deadline",
            ADVISING,
        ),
        ({"urgency": Urgency.URGENT}, "urgency_fits_severity", "urgency", ADVISING),
    ],
)
def test_each_finds_what_it_is_for(changes: dict[str, Any], check: str, field: str, weight: Weight) -> None:
    assert found(**changes) == [(check, field, weight)]


@pytest.mark.parametrize(
    ("versions", "check"),
    [
        ([Named("CPL-1", 1, "ill"), Named("CPL-2", 1, FIXED)], "value_known"),
        ([Named("CPL-1", 1, AFFECTED, "W" * 501), Named("CPL-2", 1, FIXED)], "text_short_enough"),
        ([Named(f"CPL-{key}", 1, FIXED) for key in range(2_001)], "few_enough"),
        ([Named("CPL-1", 2, FIXED)], "of_this_manufacturer"),
        ([Named("CPL-1", None, FIXED)], "of_this_manufacturer"),
        ([Named("CPL-1", 1, FIXED)] * 2, "version_named_once"),
        ([Named("CPL-1", 1, VersionStatus.NOT_AFFECTED)], "something_said_of_fault"),
        ([Named("CPL-1", 1, AFFECTED)], "fixed_version_named"),
    ],
)
def test_each_finds_what_is_wrong_with_versions(versions: list[Named], check: str) -> None:
    assert [(name, field) for name, field, _ in found(versions=versions)] == [(check, "versions")]


def test_every_check_says_its_rule_and_every_finding_what_to_do() -> None:
    empty = Said(manufacturer=1, today=TODAY, kind="x", cves=["x"], advisory_link="x", deadline=date(2000, 1, 1))
    problems: list[NoticeProblem] = problems_of(empty)
    assert len(problems) > 6
    assert all(problem.message.endswith(".") and problem.cure.endswith(".") for problem in problems)
    assert all(check.rule.endswith(".") for check in checks())
    assert len({check.name for check in checks()}) == len(checks())


def test_weights_part_what_stops_from_what_advises() -> None:
    broken = replace(WHOLE, kind="x", title="", versions=[Named("CPL-1", 1, AFFECTED)])
    assert [problem.check for problem in problems_of(broken, KEEPING)] == ["value_known"]
    assert [problem.blocking for problem in problems_of(broken)] == [True, True, False]


# After publication -------------------------------------------------------------------------------------------

CONTENT = {"fields": {"deadline": "2026-11-01"}, "versions": {"CPL-1": ["affected", ""], "CPL-2": ["fixed", ""]}}


def test_a_deadline_that_was_published_may_pass() -> None:
    passed = as_published(replace(WHOLE, deadline=date(2026, 11, 1)), CONTENT)
    assert [(problem.check, problem.weight) for problem in problems_of(passed)] == [("deadline_not_over", ADVISING)]


def test_another_deadline_in_the_past_may_not_take_its_place() -> None:
    other = as_published(replace(WHOLE, deadline=date(2026, 11, 2)), CONTENT)
    assert [problem.check for problem in problems_of(other)] == ["deadline_ahead"]


def test_a_version_that_was_published_stays_named() -> None:
    without = as_published(replace(WHOLE, versions=WHOLE.versions[:1]), CONTENT)
    assert [problem.check for problem in problems_of(without, PUBLISHING)] == ["published_version_stays"]


# CVE identifiers, CSAF 2.0 section 3.2.3.2 -------------------------------------------------------------------


@given(st.integers(0, 9999), st.integers(4, 19), st.data())
def test_every_year_with_a_number_of_4_to_19_digits_is_a_cve(year: int, digits: int, data: st.DataObject) -> None:
    number = data.draw(st.text("0123456789", min_size=digits, max_size=digits))
    assert is_cve(f"CVE-{year:04}-{number}")


@given(st.text("CVE-0123456789 ev\u0663\uff11\n", max_size=30))
def test_a_cve_is_what_the_standard_says_and_nothing_else(text: str) -> None:
    """Told in other words than a regular expression: three parts, plain digits, so many of them."""
    word, *numbers = text.split("-")
    plain = all(number.isascii() and number.isdecimal() for number in numbers)
    assert is_cve(text) == (
        word == "CVE" and len(numbers) == 2 and plain and len(numbers[0]) == 4 and 4 <= len(numbers[1]) <= 19
    )


@given(st.from_regex(re.compile(r"CVE-[0-9]{4}-[0-9]{4,19}"), fullmatch=True), st.integers(0, 30), st.characters())
def test_a_letter_too_many_makes_it_none(cve: str, place: int, letter: str) -> None:
    changed = cve[:place] + letter + cve[place:]
    grown = letter in "0123456789" and place >= 9 and len(changed) <= 28
    assert is_cve(changed) == grown


# Links -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        "https://northmoor.example", "http://northmoor.example/a?b=c#d", "https://northmoor.example:8443/a",
        "https://xn--nrthmoor-13a.example/",
    ],
)  # fmt: skip
def test_an_address_of_the_web_is_a_link(link: str) -> None:
    assert is_web_link(link)


@pytest.mark.parametrize(
    "link",
    [
        "", None, 7, "northmoor.example", "ftp://northmoor.example", "javascript:alert(1)", "HTTPS://northmoor.example",
        "https://", "https://northmoor.example@elsewhere.example/", "https://a b.example", "https://a.example/\nx",
        " https://northmoor.example", "data:text/html,x", "//northmoor.example", "https://[::1",
    ],
)  # fmt: skip
def test_everything_else_is_none(link: object) -> None:
    assert not is_web_link(link)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_link_or_none_and_never_an_error(text: str) -> None:
    assert is_web_link(text) in (True, False)
    if is_web_link(f"https://{text}"):
        assert not re.search(r"[\s@]", text.partition("/")[0])
