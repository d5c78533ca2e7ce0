"""What the cells of a row say. Every writing of an identifier is read by `cpl.identifiers`."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final, NamedTuple

from cpl.choices import EstateColumn
from cpl.estate.layout import PARTS, WIDTHS, Layout
from cpl.estate.makers import maker_key
from cpl.estate.personal import looks_personal, with_article
from cpl.estate.rewriting import NOT_READ
from cpl.estate.tally import Kind
from cpl.identifiers import (
    IdentifierError,
    join_duis_model,
    parse_identifier,
)

Column = EstateColumn

MOST_DEVICES: Final = 100_000_000
"""In one row: more meters than Great Britain has."""

LABEL_LENGTH: Final = 60
VALUE_LENGTH: Final = 100
REMEMBERED: Final = 50_000
"""Different writings of one column whose reading is kept, so that each is worked out once."""

# No more than two zeros behind the point: 12.000 is twelve to some and twelve thousand to others.
_WHOLE: Final = re.compile(r"\+?([0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.0{1,2})?")
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?")
_NOT_HEX: Final = re.compile(r"[G-Zg-z]")
_SPREADSHEET_NUMBER: Final = re.compile(r"-?[0-9](?:\.([0-9]{1,30}))?E([+-][0-9]{1,2})")
# Digits, the letters of hex and those that are taken for digits, and what stands between them.
_NEARLY: Final = re.compile(r"[0-9A-FOIlSQx:.,+\-\s']{1,16}", re.I)
_NEARLY_COUNT: Final = re.compile(r"[0-9E.,+\-\s]{1,9}", re.I)
_LONG_NUMBER: Final = re.compile(r"[0-9](?:[^0-9A-Za-z]?[0-9]){8,}")
_NOBODY: Final = 2
"""No more signs than this tell nobody anything."""
_FOUR_LETTERS: Final = re.compile(r"[^\W\d_]{4}")
_AS_MANY: Final = "Give each row as many fields as there are headings; quote a separator inside."


class Problem(NamedTuple):
    """Why a row is refused: as `cpl.estate.tally.Refusal` has it, without the lines."""

    column: Column | None
    value: str
    message: str
    cure: str


class Judge:
    """Reads the cells of a file. `keys` are the columns that tell kind and label, in the order of their texts.

    Once it `is_terse` it does not say what is wrong with each value: there are too many to be listed.
    """

    def __init__(self, layout: Layout, codes: Mapping[str, str]) -> None:
        self.width = layout.width
        self.is_terse = False
        self._codes = {maker_key(name): code for name, code in codes.items()}
        model = (Column.DEVICE_MODEL,) if Column.DEVICE_MODEL in layout.columns else PARTS
        label = (Column.LABEL,) if Column.LABEL in layout.columns else ()
        self.keys = (Column.MANUFACTURER, *model, Column.FIRMWARE_VERSION, *label)
        self.places = tuple(layout.columns[column] for column in self.keys)
        self.count_place = layout.columns.get(Column.COUNT)
        self._has_label, self._in_parts = bool(label), len(model) > 1
        self._good: tuple[dict[str, str], ...] = tuple({} for _ in self.keys)
        self._bad: tuple[dict[str, Problem], ...] = tuple({} for _ in self.keys)

    def key(self, texts: Sequence[str]) -> tuple[Kind, str] | Problem:
        """Kind and label of the texts of `keys`, or the first thing that is wrong with them."""
        said: list[str] = []
        # A file has tens of thousands of these: what was read before costs no more than looking it up.
        for place, (known, text) in enumerate(zip(self._good, texts, strict=True)):
            found = known.get(text)
            if found is None:
                anew = self._anew(place, text)
                if isinstance(anew, Problem):
                    return anew
                found = anew
            said.append(found)
        label = said.pop() if self._has_label else ""
        model = join_duis_model(*said[1:-1]) if self._in_parts else said[1]
        return Kind(said[0], model, said[-1]), label

    def devices(self, text: str) -> int | Problem:
        """How many devices a row stands for."""
        plain = text.strip()
        found = _WHOLE.fullmatch(plain)
        number = int(found[1].replace(",", "")) if found else 0
        if found and number <= MOST_DEVICES:
            return number
        if self.is_terse:
            return one_of_many(Column.COUNT)
        return _no_number(plain, is_whole=bool(found))

    def _anew(self, place: int, text: str) -> str | Problem:
        good, bad = self._good[place], self._bad[place]
        if text in bad:
            return bad[text]
        if len(good) + len(bad) >= REMEMBERED:
            good.clear()
            bad.clear()
        found = self._cell(self.keys[place], text)
        if isinstance(found, Problem):
            bad[text] = found
        else:
            good[text] = found
        return found

    def _cell(self, column: Column, text: str) -> str | Problem:
        if column == Column.LABEL:
            return _label(text)
        try:
            return parse_identifier(text, width=WIDTHS[column]).value
        except IdentifierError as error:
            if column == Column.MANUFACTURER and (code := self._codes.get(maker_key(text))):
                return code
            if self.is_terse:
                return one_of_many(column)
            return _refused_identifier(column, text, error)


def too_long(fields: Sequence[str], width: int) -> Problem | None:
    """What is wrong with a row of more filled fields than there are headings."""
    if not any(field.strip() for field in fields[width:]):
        return None
    if set(fields) <= {NOT_READ, ""}:
        message = "The row had more or fewer fields than headings, and columns were left out: none of it was read."
        return Problem(None, "", message, _AS_MANY)
    message = f"The row has more fields than there are headings ({width})."
    return Problem(None, "", message, _AS_MANY)


def one_of_many(column: Column | None) -> Problem:
    """What is wrong with a value where there are too many different ones to list them."""
    what = column.label if column else "Row"
    return Problem(
        column, "", f"{what}: one of very many different values that cannot be read.",
        "Look whether this column was the right one; correct the values in the lines named.",
    )  # fmt: skip


def _label(text: str) -> str | Problem:
    label = " ".join(text.split())
    if len(label) <= LABEL_LENGTH:
        return label
    message = f"The label has {len(label):,} characters; at most {LABEL_LENGTH} are kept."
    return Problem(Column.LABEL, "", message, "Write a shorter label, or leave the column out.")


def _refused_identifier(column: Column, text: str, error: IdentifierError) -> Problem:
    if not any(map(str.isalnum, text)):
        return Problem(column, _shown(text), f"The {_EMPTY[column]} is empty.", error.cure)
    number = number_of_a_cell(text)
    if number is not None:
        return _problem(column, f"{number:f}", *_lost_in_a_number(column, number, error))
    if column == Column.MANUFACTURER and _NOT_HEX.search(text):
        says = "is neither a Manufacturer Identifier nor the name of a manufacturer that has just one."
        return _told(column, text, says, _NO_MANUFACTURER)
    return _problem(column, text, error.message, error.cure)


def number_of_a_cell(text: str) -> Decimal | None:
    """The number that a cell of a workbook shows, where the reader of workbooks wrote it as no identifier is written:
    1.030000E+6. All its digits are there, which is not so of the 1.03E+06 that stands in a CSV file of Excel.
    """
    found = _SPREADSHEET_NUMBER.fullmatch(text)
    if not found or len(found[1] or "") < int(found[2]):
        return None
    number = Decimal(text)
    whole = number.to_integral_value()
    return whole if whole == number else number


def _lost_in_a_number(column: Column, number: Decimal, error: IdentifierError) -> tuple[str, str]:
    width = WIDTHS[column]
    whole = number == number.to_integral_value()
    if whole and number >= 0 and len(f"{number:f}") < width:
        may = f"{number:f} may be {int(number):0{width}d} or another {_NOUNS[column]}"
        return f"Excel dropped a leading zero, or more: {may}.", _AS_TEXT
    try:
        parse_identifier(int(number) if whole else float(number), width=width)
    except IdentifierError as told:
        return told.message, _AS_TEXT
    return error.message, error.cure


def _no_number(plain: str, *, is_whole: bool) -> Problem:
    """What is wrong with a number of devices."""
    write = "Write a whole number, 0 or more, in digits alone, such as 1234."
    if not plain:
        return Problem(Column.COUNT, "", "The number of devices is empty.", write)
    says = f"is {'negative' if plain.startswith('-') else 'not plainly a whole number'}."
    if is_whole:
        says = f"is more than the {MOST_DEVICES:,} devices that a row may stand for."
    elif not _NUMBER.fullmatch(plain):
        says = "is not a number of devices."
    return _told(Column.COUNT, plain, says, write)


def _problem(column: Column, text: str, message: str, cure: str) -> Problem:
    """What is wrong with an identifier, where the message repeats it; one that may be of a person or a single device is
    kept neither as a value nor in the message.
    """
    if _may_be_shown(text, column):
        return Problem(column, _shown(text), message[:400], cure[:300])
    write = f"Write its {WIDTHS[column]} hex digits"
    # People know a model by its name; several may have the same one.
    write += ", not its name: a search for the name finds them." if column == Column.DEVICE_MODEL else "."
    return _told(column, text, f"cannot be read as {_WHAT[column]}.", write)


def _told(column: Column, text: str, says: str, cure: str) -> Problem:
    """The same for what is said of a value that stands first."""
    if _may_be_shown(text, column):
        return Problem(column, _shown(text), f"“{_shown(text)}” {says}", cure)
    why = f"it looks like {with_article(likeness)}" if (likeness := looks_personal(text)) else "it may be of a person"
    return Problem(column, "", f"The value {says} It is not shown, since {why}.", cure)


def _may_be_shown(text: str, column: Column) -> bool:
    """Only what is nearly an identifier or a number of devices: a name, an address or an MPAN never is."""
    plain = text.strip()
    if len(plain) <= _NOBODY:
        return True
    nearly = _NEARLY_COUNT if column == Column.COUNT else _NEARLY
    return bool(
        nearly.fullmatch(plain) and any(map(str.isdigit, plain)) and not _FOUR_LETTERS.search(plain)
        and not _LONG_NUMBER.search(plain) and not looks_personal(plain)
    )  # fmt: skip


_WHAT: Final[Mapping[Column, str]] = {
    Column.MANUFACTURER: "a manufacturer",
    Column.DEVICE_MODEL: "a Device Model",
    Column.MODEL_IDENTIFIER: "a Model Identifier",
    Column.HARDWARE_VERSION: "a hardware version",
    Column.HARDWARE_REVISION: "a hardware revision",
    Column.FIRMWARE_VERSION: "a firmware version",
}

_NOUNS: Final[Mapping[Column, str]] = {
    Column.MANUFACTURER: "Manufacturer Identifier",
    Column.DEVICE_MODEL: "Device Model",
    Column.MODEL_IDENTIFIER: "Model Identifier",
    Column.HARDWARE_VERSION: "hardware version",
    Column.HARDWARE_REVISION: "hardware revision",
    Column.FIRMWARE_VERSION: "version",
}
_EMPTY: Final[Mapping[Column, str]] = {
    **_NOUNS,
    Column.MANUFACTURER: "manufacturer",
    Column.FIRMWARE_VERSION: "firmware version",
}
_NO_MANUFACTURER: Final = "Write the Manufacturer Identifier, 4 hex digits. Take a row of totals out of the file."
_AS_TEXT: Final = "Format the column as Text and paste again."


def _shown(text: str) -> str:
    """On one line, and no longer than is kept."""
    flat = " ".join(text.split())
    return flat if len(flat) <= VALUE_LENGTH else f"{flat[: VALUE_LENGTH - 1]}…"
