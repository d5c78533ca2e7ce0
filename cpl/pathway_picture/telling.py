"""What the picture tells of each version: its signs, and a name that says everything."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import Final

from cpl.choices import PathwayState, VersionStatus
from cpl.pathway_picture.shapes import Sign
from cpl.routes import Link
from cpl.selectors.notices import OpenNotices
from cpl.selectors.pathways import Links
from cpl.selectors.versions import Version

NAMED: Final = 6
"""Predecessors in the name of a node; the table has all."""

_NOTICE_SIGNS: Final[Mapping[str, tuple[str, str]]] = {
    VersionStatus.AFFECTED.value: ("notice", "▲"),
    VersionStatus.UNDER_INVESTIGATION.value: ("notice", "△"),
    VersionStatus.FIXED.value: ("cleared", "✓"),
    VersionStatus.NOT_AFFECTED.value: ("cleared", "✓"),
}


@dataclass(frozen=True)
class Telling:
    """What there is to tell. `versions` newest first; `urgent` are those urgent from the one installed."""

    versions: Sequence[Version]
    all_links: Links
    recommended: int | None
    silent: Collection[int]
    notices: OpenNotices
    installed: int | None
    target: int | None
    way: Sequence[int]
    urgent: Collection[int]

    @cached_property
    def by_key(self) -> dict[int, Version]:
        """The versions by key, newest first."""
        return {version.pk: version for version in self.versions}

    @cached_property
    def links(self) -> list[Link]:
        """Each link between two of the versions, once."""
        known = self.by_key.keys()
        return [(old, new) for old, new in dict.fromkeys(self.all_links) if old != new and {old, new} <= known]

    @cached_property
    def befores(self) -> Mapping[int, list[Version]]:
        """What each version may be upgraded from, newest first."""
        place = {key: number for number, key in enumerate(self.by_key)}
        found: dict[int, list[Version]] = defaultdict(list)
        for old, new in sorted(self.links, key=lambda link: place[link[0]]):
            found[new].append(self.by_key[old])
        return found

    @cached_property
    def steps(self) -> set[Link]:
        """The upgrades of the route."""
        return set(pairwise(self.way))

    @cached_property
    def by_release(self) -> bool:
        """Whether dates are those of release: only if all are known, as in the order of versions."""
        return all(version.release_date for version in self.versions)

    def is_unknown(self, key: int) -> bool:
        """Whether the manufacturer has not said what comes before it, as far as the person may see."""
        return key in self.silent and not self.befores.get(key)

    def begins(self, key: int) -> bool:
        """Whether the manufacturer has said that nothing comes before it."""
        said = self.by_key[key].pathway_state == PathwayState.NOT_APPLICABLE
        return said and not self.befores.get(key) and not self.is_unknown(key)

    def day(self, version: Version) -> str:
        """The date that the picture shows of it; '' if it is not known."""
        return day_words(version.release_date if self.by_release else version.published_on)

    @cached_property
    def signs(self) -> dict[int, list[Sign]]:
        """What is to be told of each version, the most important first. Read once: its note is read for it."""
        return {
            key: [*self._of_the_route(key), *self._of_itself(version), *self._of_notices(key)]
            for key, version in self.by_key.items()
        }

    def _of_the_route(self, key: int) -> Iterator[Sign]:
        if key == self.installed:
            yield Sign("installed", "⌂", "Your version")
        if key == self.target:
            yield Sign("target", "◎", "Target")
        if key in self.way and key not in (self.installed, self.target):
            yield Sign("step", "➜", f"Step {self.way.index(key)} of {len(self.way) - 1}")

    def _of_itself(self, version: Version) -> Iterator[Sign]:
        urgent = version.pk in self.urgent
        told = (
            (version.pk == self.recommended, "recommended", "★", "Recommended"),
            (not version.is_listed, "removed", "✕", f"Removed {day_words(version.removed_on)}"),
            (version.withdrawn_on, "withdrawn", "⊖", f"Withdrawn {day_words(version.withdrawn_on)}"),
            (version.is_test, "test", "◇", "Test version"),
            (version.is_advised_against, "against", "⊘", "Advised against"),
            (not version.is_out, "announced", "◷", "Not out yet"),
            (version.is_urgent or urgent, "urgent", "!", "Urgent from your version" if urgent else "Urgent"),
            (version.is_restricted, "restricted", "▣", "Restricted"),
            (self.is_unknown(version.pk), "silent", "?", "Pathway not yet provided"),
        )
        yield from (Sign(*sign) for holds, *sign in told if holds)

    def _of_notices(self, key: int) -> Iterator[Sign]:
        for notice in self.notices.on(key):
            yield Sign(*_NOTICE_SIGNS[notice.status], f"{notice.reference}: {notice.status_words.lower()}")

    def befores_words(self, key: int) -> str:
        """What comes before it, in words."""
        if befores := self.befores.get(key):
            more = f" and {len(befores) - NAMED} more" if len(befores) > NAMED else ""
            return f"May be upgraded from {', '.join(label(before) for before in befores[:NAMED])}{more}"
        return "Nothing comes before it" if self.begins(key) else "The manufacturer has not said what comes before it"

    def name(self, version: Version) -> str:
        """Everything that the picture says of it, to be read out."""
        kind, day = ("released" if self.by_release else "published"), self.day(version)
        told = [sign.words for sign in self.signs[version.pk] if sign.kind != "silent"]
        about = [f"{notice.reference} is about {notice.title}" for notice in self.notices.on(version.pk)]
        listed = [] if is_retracted(version) else ["On the list"]
        parts = [f"{label(version)}, {kind} {day}" if day else label(version), *listed, *told, *about]
        return ". ".join([*parts, self.befores_words(version.pk), version.entry_id])


def label(version: Version) -> str:
    """What a version is called in the picture."""
    return version.firmware_version or version.entry_id


def day_words(day: date | None) -> str:
    """A day as the tables write it; '' if there is none."""
    return f"{day.day} {day:%b %Y}" if day else ""


def is_retracted(version: Version) -> bool:
    """Removed from the list, or withdrawn by its manufacturer."""
    return not version.is_listed or version.withdrawn_on is not None
