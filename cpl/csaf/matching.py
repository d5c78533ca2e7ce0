"""Products of a CSAF file matched to the versions of one manufacturer that a person may see.

What the person may not see reads as what does not exist: the reasons are the same.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import product as combined
from typing import Final
from urllib.parse import unquote

from django.db.models import Q

from accounts.access import Person
from accounts.links import absolute
from cpl.choices import VersionStatus
from cpl.csaf import wording
from cpl.csaf.draft import GRAVEST_FIRST, Product, Remark, Statement
from cpl.csaf.errors import shown
from cpl.csaf.texts import Kept
from cpl.identifiers import FIRMWARE_HASH, FIRMWARE_VERSION, squash
from cpl.models import CPLEntry, Manufacturer

BY_ENTRY: Final = "CPL Entry ID"
BY_HASH: Final = "hash"
BY_NUMBER: Final = "Device Model identifier and firmware version"
BY_NAME: Final = "model name and firmware version"


@dataclass(frozen=True)
class Found:
    """A version that products of the file were matched to: by what, and what is said of it."""

    entry: CPLEntry
    products: tuple[Product, ...]
    how: tuple[str, ...]
    status: VersionStatus
    words: str


@dataclass(frozen=True)
class NotFound:
    """A product that no version was found for, with the reason."""

    statement: Statement
    reason: str


@dataclass(frozen=True)
class Matched:
    """Everything that the file says of products: of which versions, and what could not be matched."""

    found: tuple[Found, ...]
    not_found: tuple[NotFound, ...]
    remarks: tuple[Remark, ...] = ()
    """What was cut because several products are one version, or because they are too many versions for one notice."""


def match(statements: Iterable[Statement], *, person: Person, manufacturer: Manufacturer) -> Matched:
    """Match each product to the manufacturer's version that it names. One query, however many products there are."""
    told = list(statements)
    known = _Known(person, manufacturer, [statement.product for statement in told])
    by_entry: dict[int, list[tuple[Statement, str]]] = defaultdict(list)
    not_found = []
    for statement in told:
        match known.find(statement.product):
            case (CPLEntry() as entry, str() as how):
                by_entry[entry.pk].append((statement, how))
            case str() as reason:
                not_found.append(NotFound(statement, reason))
    kept = Kept()
    named = kept.few("versions", list(by_entry.items()), "product_tree")
    found = tuple(_found(known.entries[key], parts, kept) for key, parts in named)
    return Matched(found, tuple(not_found), tuple(kept.remarks))


def _found(entry: CPLEntry, parts: list[tuple[Statement, str]], kept: Kept) -> Found:
    said = {statement.status for statement, _ in parts}
    words = dict.fromkeys(statement.words for statement, _ in parts if statement.words)
    return Found(
        entry=entry,
        products=tuple(statement.product for statement, _ in parts),
        how=tuple(dict.fromkeys(how for _, how in parts)),
        status=next(each for each in GRAVEST_FIRST if each in said),
        words=kept.words("\n".join(words), parts[0][0].product.place),
    )


_Version = tuple[str, str]
_ByVersion = dict[tuple[str, _Version], list[CPLEntry]]
"""Entries by what their Device Model is called, and what their version is called: both, or every product of a model
would be compared with every version of it."""

_BY_CODE: Final = "code"
_BY_LABEL: Final = "label"


