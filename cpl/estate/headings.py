"""Telling what the columns of an estate file hold, by their headings and by what stands under them.

Where two columns may be meant, neither is chosen: a person decides.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cpl.choices import EstateColumn
from cpl.estate.layout import PARTS, Columns
from cpl.estate.personal import plain_words
from cpl.identifiers import DEVICE_MODEL, MANUFACTURER_IDENTIFIER, MODEL_IDENTIFIER, squash

# As plain_heading writes them.
_NAMES: Final[Mapping[EstateColumn, frozenset[str]]] = {
    EstateColumn.MANUFACTURER: frozenset(
        [
            "manufacturer", "manufacturercode", "manufacturerid", "manufactureridentifier", "manufacturername",
            "maker", "makercode", "makername", "make", "mfr", "mfrcode", "mfrid", "mfg", "mfgcode", "manuf", "oem",
            "vendor", "vendorcode", "devicemanufacturer", "devicemanufactureridentifier", "devicemanufacturercode",
            "metermanufacturer", "metermaker", "metermake", "metermanufacturercode", "manufactureridentification",
            "mnfr", "mnf", "manf", "mfgr", "mfrname", "mfgname",
        ]
    ),
    EstateColumn.DEVICE_MODEL: frozenset(
        [
            "devicemodel", "model", "modelcode", "modelno", "modelnumber", "duismodel", "duisdevicemodel",
            "devicemodelduis", "devicemodelcode", "metermodel", "metermodelcode", "modeljoined", "devicemodeljoined",
            "modelandhardware", "devicemodelid", "devicemodelidentifier", "modelhex", "devicemodelhex", "typemodel",
            "modelreference", "modelref", "modelname", "devicemodelname", "mdl", "mdlcode", "mdlno", "devmodel",
            "devmdl",
        ]
    ),
    EstateColumn.MODEL_IDENTIFIER: frozenset(["modelid", "modelidentifier", "modelidentification"]),
    EstateColumn.HARDWARE_VERSION: frozenset(
        ["hardwareversion", "hwversion", "hwver", "hardwarever", "hardware", "hw", "hardwareversionmajor", "hwv"]
    ),
    EstateColumn.HARDWARE_REVISION: frozenset(
        ["hardwarerevision", "hwrevision", "hwrev", "hardwarerev", "revision", "rev", "hardwareversionrevision", "hwr"]
    ),
    EstateColumn.FIRMWARE_VERSION: frozenset(
        [
            "firmware", "firmwareversion", "firmwarever", "firmwareversionnumber", "firmwareversionhex", "fw",
            "fwversion", "fwver", "currentfirmware", "currentfirmwareversion", "installedfirmware",
            "installedfirmwareversion", "firmwareversioninstalled", "firmwareinstalled", "activefirmware",
            "activefirmwareversion", "devicefirmware", "devicefirmwareversion", "meterfirmware",
            "meterfirmwareversion", "firmwarecode", "firmwareid", "software", "softwareversion", "swversion",
            "swver", "fwv", "fwvers", "fwrev", "fmw",
        ]
    ),
    EstateColumn.COUNT: frozenset(
        [
            "count", "counts", "devices", "devicecount", "numberofdevices", "noofdevices",
            "nodevices", "devicescount", "quantity", "qty", "number", "meters", "metercount", "numberofmeters",
            "noofmeters", "nometers", "total", "totaldevices", "totalmeters", "units", "numberofunits", "volume",
            "amount", "installed", "howmany", "qnty", "cnt", "devs", "mtrs",
        ]
    ),
    EstateColumn.LABEL: frozenset(
        [
            "label", "labels", "region", "supplyregion", "cspregion", "csp", "portfolio", "group", "tranche", "batch",
            "segment", "gsp", "gspgroup", "gspid", "area", "brand", "depot", "tag", "category", "cohort", "fuel",
            "fueltype", "market", "licence", "license", "licensee", "network", "zone", "district", "team",
        ]
    ),
}  # fmt: skip
_BY_NAME: Final = {name: column for column, names in _NAMES.items() for name in names}
_SIGNS: Final = re.compile(r"[\W_]+")
_MODELS: Final = (EstateColumn.DEVICE_MODEL, EstateColumn.MODEL_IDENTIFIER)


_LACKS: Final[Mapping[EstateColumn, str]] = {
    EstateColumn.MANUFACTURER: "Choose the column with the manufacturer.",
    EstateColumn.DEVICE_MODEL: "Choose the column with the Device Model, or the three columns with its parts.",
    EstateColumn.FIRMWARE_VERSION: "Choose the column with the firmware version.",
    **{part: f"Choose the column with the {part.label}, or one with all of the Device Model." for part in PARTS},
}


@dataclass(frozen=True)
class Against:
    """Why rows cannot be counted: the places of the columns it speaks of, or what no column was chosen for."""

    words: str
    places: tuple[int, ...] = ()
    lacks: EstateColumn | None = None


@dataclass(frozen=True)
class Recognised:
    """What was told of the columns: `columns` where one alone may be meant, `doubtful` where several may be."""

    columns: Columns
    doubtful: Mapping[EstateColumn, tuple[int, ...]]
    guessed: frozenset[EstateColumn] = field(default=frozenset())
    """Those of `columns` that no heading told, only the values: a person has to look at them."""

    @property
    def known(self) -> frozenset[int]:
        """The places of all columns that may hold something."""
        doubtful = (at for places in self.doubtful.values() for at in places)
        return frozenset((*self.columns.values(), *doubtful))


def plain_heading(heading: str) -> str:
    """A heading without case, spaces and signs; two that are written so alike mean the same."""
    return _SIGNS.sub("", heading.casefold())


def signature(headings: Iterable[str]) -> str:
    """The same for headings that differ only in case, spaces and signs."""
    return hashlib.sha256("\n".join(plain_heading(heading) for heading in headings).encode()).hexdigest()


def meant_by(heading: str) -> EstateColumn | None:
    """What a column with this heading may hold; None for a heading that is not known."""
    words = plain_words(heading).replace(" ", "")
    return _BY_NAME.get(words) or _BY_NAME.get(plain_heading(heading))


def how_many_known(headings: Iterable[str]) -> int:
    """How many different columns these would be, were they headings."""
    return len({meant for heading in headings if (meant := meant_by(heading))})


def recognise(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Recognised:
    """Tell the columns; `rows` are some of those below the headings."""
    found: dict[EstateColumn, list[int]] = {}
    for at, heading in enumerate(headings):
        if meant := meant_by(heading):
            found.setdefault(_by_values(meant, [row[at] for row in rows if at < len(row)]), []).append(at)
    if EstateColumn.DEVICE_MODEL in found:
        # The joined form says it all; the parts beside it are kept out of the count.
        found = {column: places for column, places in found.items() if column not in PARTS}
    guessed = _guessed(found, headings, rows)
    sure = {column: places[0] for column, places in found.items() if len(places) == 1}
    doubtful = {column: tuple(places) for column, places in found.items() if len(places) > 1}
    return Recognised({**sure, **guessed}, doubtful, frozenset(guessed))


def standing_against(columns: Columns, headings: Sequence[str]) -> list[Against]:
    """Why rows cannot be counted by these columns, a sentence each."""
    return [*_misplaced(columns, headings), *(Against(_LACKS[column], lacks=column) for column in lacking(columns))]


def lacking(columns: Iterable[EstateColumn]) -> list[EstateColumn]:
    """What no column was chosen for, and rows cannot be counted without."""
    chosen = set(columns)
    models = [EstateColumn.DEVICE_MODEL] if not chosen.intersection(PARTS) else PARTS
    wanted = () if EstateColumn.DEVICE_MODEL in chosen else models
    needed = [EstateColumn.MANUFACTURER, *wanted, EstateColumn.FIRMWARE_VERSION]
    return [column for column in needed if column not in chosen]


def _guessed(
    found: Mapping[EstateColumn, Sequence[int]], headings: Sequence[str], rows: Sequence[Sequence[str]]
) -> dict[EstateColumn, int]:
    """What no heading tells, where the values of exactly one unnamed column fit.

    Beside a model a firmware version has eight digits, too: without its heading neither is told.
    """
    unnamed = [at for at, heading in enumerate(headings) if meant_by(heading) is None]
    widths = {}
    if EstateColumn.MANUFACTURER not in found:
        widths[EstateColumn.MANUFACTURER] = MANUFACTURER_IDENTIFIER
    if EstateColumn.FIRMWARE_VERSION in found and not {*_MODELS, *PARTS}.intersection(found):
        widths[EstateColumn.DEVICE_MODEL] = DEVICE_MODEL
    fitting = {column: [at for at in unnamed if _are_hex(rows, at, width)] for column, width in widths.items()}
    return {column: places[0] for column, places in fitting.items() if len(places) == 1}


def _are_hex(rows: Sequence[Sequence[str]], at: int, width: int) -> bool:
    """Whether all have so many hex digits. A letter must be among them: years and dates are but digits."""
    values = [squash(row[at]) for row in rows if at < len(row) and row[at].strip()]
    return bool(values) and all(len(value) == width for value in values) and not "".join(values).isdigit()


def _misplaced(columns: Columns, headings: Sequence[str]) -> list[Against]:
    problems: list[Against] = []
    if outside := tuple(at for at in columns.values() if not 0 <= at < len(headings)):
        problems.append(Against("The file has no such column.", outside))
    for at in sorted({at for at in columns.values() if list(columns.values()).count(at) > 1}):
        problems.append(Against("One column cannot hold two things.", (at,)))
    parts = [columns[part] for part in PARTS if part in columns]
    if EstateColumn.DEVICE_MODEL in columns and parts:
        words = "The Device Model is chosen twice: in one column, and in parts. Choose one of the two forms."
        problems.append(Against(words, (columns[EstateColumn.DEVICE_MODEL], *parts)))
    return problems


def _by_values(meant: EstateColumn, values: Iterable[str]) -> EstateColumn:
    """A column that is called "Model" or "Model ID" holds eight digits or four: what stands there decides."""
    if meant not in _MODELS:
        return meant
    lengths = [len(squash(value)) for value in values if value.strip()]
    if lengths.count(MODEL_IDENTIFIER) > lengths.count(DEVICE_MODEL):
        return EstateColumn.MODEL_IDENTIFIER
    return EstateColumn.DEVICE_MODEL if lengths.count(DEVICE_MODEL) else meant
