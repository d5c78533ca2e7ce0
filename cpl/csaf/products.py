"""The products of a CSAF 2.0 document (section 3.2.2) by their ID, with everything by which they can be known."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import chain
from typing import Any, Final

from cpl.csaf.draft import Product
from cpl.csaf.effort import Effort
from cpl.csaf.errors import Path, place_of
from cpl.csaf.texts import plain

Json = dict[str, Any]

_KNOWN: Final = {
    "vendor": "vendors",
    "product_name": "names",
    "product_family": "names",
    "product_version": "versions",
    "product_version_range": "ranges",
}
"""Categories of branches (3.1.2.2) that tell a product from others, by the field that keeps them."""

_FIELDS: Final = ("vendors", "names", "versions", "ranges", "hashes", "model_numbers", "addresses")

MOST_KNOWN: Final = 300_000
"""Names, versions, hashes and the like of all products together, each counted for every product that has it, and the
ways to combine the names of each with its versions."""

LONGEST_KNOWN: Final = 300
"""Characters: what is longer is no name, version, hash or address that a version is known by, and is passed over."""


def products_of(document: Json) -> dict[str, Product]:
    """Every product of a document that the schema accepts. Of an ID that stands twice (6.1.2) the first counts.

    Raises CsafError where they are known by more than `MOST_KNOWN`, which only those can be that inherit it.
    """
    tree, effort = document.get("product_tree", {}), _effort()
    found: dict[str, Product] = {}
    for product in chain(_of_branches(tree.get("branches", []), ("product_tree",), {}), _of_list(tree)):
        effort.spend(_known_by(product) + _combinations(product))
        found.setdefault(product.product_id, product)
    for number, relationship in enumerate(tree.get("relationships", [])):
        product = _of_relationship(relationship, number, found, effort)
        effort.spend(_combinations(product))
        found.setdefault(product.product_id, product)
    return found


def _effort() -> Effort:
    what = "The products of the file have too many names, versions and hashes from branches and relationships"
    cure = "Divide the advisory into several files, each with fewer products and relationships."
    return Effort(MOST_KNOWN, what, cure, "product_tree")


def _known_by(product: Product) -> int:
    return sum(len(getattr(product, name)) for name in _FIELDS)


def _combinations(product: Product) -> int:
    return (len(product.names) + len(product.model_numbers)) * len(product.versions)


def groups_of(document: Json) -> dict[str, list[str]]:
    """The product IDs of every product group (3.2.2.3)."""
    groups = document.get("product_tree", {}).get("product_groups", [])
    return {group["group_id"]: group["product_ids"] for group in groups}


def _of_branches(branches: list[Json], path: Path, above: dict[str, tuple[str, ...]]) -> Iterator[Product]:
    for number, branch in enumerate(branches):
        here: Path = (*path, "branches", number)
        kind = _KNOWN.get(branch["category"])
        known = {**above, kind: (*above.get(kind, ()), *_short([branch["name"]]))} if kind else above
        if "product" in branch:
            yield _product(branch["product"], (*here, "product"), known)
        yield from _of_branches(branch.get("branches", []), here, known)


def _of_list(tree: Json) -> Iterator[Product]:
    for number, full in enumerate(tree.get("full_product_names", [])):
        yield _product(full, ("product_tree", "full_product_names", number), {})


def _product(full: Json, path: Path, known: dict[str, tuple[str, ...]]) -> Product:
    helper = full.get("product_identification_helper", {})
    return Product(
        full["product_id"], place_of(path), plain(full["name"]), **known,
        hashes=_short(each["value"] for file in helper.get("hashes", []) for each in file["file_hashes"]),
        model_numbers=_short(helper.get("model_numbers", [])),
        addresses=_short(each["uri"] for each in helper.get("x_generic_uris", [])),
    )  # fmt: skip


def _short(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(value for value in values if len(value) <= LONGEST_KNOWN)


def _of_relationship(relationship: Json, number: int, found: dict[str, Product], effort: Effort) -> Product:
    """Firmware installed on a device is known by what is known of either (3.2.2.4)."""
    path: Path = ("product_tree", "relationships", number, "full_product_name")
    own = _product(relationship["full_product_name"], path, {})
    parts = [found.get(relationship[end]) for end in ("product_reference", "relates_to_product_reference")]
    for part in parts:
        if part is not None:
            effort.spend(_known_by(own) + _known_by(part))
            own = _joined(own, part)
    return own


def _joined(own: Product, part: Product) -> Product:
    joined: dict[str, Any] = {
        name: tuple(dict.fromkeys((*getattr(own, name), *getattr(part, name)))) for name in _FIELDS
    }
    return replace(own, **joined)
