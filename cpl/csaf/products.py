"""The products of a CSAF 2.0 document (section 3.2.2) by their ID, with everything by which they can be known."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from cpl.csaf.draft import Product
from cpl.csaf.errors import Path, place_of

Json = dict[str, Any]

_KNOWN: Final = {
    "vendor": "vendors",
    "product_name": "names",
    "product_family": "names",
    "product_version": "versions",
    "product_version_range": "ranges",
}
"""Categories of branches (3.1.2.2) that tell a product from others, by the field that keeps them."""


def products_of(document: Json) -> dict[str, Product]:
    """Every product of a document that the schema accepts. Of an ID that stands twice (6.1.2) the first counts."""
    tree = document.get("product_tree", {})
    found: dict[str, Product] = {}
    for product in [*_of_branches(tree.get("branches", []), ("product_tree",), {}), *_of_list(tree)]:
        found.setdefault(product.product_id, product)
    for number, relationship in enumerate(tree.get("relationships", [])):
        product = _of_relationship(relationship, number, found)
        found.setdefault(product.product_id, product)
    return found


def groups_of(document: Json) -> dict[str, list[str]]:
    """The product IDs of every product group (3.2.2.3)."""
    groups = document.get("product_tree", {}).get("product_groups", [])
    return {group["group_id"]: group["product_ids"] for group in groups}


def _of_branches(branches: list[Json], path: Path, above: dict[str, tuple[str, ...]]) -> Iterator[Product]:
    for number, branch in enumerate(branches):
        here: Path = (*path, "branches", number)
        kind = _KNOWN.get(branch["category"])
        known = {**above, kind: (*above.get(kind, ()), branch["name"])} if kind else above
        if "product" in branch:
            yield _product(branch["product"], (*here, "product"), known)
        yield from _of_branches(branch.get("branches", []), here, known)


def _of_list(tree: Json) -> Iterator[Product]:
    for number, full in enumerate(tree.get("full_product_names", [])):
        yield _product(full, ("product_tree", "full_product_names", number), {})


def _product(full: Json, path: Path, known: dict[str, tuple[str, ...]]) -> Product:
    helper = full.get("product_identification_helper", {})
    hashes = tuple(each["value"] for file in helper.get("hashes", []) for each in file["file_hashes"])
    return Product(
        full["product_id"], place_of(path), full["name"], **known,
        hashes=hashes,
        model_numbers=tuple(helper.get("model_numbers", [])),
        addresses=tuple(each["uri"] for each in helper.get("x_generic_uris", [])),
    )  # fmt: skip


def _of_relationship(relationship: Json, number: int, found: dict[str, Product]) -> Product:
    """Firmware installed on a device is known by what is known of either (3.2.2.4)."""
    path: Path = ("product_tree", "relationships", number, "full_product_name")
    own = _product(relationship["full_product_name"], path, {})
    parts = [found.get(relationship[end]) for end in ("product_reference", "relates_to_product_reference")]
    for part in parts:
        if part is not None:
            own = _joined(own, part)
    return own


def _joined(own: Product, part: Product) -> Product:
    fields = ("vendors", "names", "versions", "ranges", "hashes", "model_numbers", "addresses")
    joined: dict[str, Any] = {
        name: tuple(dict.fromkeys((*getattr(own, name), *getattr(part, name)))) for name in fields
    }
    return replace(own, **joined)
