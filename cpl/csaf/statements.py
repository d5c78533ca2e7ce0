"""What the vulnerabilities of a CSAF file say of its products, each product once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from cpl.choices import VersionStatus
from cpl.csaf.draft import GRAVEST_FIRST, STATUS_OF, Product, Statement
from cpl.csaf.products import groups_of, products_of
from cpl.csaf.texts import Kept, plain

Json = dict[str, Any]


def statements_of(whole: Json, kept: Kept) -> list[Statement]:
    """The gravest status of each product that has one, in the order of the file; remarks where there were several."""
    flaws: list[Json] = whole.get("vulnerabilities", [])
    products, words = products_of(whole), _words(flaws, groups_of(whole), kept)
    said: dict[str, set[VersionStatus]] = defaultdict(set)
    for product, status in _statuses(flaws):
        said[product].add(status)
    _tell_silent(products, said, kept)
    return [_statement(products, product, found, words, kept) for product, found in said.items()]


def _statuses(flaws: Iterable[Json]) -> Iterator[tuple[str, VersionStatus]]:
    for flaw in flaws:
        for name, ids in flaw.get("product_status", {}).items():
            if name in STATUS_OF:
                yield from ((product, STATUS_OF[name]) for product in ids)


def _statement(
    products: dict[str, Product], key: str, found: set[VersionStatus], words: dict[str, list[str]], kept: Kept
) -> Statement:
    """An ID that the product tree does not define (6.1.1) stays a product of which nothing else is known."""
    product = products.get(key) or Product(key, "", "")
    status = next(each for each in GRAVEST_FIRST if each in found)
    if len(found) > 1:
        others = ", ".join(each.label.lower() for each in GRAVEST_FIRST if each in found and each != status)
        what = f"Taken as {status.label.lower()}; the file also says {others}."
        kept.remark(what, product.place, product.name or key)
    return Statement(product, status, kept.words("\n".join(words.get(key, [])), product.place))


def _words(flaws: Iterable[Json], groups: dict[str, list[str]], kept: Kept) -> dict[str, list[str]]:
    """What is said of single products: flags (3.2.3.5) and threats of kind impact (3.2.3.14)."""
    found: dict[str, list[str]] = defaultdict(list)
    for holder, text in _reasons(flaws, kept):
        grouped = (product for group in holder.get("group_ids", []) for product in groups.get(group, []))
        for product in dict.fromkeys([*holder.get("product_ids", []), *grouped]):
            if text and text not in found[product]:
                found[product].append(text)
    return found


def _reasons(flaws: Iterable[Json], kept: Kept) -> Iterator[tuple[Json, str]]:
    for flaw in flaws:
        for flag in flaw.get("flags", []):
            yield flag, f"{flag['label'].replace('_', ' ').capitalize()}."
        for threat in flaw.get("threats", []):
            if threat["category"] == "impact":
                yield threat, plain(threat["details"]).strip()
            else:
                what = f"Not taken over: a threat of kind {threat['category'].replace('_', ' ')}."
                kept.remark(what, "vulnerabilities[].threats", threat["details"])


def _tell_silent(products: dict[str, Product], said: Iterable[str], kept: Kept) -> None:
    silent = [product for key, product in products.items() if key not in said]
    if silent:
        names = ", ".join(product.name for product in silent[:3])
        more = f", and {len(silent) - 3:,} more" if len(silent) > 3 else ""
        kept.remark(f"The file gives no status of {len(silent):,} of its products: {names}{more}.", "product_tree")
