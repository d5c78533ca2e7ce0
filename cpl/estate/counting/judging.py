"""What the cells of a row say. Every writing of an identifier is read by `cpl.identifiers`."""

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from cpl.choices import EstateColumn
from cpl.estate.layout import Layout
from cpl.estate.makers import maker_key
from cpl.estate.personal import looks_personal
from cpl.estate.tally import Kind
from cpl.identifiers import (
    DEVICE_MODEL,
    FIRMWARE_VERSION,
    HARDWARE_REVISION,
    HARDWARE_VERSION,
    MANUFACTURER_IDENTIFIER,
    MODEL_IDENTIFIER,
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

_WIDTHS: Final = {
    Column.MANUFACTURER: MANUFACTURER_IDENTIFIER,
    Column.DEVICE_MODEL: DEVICE_MODEL,
    Column.MODEL_IDENTIFIER: MODEL_IDENTIFIER,
    Column.HARDWARE_VERSION: HARDWARE_VERSION,
    Column.HARDWARE_REVISION: HARDWARE_REVISION,
    Column.FIRMWARE_VERSION: FIRMWARE_VERSION,
}
_PARTS: Final = (Column.MODEL_IDENTIFIER, Column.HARDWARE_VERSION, Column.HARDWARE_REVISION)
# No more than two zeros behind the point: 12.000 is twelve to some and twelve thousand to others.
_WHOLE: Final = re.compile(r"\+?([0-9]{1,12}|[0-9]{1,3}(?:,[0-9]{3}){1,3})(?:\.0{1,2})?")
_NUMBER: Final = re.compile(r"[+-]?[0-9][0-9,]*(?:\.[0-9]+)?")
_NOT_HEX: Final = re.compile(r"[G-Zg-z]")


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
        model = (Column.DEVICE_MODEL,) if Column.DEVICE_MODEL in layout.columns else _PARTS
        label = (Column.LABEL,) if Column.LABEL in layout.columns else ()
        self.keys = (Column.MANUFACTURER, *model, Column.FIRMWARE_VERSION, *label)
        self.places = tuple(layout.columns[column] for column in self.keys)
        self.count_place = layout.columns.get(Column.COUNT)
        self._read: tuple[dict[str, str | Problem], ...] = tuple({} for _ in self.keys)

    def key(self, texts: Sequence[str]) -> tuple[Kind, str] | Problem:
        """Kind and label of the texts of `keys`, or the first thing that is wrong with them."""
        said = []
        for column, text, known in zip(self.keys, texts, self._read, strict=True):
            found = known.get(text)
            if found is None:
                if len(known) >= REMEMBERED:
                    known.clear()
                found = known[text] = self._cell(column, text)
            if isinstance(found, Problem):
                return found
            said.append(found)
        label = said.pop() if self.keys[-1] == Column.LABEL else ""
        maker, *model, firmware = said
        return Kind(maker, join_duis_model(*model) if len(model) > 1 else model[0], firmware), label

    def devices(self, text: str) -> int | Problem:
        """How many devices a row stands for."""
        plain = text.strip()
        found = _WHOLE.fullmatch(plain)
        number = int(found[1].replace(",", "")) if found else 0
        if found and number <= MOST_DEVICES:
            return number
        if self.is_terse:
            return one_of_many(Column.COUNT)
        return _problem(Column.COUNT, plain, *_what_is_wrong(plain, is_whole=bool(found)))

    def _cell(self, column: Column, text: str) -> str | Problem:
        if column == Column.LABEL:
            return _label(text)
        try:
            return parse_identifier(text, width=_WIDTHS[column]).value
        except IdentifierError as error:
            if column == Column.MANUFACTURER and (code := self._codes.get(maker_key(text))):
                return code
            if self.is_terse:
                return one_of_many(column)
            return _problem(column, text, *_words(column, text, error))


def too_long(fields: Sequence[str], width: int) -> Problem | None:
    """What is wrong with a row of more filled fields than there are headings."""
    if not any(field.strip() for field in fields[width:]):
        return None
    message = f"The row has more fields than there are headings ({width})."
    return Problem(None, "", message, "Give each row as many fields as there are headings; quote a separator inside.")


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
    return _problem(Column.LABEL, label, message, "Write a shorter label, or leave the column out.")


def _words(column: Column, text: str, error: IdentifierError) -> tuple[str, str]:
    if column == Column.MANUFACTURER and _NOT_HEX.search(text):
        return (
            f"{_shown(text)!r} is neither a Manufacturer Identifier nor the name of a manufacturer that has just one.",
            "Write the Manufacturer Identifier, 4 hex digits.",
        )
    return error.message, error.cure


def _what_is_wrong(plain: str, *, is_whole: bool) -> tuple[str, str]:
    """Of a number of devices."""
    write = "Write a whole number, 0 or more."
    if not plain:
        return "The number of devices is empty.", write
    shown = repr(_shown(plain))
    if is_whole:
        return f"{shown} is more than the {MOST_DEVICES:,} devices that a row may stand for.", write
    if not _NUMBER.fullmatch(plain):
        return f"{shown} is not a number of devices.", write
    return f"{shown} is {'negative' if plain.startswith('-') else 'not plainly a whole number'}.", write


def _problem(column: Column, text: str, message: str, cure: str) -> Problem:
    """What is wrong with a cell; whatever may be of a person or a single device is not repeated."""
    shown = _shown(text)
    if likeness := looks_personal(shown):
        message = f"What stands here cannot be read as {_WHAT[column]}, and is not shown: it looks like {likeness}."
        return Problem(column, "", message, cure)
    return Problem(column, shown, message[:400], cure[:300])


_WHAT: Final[Mapping[Column, str]] = {
    Column.MANUFACTURER: "a manufacturer",
    Column.DEVICE_MODEL: "a Device Model",
    Column.MODEL_IDENTIFIER: "a Model Identifier",
    Column.HARDWARE_VERSION: "a hardware version",
    Column.HARDWARE_REVISION: "a hardware revision",
    Column.FIRMWARE_VERSION: "a firmware version",
    Column.COUNT: "a number of devices",
    Column.LABEL: "a label",
}


def _shown(text: str) -> str:
    """On one line, and no longer than is kept."""
    flat = " ".join(text.split())
    return flat if len(flat) <= VALUE_LENGTH else f"{flat[: VALUE_LENGTH - 1]}…"
