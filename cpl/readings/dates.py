"""Dates as people and spreadsheets write them. Text is day first, as in Britain; years have four digits."""

import re
from datetime import date, timedelta

# Excel counts days from here (part of the 1900 date system, for dates after February 1900).
_EPOCH = date(1899, 12, 30)
EARLIEST = date(1980, 1, 1)
LATEST = date(2100, 12, 31)
MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,?\s+)?"
_MONTH = r"(?P<name>[a-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_TIME = r"(?:[T\s]\s*\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:\s*[ap]m)?\s*(?:Z|[+-]\d{2}:?\d{2})?)?"
_FORMS = tuple(
    re.compile(_WEEKDAY + form + _TIME, re.IGNORECASE | re.ASCII)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})",
        r"(?P<day>\d{1,2})\s*[-/. ]\s*(?P<month>\d{1,2})\s*[-/. ]\s*(?P<year>\d{4})",
        rf"{_DAY}[\s-]*(?:of\s+)?{_MONTH},?[\s-]*(?P<year>\d{{4}})",
        rf"{_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}})",
    )
)
# A number from here on is a date in digits, year first.
_AS_DIGITS = 19_800_101
# In a CSV file a date column without a date format shows the bare numbers.
_DAY_NUMBER = re.compile(r"[0-9]{5}")
_TWO_DIGIT_YEAR = re.compile(
    rf"(?:\d{{1,2}}[-/. ]\d{{1,2}}|{_DAY}[\s-]*{_MONTH})[-/. ]+\d{{2}}" + _TIME, re.IGNORECASE | re.ASCII
)


class NoDateError(ValueError):
    """Text or a number that is no date; the message says why, as the end of a sentence."""


def from_number(number: float) -> date:
    """The date of a spreadsheet's day number, or of a number such as 20260901; raises NoDateError."""
    if _AS_DIGITS <= number <= 21_001_231:
        return from_text(str(int(number)))
    if not (EARLIEST - _EPOCH).days <= number < (LATEST - _EPOCH).days + 1:
        raise NoDateError(f"is a number that stands for no day between {EARLIEST.year} and {LATEST.year}")
    return _EPOCH + timedelta(days=int(number))


def is_day_number(value: object) -> bool:
    """Whether a cell is a number that counts days, in a CSV file its digits; 20260901 counts none."""
    if isinstance(value, str):
        return _DAY_NUMBER.fullmatch(value.strip()) is not None
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value < _AS_DIGITS


def from_text(text: str) -> date:
    """The date that a text names, its time of day left out; raises NoDateError."""
    if _DAY_NUMBER.fullmatch(text):
        return from_number(int(text))
    for form in _FORMS:
        if match := form.fullmatch(text):
            return in_range(_checked(match.groupdict()))
    if _TWO_DIGIT_YEAR.fullmatch(text):
        raise NoDateError("has a year of two digits, so it is not clear which number is the year")
    raise NoDateError("is not written as a date")


def in_range(day: date) -> date:
    """The same day; raises NoDateError where no date of this industry can lie."""
    if not EARLIEST <= day <= LATEST:
        raise NoDateError(f"lies outside the years {EARLIEST.year} to {LATEST.year}")
    return day


def _checked(parts: dict[str, str]) -> date:
    year, day = int(parts["year"]), int(parts["day"])
    month = _month(parts["name"]) if "name" in parts else int(parts["month"])
    if not 1 <= month <= 12:
        raise NoDateError(f"is a date that does not exist: there is no month {month} (the day comes first)")
    try:
        return date(year, month, day)
    except ValueError:
        raise NoDateError(
            f"is a date that does not exist: {MONTHS[month - 1].title()} {year} has no day {day}"
        ) from None


def _month(name: str) -> int:
    short = "sep" if name.lower() == "sept" else name.lower()
    for number, month in enumerate(MONTHS, 1):
        if short in (month, month[:3]):
            return number
    raise NoDateError(f"names a month “{name}”, which does not exist")
