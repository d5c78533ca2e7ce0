"""What the vulnerabilities of a CSAF file say of its products, each product once."""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from itertools import chain
from typing import Any, Final

from cpl.choices import VersionStatus
from cpl.csaf.draft import GRAVEST_FIRST, STATUS_OF, Product, Statement
from cpl.csaf.effort import Effort
from cpl.csaf.errors import shown
from cpl.csaf.products import groups_of, products_of
from cpl.csaf.texts import Kept, plain
from cpl.notice_checks import LONGEST_WORDS

Json = dict[str, Any]

MOST_TOLD_OF: Final = 300_000
"""Flags and threats, each counted for every product that it is about."""


class _Words:
    """What is said of one product: each text once, and no more than shows that it is too long to be kept."""

    def __init__(self) -> None:
        self._texts: dict[str, None] = {}
        self._length = 0

    def __str__(self) -> str:
        return "\n".join(self._texts)

    def add(self, text: str) -> None:
        """Take it in, unless it is there, or what is there is already more than a notice can keep."""
        if self._length <= LONGEST_WORDS and text not in self._texts:
            self._texts[text] = None
            self._length += len(text) + 1


def statements_of(whole: Json, kept: Kept) -> list[Statement]:
    """The gravest status of each product that has one, in the order of the file; remarks where there were several.

    Raises CsafError where groups of products would spread flags and threats over more of them than `MOST_TOLD_OF`.
    """
    flaws: list[Json] = whole.get("vulnerabilities", [])
    said: dict[str, set[VersionStatus]] = defaultdict(set)
    for product, status in _statuses(flaws):
        said[product].add(status)
    products, words = products_of(whole), _words(flaws, _told_of(groups_of(whole), said), kept)
    _tell_silent(products, said, kept)
    return [_statement(products, product, found, words, kept) for product, found in said.items()]


def _statuses(flaws: Iterable[Json]) -> Iterator[tuple[str, VersionStatus]]:
    for flaw in flaws:
        for name, ids in flaw.get("product_status", {}).items():
            if name in STATUS_OF:
                yield from ((product, STATUS_OF[name]) for product in ids)


def _statement(
    products: dict[str, Product], key: str, found: set[VersionStatus], words: dict[str, _Words], kept: Kept
) -> Statement:
    """An ID that the product tree does not define (6.1.1) stays a product of which nothing else is known."""
    product = products.get(key) or Product(key, "", "")
    status = next(each for each in GRAVEST_FIRST if each in found)
    if len(found) > 1:
        others = ", ".join(each.label.lower() for each in GRAVEST_FIRST if each in found and each != status)
        what = f"Taken as {status.label.lower()}; the file also says {others}."
        kept.remark(what, product.place, product.name or key)
    return Statement(product, status, kept.words(str(words.get(key, "")), product.place))


def _told_of(groups: dict[str, list[str]], said: Container[str]) -> dict[str, list[str]]:
    """Of each group the products that have a status: words about the others have no place to go."""
    return {key: [product for product in ids if product in said] for key, ids in groups.items()}


def _words(flaws: Iterable[Json], groups: dict[str, list[str]], kept: Kept) -> dict[str, _Words]:
    """What is said of single products: flags (3.2.3.5) and threats of kind impact (3.2.3.14)."""
    found: dict[str, _Words] = defaultdict(_Words)
    what = "Its groups of products spread flags and threats over too many single products"
    cure = "Say what is true of all of them in the notes, or divide the advisory into several files."
    effort = Effort(MOST_TOLD_OF, what, cure, "product_tree.product_groups")
    for holder, text in _reasons(flaws, kept):
        lists = [holder.get("product_ids", []), *(groups.get(group, []) for group in holder.get("group_ids", []))]
        effort.spend(sum(map(len, lists)))
        for product in chain.from_iterable(lists):
            found[product].add(text)
    return found


def _reasons(flaws: Iterable[Json], kept: Kept) -> Iterator[tuple[Json, str]]:
    for flaw in flaws:
        for flag in flaw.get("flags", []):
            yield flag, f"{flag['label'].replace('_', ' ').capitalize()}."
        for threat in flaw.get("threats", []):
            if threat["category"] == "impact":
                # One character more than is kept: enough to be cut, whatever number of products it is about.
                yield threat, plain(threat["details"]).strip()[: LONGEST_WORDS + 1]
            else:
                what = f"Not taken over: a threat of kind {threat['category'].replace('_', ' ')}."
                kept.remark(what, "vulnerabilities[].threats", threat["details"])


def _tell_silent(products: dict[str, Product], said: Iterable[str], kept: Kept) -> None:
    silent = [product for key, product in products.items() if key not in said]
    if silent:
        names = ", ".join(shown(product.name) for product in silent[:3])
        more = f", and {len(silent) - 3:,} more" if len(silent) > 3 else ""
        kept.remark(f"The file gives no status of {len(silent):,} of its products: {names}{more}.", "product_tree")
