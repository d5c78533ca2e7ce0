"""CPL Entries as the product tree of a CSAF 2.0 document (section 3.2.2).

vendor -> product_family (device type) -> product_name (Device Model) -> product_version (firmware version).
"""

from collections.abc import Callable, Iterable
from itertools import groupby
from typing import Any

from accounts.links import absolute
from cpl.choices import DeviceType
from cpl.csaf import wording
from cpl.csaf.addresses import as_uri
from cpl.models import CPLEntry

Json = dict[str, Any]


def product_tree(entries: list[CPLEntry]) -> Json:
    """The entries, which are of one manufacturer; those of one device type and Device Model stand together."""
    families = _branches(entries, "product_family", _family, _models)
    return {"branches": [{"category": "vendor", "name": _shown(entries[0].manufacturer.name), "branches": families}]}


def product_name(entry: CPLEntry) -> str:
    """The whole name of a version, as people would read it."""
    model, label = entry.device_model, entry.firmware_label
    version = f"firmware {entry.firmware_version}" if entry.firmware_version else "without firmware version"
    return f"{entry.manufacturer.name} {model.name} {version}{f' ({label})' if label else ''}, {entry.cpl_entry_id}"


def model_number(entry: CPLEntry) -> str:
    """The Device Model with its manufacturer identifier, as the portal's addresses write it: 7A01-8B0B030D."""
    return f"{entry.device_model.identifier.code}-{entry.device_model.duis_model}"


def _branches(
    entries: Iterable[CPLEntry],
    category: str,
    name: Callable[[CPLEntry], str],
    inside: Callable[[list[CPLEntry]], list[Json]],
) -> list[Json]:
    grouped = ((key, list(group)) for key, group in groupby(entries, key=name))
    return [{"category": category, "name": key, "branches": inside(group)} for key, group in grouped]


def _family(entry: CPLEntry) -> str:
    return DeviceType(entry.device_type).value


def _models(entries: list[CPLEntry]) -> list[Json]:
    return [
        {"category": "product_name", "name": _shown(group[0].device_model.name), "branches": _versions(group)}
        for group in (list(each) for _, each in groupby(entries, key=lambda entry: entry.device_model_id))
    ]


def _versions(entries: list[CPLEntry]) -> list[Json]:
    """A version is named exactly: `product_version`, never `product_version_range` (6.1.31)."""
    named = ((entry.firmware_version or wording.NO_FIRMWARE, _product(entry)) for entry in entries)
    return [{"category": "product_version", "name": name, "product": product} for name, product in named]


def _product(entry: CPLEntry) -> Json:
    """Section 3.1.3; its ID is the CPL Entry ID, which is never reused."""
    return {
        "name": product_name(entry),
        "product_id": entry.cpl_entry_id,
        "product_identification_helper": {
            "model_numbers": [model_number(entry)],
            "x_generic_uris": [
                {"namespace": as_uri(absolute("")), "uri": as_uri(absolute(entry.get_absolute_url()))},
            ],
            **_hashes(entry),
        },
    }


def _hashes(entry: CPLEntry) -> Json:
    """The CPL hash is SHA-256 over the Manufacturer Image; the list knows no name of its file."""
    if not entry.firmware_hash:
        return {}
    hashed = {"algorithm": "sha256", "value": entry.firmware_hash.lower()}
    return {"hashes": [{"filename": f"Manufacturer Image of {entry.cpl_entry_id}", "file_hashes": [hashed]}]}


def _shown(name: str) -> str:
    return name or "Unnamed"
