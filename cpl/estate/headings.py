"""Telling what the columns of an estate file hold, by their headings and by what stands under them.

Where two columns may be meant, neither is chosen: a person decides.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from cpl.choices import EstateColumn
from cpl.estate.layout import Columns
from cpl.estate.personal import plain_words
from cpl.identifiers import DEVICE_MODEL, MODEL_IDENTIFIER, squash

PARTS: Final = (EstateColumn.MODEL_IDENTIFIER, EstateColumn.HARDWARE_VERSION, EstateColumn.HARDWARE_REVISION)
"""The three columns that may stand in place of a joined Device Model."""

# As plain_heading writes them.
_NAMES: Final[Mapping[EstateColumn, frozenset[str]]] = {
    EstateColumn.MANUFACTURER: frozenset(
        [
            "manufacturer", "manufacturercode", "manufacturerid", "manufactureridentifier", "manufacturername",
            "maker", "makercode", "makername", "make", "mfr", "mfrcode", "mfrid", "mfg", "mfgcode", "manuf", "oem",
            "vendor", "vendorcode", "devicemanufacturer", "devicemanufactureridentifier", "devicemanufacturercode",
            "metermanufacturer", "metermaker", "metermake", "metermanufacturercode", "manufactureridentification",
        ]
    ),
    EstateColumn.DEVICE_MODEL: frozenset(
        [
            "devicemodel", "model", "modelcode", "modelno", "modelnumber", "duismodel", "duisdevicemodel",
            "devicemodelduis", "devicemodelcode", "metermodel", "metermodelcode", "modeljoined", "devicemodeljoined",
            "modelandhardware", "devicemodelid", "devicemodelidentifier", "modelhex", "devicemodelhex", "type_model",
            "modelreference", "modelref", "modelname", "devicemodelname",
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
            "meterfirmwareversion", "firmwarecode", "firmwareid", "software", "softwareversion",
        ]
    ),
    EstateColumn.COUNT: frozenset(
        [
            "count", "counts", "devices", "device_count", "devicecount", "numberofdevices", "noofdevices",
            "nodevices", "devicescount", "quantity", "qty", "number", "meters", "metercount", "numberofmeters",
            "noofmeters", "nometers", "total", "totaldevices", "totalmeters", "units", "numberofunits", "volume",
            "amount", "installed", "howmany",
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


@dataclass(frozen=True)
class Recognised:
    """What was told of the columns: `columns` where one alone may be meant, `doubtful` where several may be."""

    columns: Columns
    doubtful: Mapping[EstateColumn, tuple[int, ...]]

    @property
    def known(self) -> frozenset[int]:
        """The places of all columns that may hold something."""
        doubtful = (at for places in self.doubtful.values() for at in places)
        return frozenset((*self.columns.values(), *doubtful))


def plain_heading(heading: str) -> str:
    """A heading without case, spaces and signs; two that are written so alike mean the same."""
    return _SIGNS.sub("", heading.casefold())


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
    sure = {column: places[0] for column, places in found.items() if len(places) == 1}
    return Recognised(sure, {column: tuple(places) for column, places in found.items() if len(places) > 1})


def standing_against(columns: Columns, headings: Sequence[str]) -> list[tuple[str, tuple[int, ...]]]:
    """Why rows cannot be counted by these columns: a sentence each, with the places of the columns it speaks of."""
    return [*_misplaced(columns, headings), *_missing(columns)]


def _misplaced(columns: Columns, headings: Sequence[str]) -> list[tuple[str, tuple[int, ...]]]:
    problems: list[tuple[str, tuple[int, ...]]] = []
    if outside := tuple(at for at in columns.values() if not 0 <= at < len(headings)):
        problems.append(("The file has no such column.", outside))
    for at in sorted({at for at in columns.values() if list(columns.values()).count(at) > 1}):
        problems.append(("One column cannot hold two things.", (at,)))
    parts = [columns[part] for part in PARTS if part in columns]
    if EstateColumn.DEVICE_MODEL in columns and parts:
        words = "The Device Model is chosen twice: joined, and in parts. Choose one of the two forms."
        problems.append((words, (columns[EstateColumn.DEVICE_MODEL], *parts)))
    return problems


def _missing(columns: Columns) -> list[tuple[str, tuple[int, ...]]]:
    problems: list[tuple[str, tuple[int, ...]]] = []
    if EstateColumn.MANUFACTURER not in columns:
        problems.append(("Choose the column with the manufacturer.", ()))
    if EstateColumn.DEVICE_MODEL not in columns:
        problems += _missing_parts(columns)
    if EstateColumn.FIRMWARE_VERSION not in columns:
        problems.append(("Choose the column with the firmware version.", ()))
    return problems


def _missing_parts(columns: Columns) -> list[tuple[str, tuple[int, ...]]]:
    missing = [part for part in PARTS if part not in columns]
    if len(missing) == len(PARTS):
        return [("Choose the column with the Device Model, or the three columns with its parts.", ())]
    return [(f"Choose the column with the {part.label}, or one with the joined Device Model.", ()) for part in missing]


def _by_values(meant: EstateColumn, values: Iterable[str]) -> EstateColumn:
    """A column that is called "Model" or "Model ID" holds eight digits or four: what stands there decides."""
    if meant not in _MODELS:
        return meant
    lengths = [len(squash(value)) for value in values if value.strip()]
    if lengths.count(MODEL_IDENTIFIER) > lengths.count(DEVICE_MODEL):
        return EstateColumn.MODEL_IDENTIFIER
    return EstateColumn.DEVICE_MODEL if lengths.count(DEVICE_MODEL) else meant
