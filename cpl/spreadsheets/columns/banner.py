"""What stands above the header row of a published list: its date of issue and its number."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from cpl.readings.dates import MONTHS

_MONTHS = [month[:3] for month in MONTHS]
_MONTH = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_DATES = (
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s.-]+{_MONTH},?[\s-]+(?P<year>\d{{4}})\b", re.I),
    re.compile(rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})\b", re.I),
    re.compile(r"\b(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})\b"),
    re.compile(r"\b(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})\b"),
)
_OF_ISSUE = re.compile(r"\b(issued?|published|publication|dated?|as (at|of)|version|effective)\b", re.I)
_NUMBER = re.compile(
    r"(?:\b(?:issue|version|edition|release)(?:\s+(?:no\b\.?|number))?|\bno\.|\bnumber|\bcpl\s+no)\s*[:#]?\s*"
    r"v?(?P<number>\d+(?:\.\d+)*)(?![\d/-])(?!\.\d)(?!(?:st|nd|rd|th)?\s+" + _MONTH + r")",
    re.I,
)
# As the portal writes it, where the number may be any printable text.
_NAMED = re.compile(r"\bissue number: (?P<number>[!-~]+)", re.I)


def issue_date(banner: Sequence[str]) -> date | None:
    """The date of issue; a line that speaks of an issue goes before the others. Dates are day first."""
    lines = sorted(banner, key=lambda line: not _OF_ISSUE.search(line))
    return next(_dates(lines), None)


def issue_number(banner: Sequence[str]) -> str:
    """The number of the issue, as '123' or '4.12', or '' where none is named."""
    matches = (_NAMED.search(line) or _NUMBER.search(line) for line in banner)
    return next((match["number"] for match in matches if match), "")


def _dates(lines: Iterable[str]) -> Iterator[date]:
    for line in lines:
        matches = (match for pattern in _DATES for match in pattern.finditer(line))
        for match in sorted(matches, key=lambda match: match.start()):
            if (found := _date(match)) is not None:
                yield found


def _date(match: re.Match[str]) -> date | None:
    month = match["month"].lower()
    try:
        number = int(month) if month.isdecimal() else _MONTHS.index(month[:3]) + 1
        return date(int(match["year"]), number, int(match["day"]))
    except ValueError:
        return None
