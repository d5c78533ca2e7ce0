"""What to offer when a search finds nothing: words and identifiers close to what was typed.

Only the names of records the person may see are offered: a suggestion must not give a restricted one away.
"""

from collections.abc import Iterable
from typing import Final

from django.db.models import Q
from rapidfuzz import fuzz, process, utils

from cpl.identifiers import reverse_bytes
from cpl.models import DeviceModel
from cpl.querysets import CPLEntryQuerySet
from cpl.search import Term, matching, understand

MOST: Final = 4
CLOSE_ENOUGH: Final = 70
"""Of 100, by rapidfuzz's ratio: one wrong letter in four."""


def did_you_mean(visible: CPLEntryQuerySet, text: str) -> list[str]:
    """Other texts that do find something, nearest first; empty when nothing is near."""
    terms = understand(text)
    offers = [*_near_identifiers(visible, terms), *_near_words(visible, terms)]
    found = [offer for offer in dict.fromkeys(offers) if visible.filter(matching(understand(offer))).exists()]
    return found[:MOST]


def _near_words(visible: CPLEntryQuerySet, terms: tuple[Term, ...]) -> list[str]:
    """Each unknown word replaced by its nearest known ones, the others kept."""
    words = _vocabulary(visible)
    choices = [_nearest(term, words) if not visible.filter(matching([term])).exists() else [] for term in terms]
    if not any(choices):
        return []
    best = [near[0] if near else term.typed for near, term in zip(choices, terms, strict=True)]
    others = [_replaced(best, place, word) for place, near in enumerate(choices) for word in near[1:]]
    return [" ".join(best), *others]


def _replaced(words: list[str], place: int, word: str) -> str:
    return " ".join([*words[:place], word, *words[place + 1 :]])


def _nearest(term: Term, words: Iterable[str]) -> list[str]:
    near = process.extract(
        term.typed,
        words,
        scorer=fuzz.ratio,
        processor=utils.default_process,
        score_cutoff=CLOSE_ENOUGH,
        limit=MOST,
    )
    return [word for word, _, _ in near]


def _vocabulary(visible: CPLEntryQuerySet) -> set[str]:
    """The words of all names of models and makers that the person may see."""
    models = DeviceModel.objects.filter(pk__in=visible.order_by().values("device_model_id"))
    names = models.order_by().values_list("name", "manufacturer__name").distinct()
    return {word.strip("()&,") for pair in names for name in pair for word in name.split() if len(word) > 2}


def _near_identifiers(visible: CPLEntryQuerySet, terms: tuple[Term, ...]) -> list[str]:
    """For a firmware version or model that is not there: its bytes reversed, or one digit otherwise."""
    words = [term.identifier or term.typed for term in terms]
    offers = []
    for place, term in enumerate(terms):
        if len(term.identifier) == 8 and not visible.filter(matching([term])).exists():
            near = [reverse_bytes(term.identifier), *_one_digit_otherwise(visible, term.identifier)]
            offers += [_replaced(words, place, offer) for offer in near]
    return offers


def near_versions(identifier: str, known: Iterable[str]) -> list[str]:
    """Known firmware versions that may have been meant: the bytes in the other order, or one digit otherwise."""
    reversed_bytes = reverse_bytes(identifier)
    versions = sorted(set(known))
    near = [version for version in versions if version != reversed_bytes and _differ(version, identifier) == 1]
    return [reversed_bytes] * (reversed_bytes in versions) + near


def _one_digit_otherwise(visible: CPLEntryQuerySet, identifier: str) -> list[str]:
    patterns = (f"{identifier[:place]}[0-9A-F]{identifier[place + 1 :]}" for place in range(len(identifier)))
    pattern = f"^({'|'.join(patterns)})$"
    near = visible.filter(Q(firmware_version__regex=pattern) | Q(device_model__duis_model__regex=pattern))
    rows = near.order_by().values_list("firmware_version", "device_model__duis_model").distinct()[:MOST]
    return sorted({value for row in rows for value in row if _differ(value, identifier) == 1})


def _differ(one: str, other: str) -> int:
    """In how many places two texts of one length differ; more than any place where they are not of one."""
    return sum(a != b for a, b in zip(one, other, strict=True)) if len(one) == len(other) else 99
