"""Forms that only people's data and the names of single devices have, wherever they stand in a line.

The same patterns judge a single value and look through whole blocks of lines: what one of them calls certain, the other
finds. They never go beyond a line. A
pattern begins with the signs that it needs wherever it can, for these are looked for many times as fast.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

DEVICE_ID: Final = "Device ID (EUI-64)"
MPAN: Final = "MPAN"
MPRN: Final = "MPRN"
POSTCODE: Final = "postcode"
ADDRESS: Final = "address"
NAME: Final = "name of a person"
EMAIL: Final = "e-mail address"
TELEPHONE: Final = "telephone number"
ACCOUNT: Final = "customer or account number"

COMPANY: Final = re.compile(
    r"\b(?:ltd|limited|plc|llp|inc|gmbh|group|metering|energy|power|gas|electric\w*|meters?|controls?|systems?)\b", re.I
)

# Web pages and word processors write no-break, thin and invisible spaces, and dashes of every length.
_SPACES: Final = re.compile("[\u00a0\u00ad\u1680\u2000-\u200d\u202f\u205f\u2060\u3000\ufeff]")
_DASHES: Final = re.compile("[\u2010-\u2015\u2212\ufe63\uff0d]")
# A field begins and ends at a separator or a mark, or where the text does.
_BEGINS: Final = r"""(?<![^,;\t|"'\r\n]) *"""
_ENDS: Final = r""" *(?![^,;\t|"'\r\n])"""
_CODE: Final = re.I | re.ASCII


def levelled(text: str) -> str:
    """The text with plain spaces and hyphens for every other kind, sign by sign: each stays at its place."""
    return text if text.isascii() else _DASHES.sub("-", _SPACES.sub(" ", text))


def by_digits(digits: str) -> str | None:
    """What a number of so many digits is of, where it has a field for itself."""
    # 13 digits identify a supply point, 21 with what is printed before them on a bill; an MPRN has 6 to 10.
    length = len(digits)
    if length in (13, 21):
        return MPAN
    if length == 16:
        return DEVICE_ID
    if length == 11 and digits.startswith("0"):
        return TELEPHONE
    if length == 10:
        return MPRN
    return ACCOUNT if length in (11, 12, 14, 15) else None


@dataclass(frozen=True)
class Form:
    """`told` says what a match of `pattern` is; None where it is of nobody after all."""

    pattern: re.Pattern[str]
    told: Callable[[re.Match[str]], str | None]

    def within(self, text: str) -> str | None:
        """What the first match in a text is."""
        return next((found for match in self.pattern.finditer(text) if (found := self.told(match))), None)


def _is(what: str) -> Callable[[re.Match[str]], str | None]:
    return lambda match: what


def _of_number(match: re.Match[str]) -> str | None:
    return by_digits(match[1].replace(" ", ""))


def _of_title(match: re.Match[str]) -> str | None:
    return None if COMPANY.search(match[0]) else NAME


NUMBERS: Final = (
    Form(re.compile(f"{_BEGINS}([0-9](?: *[0-9]){{9,20}}){_ENDS}"), _of_number),
    # A fraction of many digits is no number of anybody.
    Form(re.compile(r"[0-9](?<![0-9A-Za-z_][0-9])(?<![0-9]\.[0-9])"
                    r"(?:[0-9]{12}|[0-9]{20}|[0-9] [0-9]{4} [0-9]{4} [0-9]{3})(?![0-9A-Za-z_])"), _is(MPAN)),
)  # fmt: skip
TELEPHONES: Final = (
    Form(re.compile(r"[+(0](?<![0-9A-Za-z_.-][+(0])(?:(?<=\+)44[ ()-]{0,3}(?:0[ ()-]{0,2})?|(?<=0)044[ ()-]{0,3}"
                    r"|(?<=\()0|(?<=0))[1-9](?:[ ()-]{0,2}[0-9]){8,9}(?![0-9A-Za-z_:-])"), _is(TELEPHONE)),
)  # fmt: skip
DEVICES: Final = (
    Form(re.compile(
        r"(?<!\w)(?<![0-9]\.)(?:0x)?(?:"
        r"[0-9a-f]{2}([-:. ]?)[0-9a-f]{2}(?:\1[0-9a-f]{2}){6}(?!\1[0-9a-f]{2}\b)"
        r"|[0-9a-f]{4}([-:. ])(?:[0-9a-f]{4}\2){2}[0-9a-f]{4}(?!\2[0-9a-f]{4}\b))(?!\w)", _CODE), _is(DEVICE_ID)),
)  # fmt: skip
EMAILS: Final = (Form(re.compile(r"@(?<=[^\s@,;]@)[^\s@,;]{1,250}\.[^\s@,;]{2}"), _is(EMAIL)),)
POSTCODES: Final = (
    Form(re.compile(r"(?<![0-9a-z])[a-z]{1,2}[0-9][a-z0-9]? {1,3}[0-9][abd-hjlnp-uw-z]{2}(?![0-9a-z])", _CODE),
         _is(POSTCODE)),
)  # fmt: skip
STREETS: Final = (
    Form(re.compile(
        r"[0-9](?<![0-9a-z][0-9])[0-9]{0,4}[a-z]?,? {1,3}(?:[a-z][a-z'.-]* {1,3}){1,4}"
        r"(?:street|st|road|rd|lane|ln|avenue|ave|close|drive|dr|way|court|gardens|gdns|place|crescent"
        r"|terrace|grove|hill|square|mews|park|row|walk|view|rise|green)(?![0-9a-z])", _CODE), _is(ADDRESS)),
)  # fmt: skip
TITLES: Final = (
    Form(re.compile(rf"{_BEGINS}(?:mr|mrs|ms|miss|mx|dr|prof)\.? +[a-z][\w'. -]{{0,80}}{_ENDS}", re.I), _of_title),
)

FORMS: Final[Sequence[Form]] = (*NUMBERS, *TELEPHONES, *DEVICES, *EMAILS, *POSTCODES, *STREETS, *TITLES)