class _Known:
    """The versions of one manufacturer that the person may see and that a product could mean, by what they have."""

    def __init__(self, person: Person, manufacturer: Manufacturer, products: list[Product]) -> None:
        self.manufacturer = manufacturer
        rows = CPLEntry.objects.visible_to(person).filter(_could_mean(products), manufacturer=manufacturer)
        self.entries = {entry.pk: entry for entry in rows.select_related("device_model__identifier", "manufacturer")}
        self.by_id = {entry.cpl_entry_id: entry for entry in self.entries.values()}
        self.by_hash: dict[str, list[CPLEntry]] = defaultdict(list)
        self.by_number: _ByVersion = defaultdict(list)
        self.by_name: _ByVersion = defaultdict(list)
        for entry in self.entries.values():
            self._add(entry)

    def _add(self, entry: CPLEntry) -> None:
        model = entry.device_model
        if entry.firmware_hash:
            self.by_hash[entry.firmware_hash].append(entry)
        for version in _called(entry):
            for number in (model.duis_model, f"{model.identifier.code}{model.duis_model}"):
                self.by_number[number, version].append(entry)
            for name in {_folded(model.name), _folded(entry.model_name)}:
                self.by_name[name, version].append(entry)

    def find(self, product: Product) -> tuple[CPLEntry, str] | str:
        """The version that the product means and by what it was known; else the reason why none is."""
        ways = ((BY_ENTRY, self._entries), (BY_HASH, self._hashed), (BY_NUMBER, self._numbered), (BY_NAME, self._named))
        several = ""
        for how, candidates in ways:
            fitting = {entry.pk: entry for entry in candidates(product)}
            if len(fitting) == 1:
                return next(iter(fitting.values())), self._told(how, product)
            if fitting and not several:
                several = f"Several versions fit its {how}: {', '.join(sorted(map(str, fitting.values()))[:5])}."
        return several or self._reason(product)

    def _told(self, how: str, product: Product) -> str:
        """A name alone may be another vendor's: whoever decides should see whose the file says it is."""
        is_other = product.vendors and _folded(self.manufacturer.name) not in map(_folded, product.vendors)
        return (
            f"{how}; the file names the vendor {shown(product.vendors[-1], 60)}" if how == BY_NAME and is_other else how
        )

    def _entries(self, product: Product) -> list[CPLEntry]:
        """The portal's own page of an entry, where the file names it."""
        return [
            self.by_id[key] for key in _entry_ids(product) if key in self.by_id and _agrees(self.by_id[key], product)
        ]

    def _hashed(self, product: Product) -> list[CPLEntry]:
        same = (entry for value in _hashes(product) for entry in self.by_hash.get(value, []))
        return [entry for entry in same if _agrees(entry, product)]

    def _numbered(self, product: Product) -> list[CPLEntry]:
        return _of_version(product, {squash(value) for value in product.model_numbers}, self.by_number)

    def _named(self, product: Product) -> list[CPLEntry]:
        return _of_version(product, {_folded(name) for name in product.names}, self.by_name)

    def _reason(self, product: Product) -> str:
        """Why no version was found, as far as the file and what the person may see tell."""
        if not product.place:
            return "The file’s product tree does not define it."
        if product.ranges and not product.versions:
            return "It is a range of versions. Firmware versions have no order by number: choose the versions yourself."
        if others := [entry for value in _hashes(product) for entry in self.by_hash.get(value, [])]:
            return f"Its hash is that of {others[0]}, which has another firmware version than it names."
        if not product.versions:
            return "It names no firmware version."
        if not (product.names or product.model_numbers):
            return "It names no Device Model."
        return f"{self.manufacturer.name} has no such Device Model and firmware version that you may see."


def _could_mean(products: Iterable[Product]) -> Q:
    """The entries that any product could mean: a label can be written in many ways, so all that have one."""
    told = list(products)
    return (
        Q(cpl_entry_id__in={key for product in told for key in _entry_ids(product)})
        | Q(firmware_hash__in={value for product in told for value in _hashes(product)})
        | Q(firmware_version__in={code for product in told for code in _codes(product.versions)})
        | ~Q(firmware_label="")
    )


def _called(entry: CPLEntry) -> list[_Version]:
    """What the version of the entry is called: in hex, and as its manufacturer labels it, where it does."""
    own = [(_BY_LABEL, _folded(entry.firmware_label))] if entry.firmware_label else []
    return [(_BY_CODE, entry.firmware_version), *own]


def _of_version(product: Product, models: set[str], known: _ByVersion) -> list[CPLEntry]:
    """Those of the firmware version that the product names, in hex, else by the manufacturer's own label."""
    codes = [(_BY_CODE, code) for code in _codes(product.versions)]
    labels = [(_BY_LABEL, _folded(each)) for each in product.versions]
    for versions in (codes, labels):
        if found := [entry for key in combined(models, versions) for entry in known.get(key, [])]:
            return found
    return []


def _agrees(entry: CPLEntry, product: Product) -> bool:
    """Whether the product names no other firmware version than the entry's."""
    codes = _codes(product.versions)
    return not codes or entry.firmware_version in codes


def _hashes(product: Product) -> set[str]:
    return {value for value in map(squash, product.hashes) if len(value) == FIRMWARE_HASH}


def _codes(versions: Iterable[str]) -> set[str]:
    """Firmware versions in hex; '' for what this portal writes where a device has none."""
    codes = {code for code in map(squash, versions) if len(code) == FIRMWARE_VERSION}
    return codes | {""} if wording.NO_FIRMWARE in versions else codes


def _entry_ids(product: Product) -> list[str]:
    """The CPL Entry IDs of pages of this portal that the product names."""
    pages = (re.fullmatch(re.escape(absolute("/entries/")) + "([!-~]+)/", each) for each in product.addresses)
    return [unquote(page[1]) for page in pages if page and "\x00" not in unquote(page[1])]


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
