"""Telling what is of a person or of a single device: it must be refused before anything is stored.

A heading or a value is looked at by itself (`personal_heading`, `looks_personal`), a column by all the values that are
at hand (`personal_column`): there a few digits that happen to look like a postcode count for nothing, and what no
single value shows, such as that every value is another one, counts.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from cpl.estate.certain import (
    ACCOUNT,
    ADDRESS,
    COMPANY,
    DEVICE_ID,
    EMAIL,
    FORMS,
    MPAN,
    MPRN,
    NAME,
    POSTCODE,
    TELEPHONE,
    by_digits,
    levelled,
)

SERIAL: Final = "serial number"
BIRTH: Final = "date of birth"

# Words of a heading that stand by themselves. "Model name" or "Region" are of nobody.
_IN_HEADING: Final = (
    (DEVICE_ID, r"device i ?ds?|device identifiers?|eui ?\d*|guid|mac|mac address"
                r"|(?:gpf|esme|gsme|chf|ch|hub|ihd|ppmid) i ?d"),
    (MPAN, r"mpans?|mpxns?|(?:meter|metering|supply|delivery) point(?: i ?d| numbers?| administration numbers?)?"),
    (MPRN, r"mprns?|meter point reference(?: numbers?)?"),
    (POSTCODE, r"post ?codes?|postal codes?|zip(?: codes?)?"),
    (EMAIL, r"e ?mails?"),
    (ADDRESS, r"address(?:es)?(?: ?lines?)?(?: ?\d+)?|addr(?: ?\d+)?|street|premises?|uprn|flat|property"
              r"|house(?: names?| numbers?| no)?"),
    (TELEPHONE, r"(?:tele)?phones?(?: numbers?| no)?|mobiles?|tel(?: no)?"),
    (BIRTH, r"dob|(?:date of )?birth(?: ?day)?"),
    (ACCOUNT, r"(?:customer|consumer|account|contract|client) ?(?:i ?d|refs?|references?|numbers?|no)|accounts?"),
    (NAME, r"names?|(?:customer|consumer|contact|tenant|occupiers?|resident|householder|engineer|installer|account"
           r"|account holder|full|first|last|sur|fore|given|family|middle)(?: ?names?)?|surnames?|forenames?"),
    (SERIAL, r"serials?(?: ?numbers?| ?nos?)?|s ?n|msns?"
             r"|(?:meter|asset|device) (?:serial(?: .*)?|i ?d|numbers?|nos?|refs?)"
             r"|iccid|imei|imsi|sim(?: numbers?)?"),
)  # fmt: skip
# Where a heading has these in it, whatever else it says: "InstalledMeterSerialNo", "cust_postcode_1".
_ANYWHERE: Final = (
    (MPAN, "mpan"), (MPAN, "mpxn"), (MPRN, "mprn"), (DEVICE_ID, "eui64"), (DEVICE_ID, "deviceid"),
    (POSTCODE, "postcode"), (SERIAL, "serialn"), (SERIAL, "meterserial"), (NAME, "surname"), (NAME, "forename"),
    (NAME, "customername"), (EMAIL, "email"), (TELEPHONE, "telephone"), (ADDRESS, "addressline"),
    (ADDRESS, "streetname"),
    (ACCOUNT, "accountn"), (ACCOUNT, "customern"), (ACCOUNT, "customerid"), (ACCOUNT, "customerref"),
)  # fmt: skip
_HEADINGS: Final = [(words, re.compile(pattern)) for words, pattern in _IN_HEADING]
_EDGES: Final = {"of", "the", "import", "export", "primary", "secondary", "current", "old", "new", "code", "core"}
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_SIGNS: Final = re.compile(r"[\W_]+")

_POSTCODE: Final = re.compile(
    r"GIR ?0AA|[A-PR-UWYZ](?:[0-9]{1,2}|[0-9][A-Z]|[A-HK-Y][0-9]{1,2}|[A-HK-Y][0-9][A-Z]) ?[0-9][ABD-HJLNP-UW-Z]{2}",
    re.I,
)
_TWO_NAMES: Final = re.compile(r"([A-Z][a-z]+|[A-Z]+)(?:,? +[A-Z][A-Za-z'.-]*){1,3}")
_SERIAL: Final = re.compile(r"(?=[0-9]*[A-Z])(?=(?:[A-Z]*[0-9]){6})[A-Z0-9]{9,20}", re.I)
# First names that are no place, month or maker's name: a region called "Chester North" is nobody.
_FIRST_NAMES: Final = frozenset(
    [
        "aaron", "adam", "aisha", "alan", "albert", "alex", "alexander", "alfie", "alice", "alison", "amanda",
        "amelia", "amy", "andrea", "andrew", "angela", "ann", "anna", "anne", "anthony", "ashley", "barbara", "barry",
        "beatrice", "ben", "benjamin", "bethany", "brenda", "brian", "bridget", "caroline", "catherine", "charlie",
        "charlotte", "chloe", "christine", "christopher", "claire", "colin", "craig", "daisy", "daniel", "danielle",
        "darren", "dave", "david", "dawn", "deborah", "denise", "dennis", "derek", "diana", "diane", "donald",
        "donna", "dorothy", "edward", "eileen", "elaine", "elizabeth", "ella", "ellie", "emily", "emma", "eric",
        "ethan", "evie", "fatima", "fiona", "frank", "frederick", "freya", "gareth", "gary", "gavin", "gemma",
        "geoffrey", "geraldine", "gillian", "graham", "hannah", "harriet", "harry", "heather", "helen", "henry",
        "holly", "ian", "irene", "isabella", "isla", "jack", "jacob", "jacqueline", "james", "jamie", "jane", "janet",
        "janice", "jasmine", "jason", "jean", "jeffrey", "jennifer", "jeremy", "jessica", "jill", "joan", "joanna",
        "joanne", "john", "jonathan", "joseph", "joshua", "joyce", "judith", "julia", "julian", "julie", "karen",
        "karl", "kate", "katherine", "kathleen", "katie", "keith", "kelly", "kenneth", "kerry", "kevin", "kimberley",
        "laura", "lauren", "leah", "leanne", "liam", "linda", "lisa", "louise", "lucy", "luke", "lynn", "mandy",
        "margaret", "maria", "marie", "marion", "marjorie", "mark", "martin", "mary", "matthew", "maureen", "megan",
        "melanie", "melissa", "michael", "michelle", "mohammed", "muhammad", "molly", "monica", "natalie", "natasha",
        "neil", "nicholas", "nicola", "nigel", "noah", "oliver", "olivia", "pamela", "patricia", "patrick", "paul",
        "paula", "pauline", "peter", "philip", "phoebe", "priya", "rachel", "raymond", "rebecca", "richard", "robert",
        "robin", "rosemary", "ruth", "ryan", "samantha", "samuel", "sandra", "sarah", "scott", "sharon", "sheila",
        "shirley", "simon", "sophie", "stacey", "stephanie", "stephen", "steven", "stuart", "susan", "suzanne",
        "sylvia", "tanya", "teresa", "theresa", "thomas", "tina", "tracey", "tracy", "trevor", "valerie", "vanessa",
        "veronica", "victor", "vincent", "wayne", "wendy", "william", "yvonne", "zara", "zoe",
    ]
)  # fmt: skip
# Beside something else in a longer text. What says a day, or a day and the time of it, is no number of anybody.
_DAYS: Final = re.compile(
    r"(?<![0-9])(?:(?:19|20)[0-9]{2}[-./ ]?(?:0[1-9]|1[0-2])(?:[-./ ]?[0-3][0-9])?|[0-3][0-9][-./ ][01][0-9][-./ ]"
    r"(?:19|20)[0-9]{2})(?:[-T_ ]?[0-2][0-9][-.: ]?[0-5][0-9](?:[-.: ]?[0-5][0-9])?)?(?![0-9])"
)
_LONG_NUMBER: Final = re.compile(r"[0-9](?:[-./ ]?[0-9]){8,}")
_SIXTEEN_HEX: Final = re.compile(r"(?<![0-9A-F])[0-9A-F]{16}(?![0-9A-F])", re.I)
_POSTCODE_ANYWHERE: Final = re.compile(rf"(?<![0-9A-Z])(?:{_POSTCODE.pattern})(?![0-9A-Z])", re.I)
_TITLE_ANYWHERE: Final = re.compile(r"\b(?i:mr|mrs|miss|prof)\.? +[A-Z][a-z]+")
# Looked for from every word on: a name may begin with the second of three.
_NAMES_ANYWHERE: Final = re.compile(r"(?=\b([A-Z][a-z'-]+|[A-Z'-]{3,})(,?) +([A-Z][a-z'-]+|[A-Z'-]{3,})\b)")

_EVIDENCE: Final = 5
"""So many different values before a column is judged by what no single value shows."""
_ALL_DIFFERENT: Final = 20
_MOST_OF_THEM: Final = 0.9
_SHORTEST_SERIAL: Final = 7
_LOOKED_AT: Final = 1_000
"""Characters of a value: nobody makes us search a novel for a postcode."""


def plain_words(heading: str) -> str:
    """A heading in lower-case words: 'Device_ID', 'deviceId' and ' DEVICE ID ' are all 'device id'."""
    return _SIGNS.sub(" ", _HUMP.sub(" ", heading.strip())).strip().casefold()


def personal_heading(heading: str) -> str | None:
    """What a column with this heading holds of a person or a single device, in words; None for nothing."""
    words = plain_words(heading).split()
    text, bare = " ".join(words), " ".join(word for word in words if word not in _EDGES)
    for found, pattern in _HEADINGS:
        if pattern.fullmatch(text) or pattern.fullmatch(bare):
            return found
    squashed = "".join(words)
    return next((found for found, part in _ANYWHERE if part in squashed), None) or personal_within(heading)


def with_article(what: str) -> str:
    """What a value looks like, in a sentence: "a postcode", "an MPAN"."""
    return f"an {what}" if what[0] in "aeiou" or what.startswith("MP") else f"a {what}"


def looks_personal(text: str) -> str | None:
    """What this single value looks like: "Device ID (EUI-64)", "MPAN", "postcode", …; None where it is of nobody.

    Made for masking: a value of which it cannot be sure counts as personal. Identifiers of models and firmware
    versions in their usual writing, and numbers of devices, never do.
    """
    return certainly_personal(text) or _perhaps(levelled(text).strip()) or personal_within(text)


def certainly_personal(text: str) -> str | None:
    """The same for forms that nothing else has: one such value is enough to refuse a file."""
    text = levelled(text[:_LOOKED_AT])
    if len(text.strip()) < _SHORTEST_SERIAL - 1:
        return None
    return next((found for form in FORMS if (found := form.within(text))), None)


def personal_within(text: str) -> str | None:
    """What stands anywhere in a label, a heading or a name, whatever is beside it; None where nothing is sure."""
    if found := certainly_personal(text):
        return found
    text = _DAYS.sub(" x ", levelled(text[:_LOOKED_AT]))
    if number := _LONG_NUMBER.search(text):
        return by_digits(re.sub("[^0-9]", "", number[0])) or ACCOUNT
    if _SIXTEEN_HEX.search(text):
        return DEVICE_ID
    if _POSTCODE_ANYWHERE.search(text):
        return POSTCODE
    return NAME if _names_somebody(text) else None


def personal_name(text: str) -> str | None:
    """The same for the name of a file or of a check, in which any sign may stand between the words."""
    return personal_within(text) or personal_within(" ".join(_SIGNS.split(text)))


def personal_column(heading: str, values: Iterable[str], *, is_known: bool = False) -> tuple[str, int | None] | None:
    """What a column holds of people or single devices, and the index of a value that shows it.

    None where it holds nothing of the kind; the index is None where only the heading tells. `is_known` says that the
    column is known by its heading to hold models, versions or numbers of devices: then only certain forms count.
    """
    filled = [(at, value.strip()) for at, value in enumerate(values) if value.strip()]
    first = filled[0][0] if filled else None
    if not is_known and (found := personal_heading(heading)):
        return found, first
    told: dict[str, str | None] = {}
    for at, value in filled:
        if value not in told:
            told[value] = certainly_personal(value)
        if found := told[value]:
            return found, at
    if found := None if is_known else _by_all([value for _, value in filled]):
        return found, first
    return None


def masked(value: str) -> str:
    """A value that tells its owner which one is meant, and nobody else what it says: '12•••••••••45'."""
    text = " ".join(value.split())
    shown = 2 if len(text) >= _SHORTEST_SERIAL else 0
    return (text[:shown] + "•" * min(max(len(text) - 2 * shown, 3), 16) + text[len(text) - shown :])[:40]


def _digits(text: str) -> str:
    """The digits of a value that is nothing but digits and the spaces between them."""
    plain = text.removeprefix("'").replace(" ", "")
    return plain if plain.isascii() and plain.isdigit() else ""


def _perhaps(text: str) -> str | None:
    """Forms that something else may have, too."""
    if _POSTCODE.fullmatch(text):
        return POSTCODE
    if _is_name(text):
        return NAME
    digits = _digits(text)
    if len(digits) == 9:
        return MPRN
    is_serial = _SERIAL.fullmatch(text) and not text.lower().startswith("0x")
    return SERIAL if is_serial else None


def _is_name(text: str) -> bool:
    found = _TWO_NAMES.fullmatch(text)
    is_known = found and (found[1].lower() in _FIRST_NAMES or _names_somebody(text))
    return bool(is_known and not COMPANY.search(text))


def _names_somebody(text: str) -> bool:
    """Whether it has "Jane Smith", "Smith, Jane" or "Mrs Smith" in it."""
    if COMPANY.search(text):
        return False
    if _TITLE_ANYWHERE.search(text):
        return True
    pairs = (match.groups() for match in _NAMES_ANYWHERE.finditer(text))
    return any(one.lower() in _FIRST_NAMES or (comma and other.lower() in _FIRST_NAMES) for one, comma, other in pairs)


def _by_all(values: Sequence[str]) -> str | None:
    different = set(values)
    for found, tells in ((POSTCODE, _is_postcode), (NAME, _is_name), (MPAN, _is_mpan_of_spreadsheet)):
        if _mostly(different, tells, 2):
            return found
    if _mostly(different, _has_mprn_check, _EVIDENCE):
        return MPRN
    # Each row another one: so it is with single devices, and with nothing that is counted.
    if len(values) >= _ALL_DIFFERENT and len(different) >= _MOST_OF_THEM * len(values):
        return SERIAL if _mostly(different, _is_long_code, _ALL_DIFFERENT) else None
    return None


def _mostly(different: set[str], tells: Callable[[str], bool], enough: int) -> bool:
    telling = sum(1 for value in different if tells(value))
    return telling >= enough and telling >= 0.5 * len(different)


def _is_postcode(value: str) -> bool:
    return bool(_POSTCODE.fullmatch(value))


def _is_mpan_of_spreadsheet(value: str) -> bool:
    """An MPAN of which a spreadsheet made a number: 1.20002E+12."""
    return bool(re.fullmatch(r"[12]\.[0-9]{2,11}E\+12", value, re.I))


def _has_mprn_check(value: str) -> bool:
    """The last two digits of an MPRN are the rest of a division by 11 of the others, each weighed by its place."""
    digits = _digits(value)
    if not 6 <= len(digits) <= 10:
        return False
    number = digits[:-2]
    weighed = sum(int(digit) * (len(number) - at) for at, digit in enumerate(number))
    return weighed % 11 == int(digits[-2:])


def _is_long_code(value: str) -> bool:
    """Letters and digits in one, too long for what is counted, and no eight digits of hex with a letter."""
    plain = value.replace("-", "").replace("/", "")
    if not (plain.isascii() and plain.isalnum() and any(map(str.isdigit, plain)) and len(plain) >= _SHORTEST_SERIAL):
        return False
    return not re.fullmatch(r"(?=.*[A-F])[0-9A-F]{8}|[0-9A-F]{64}", plain, re.I)
