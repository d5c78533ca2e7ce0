"""Of several notices about one version, which one the upgrade from it is told with."""

from datetime import date
from typing import Any

from cpl.selectors.notices import OpenNotice, OpenNotices
from cpl.selectors.urgency import pair_urgency
from cpl.selectors.versions import Version

OLD, NEW = 1, 2


def version(key: int, **given: Any) -> Version:
    return Version(key, 1, f"CPL-{key}", f"{key:08X}", date(2025, 1, key), None, "all_parties", **given)


def notice(key: int, urgency: str = "urgent", due: date | None = None, severity: str = "low") -> OpenNotice:
    return OpenNotice(key, OLD, "affected", "", "A fault", "fault", severity, urgency, due)


def asked(*found: OpenNotice, **of_new: Any) -> tuple[str, int | None]:
    told = pair_urgency(version(OLD), version(NEW, **of_new), OpenNotices({OLD: list(found)}))
    return told.urgency, told.notice.pk if told.notice else None


def test_of_two_urgent_notices_the_one_due_first_is_told() -> None:
    later, sooner = notice(3, due=date(2027, 9, 19)), notice(1, due=date(2026, 11, 25))
    assert asked(later, sooner) == asked(sooner, later) == ("urgent", 1)


def test_a_notice_with_a_deadline_comes_before_one_without() -> None:
    assert asked(notice(3), notice(1, due=date(2027, 1, 1))) == ("urgent", 1)


def test_of_two_due_together_the_more_severe_is_told() -> None:
    assert asked(notice(3), notice(1, severity="critical")) == ("urgent", 1)


def test_the_most_urgent_is_told_whenever_the_others_are_due() -> None:
    assert asked(notice(1, "soon", date(2026, 1, 1)), notice(3)) == ("urgent", 3)


def test_a_notice_is_told_with_its_deadline_where_the_manufacturer_asks_for_more() -> None:
    assert asked(notice(1, "routine"), urgency="urgent") == ("urgent", 1)


def test_what_the_manufacturer_says_does_not_lessen_what_a_notice_asks() -> None:
    assert asked(notice(1), urgency="routine") == ("urgent", 1)


def test_without_a_notice_it_is_as_the_manufacturer_says() -> None:
    assert asked(urgency="soon") == ("soon", None)
    assert asked() == ("", None)
