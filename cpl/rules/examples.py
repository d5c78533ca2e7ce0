"""Examples that SECAS suggests for free text (asked for in the consultation of July 2018), and whether one was edited.

Every example has places in [square brackets] to be filled in: one that still holds them cannot be submitted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as made_by
from typing import Final

from cpl.choices import SubmissionKind
from cpl.proposals import FIELDS
from cpl.readings.words import normalise


@dataclass(frozen=True)
class Example:
    """A text to begin from. `sets` holds the answers that go with it, as keys of `Submission.content`."""

    name: str
    title: str
    when: str
    field: str
    text: str
    sets: Mapping[str, str] = made_by(default_factory=dict)


def _given(**values: str) -> dict[str, str]:
    """Each value with the answer that it is given."""
    return values | {f"{name}_answer": "give" for name in values}


EXAMPLES: Final[tuple[Example, ...]] = (
    Example(
        "baseline",
        "Baseline version",
        "The version with which devices leave the factory: nothing comes before it.",
        "notes",
        "Baseline version for [model name and hardware revision]: devices have left the factory with it since "
        "[month and year]. Nothing comes before it.",
        {"notes_answer": "give", "pathway_state": "not_applicable", **_given(stage="production")},
    ),
    Example(
        "recommended",
        "Recommended upgrade, from and to",
        "You advise every device on certain versions to move to this one.",
        "notes",
        "Recommended upgrade from [firmware versions or CPL Entry IDs that may be upgraded] to "
        "[this firmware version]. It brings [what is better, in one sentence]. Devices on "
        "[versions that need a step in between] go by way of [the version in between].",
        {
            "notes_answer": "give",
            "pathway_state": "these_entries",
            **_given(recommendation="recommended", stage="production"),
        },
    ),
    Example(
        "urgent",
        "Urgent upgrade",
        "Devices should not stay long on the version they have.",
        "notes",
        "Urgent upgrade for devices on [firmware versions affected]: please complete it by [date]. Until then "
        "[what may go wrong], because [the fault, in one sentence].",
        {"notes_answer": "give", **_given(urgency="urgent", recommendation="recommended", stage="production")},
    ),
    Example(
        "site_visit",
        "Needs a site visit",
        "Somebody must stand in front of the device, before or after the upgrade.",
        "notes",
        "The upgrade needs a visit to the site: [what must be done there, and by whom]. Allow [minutes on site]. "
        "Without the visit [what happens to the device].",
        {"notes_answer": "give", **_given(needs_site_visit="yes")},
    ),
    Example(
        "hub_power",
        "Interrupts the hub’s power",
        "The communications hub loses its power while the upgrade is activated.",
        "notes",
        "Activating this version interrupts the power of the communications hub for about [minutes]. Do not activate "
        "other devices on the same hub within [minutes or hours] of it.",
        {"notes_answer": "give", **_given(interrupts_hub_power="yes")},
    ),
    Example(
        "test_version",
        "Test version",
        "The version is for a trial or a laboratory, not for devices in homes.",
        "notes",
        "Test version for [name of the trial or laboratory] until [date]. Not for devices in homes. The production "
        "version that follows is [firmware version, or when it is expected].",
        {"notes_answer": "give", **_given(stage="test", recommendation="do not deploy")},
    ),
    Example(
        "irreversible",
        "Cannot be undone",
        "A device that was upgraded cannot go back to an earlier version.",
        "notes",
        "Once activated, this version cannot be replaced by [firmware versions that are shut out], because "
        "[the reason, in one sentence]. Before the upgrade check [what to check].",
        {"notes_answer": "give", **_given(irreversible="yes")},
    ),
    Example(
        "vulnerability",
        "Fixes a vulnerability",
        "A weakness has a reference that may be named here. The duty to notify (SEC G3.17 to G3.20) stays as it is.",
        "vulnerabilities",
        "Fixes [CVE reference, such as CVE-2026-00000]: [what it affects, in one sentence]. Affected: "
        "[firmware versions]. Notified under SEC G3.17 to G3.20 on [date].",
        {"vulnerabilities_answer": "give"},
    ),
    Example(
        "withdrawn",
        "Withdrawn because of a fault",
        "You take back a version that was issued. It stays on record with this reason.",
        "reason",
        "Withdrawn because [the fault, in one sentence]. Devices on it should move to "
        "[CPL Entry ID, or “no version yet”] by [date].",
    ),
    Example(
        "corrected",
        "Published value was wrong",
        "A value on the list is not that of the certificate or the device.",
        "reason",
        "The published [name of the field] was wrong since [date]: [how the mistake came about]. The right value "
        "stands in [certificate or document].",
    ),
)
"""In the order in which pages offer them."""

_ONLY: Final = {"withdrawn": SubmissionKind.WITHDRAWAL, "corrected": SubmissionKind.CORRECTION}
_PLACE: Final = re.compile(r"\[[^\[\]]*[^\W\d_][^\[\]]*\]")
"""Square brackets around words: [1] is no place to fill in."""

_STRAIGHT: Final = str.maketrans('“”‘’"', "'''''")
_WIDE_BRACKETS: Final = str.maketrans("［］【】", "[][]")


def places(text: str) -> list[str]:
    """What stands in square brackets, with them."""
    return _PLACE.findall(text)


def examples_for(kind: SubmissionKind) -> tuple[Example, ...]:
    """Those that a submission of this kind has a field for."""
    return tuple(
        example for example in EXAMPLES if example.field in FIELDS[kind] and _ONLY.get(example.name, kind) == kind
    )


def left_over(text: str) -> str:
    """What of an example, or of its places to fill in, still stands in a text; '' where it is all one's own.

    Upper and lower case, spaces, line breaks and punctuation do not make an example one's own.
    """
    text = text.translate(_WIDE_BRACKETS)
    if found := places(text):
        return found[0]
    squeezed = normalise(text) if len(text) >= _SHORTEST else ""
    if whole := next((text for words, text in _SQUEEZED.items() if words in squeezed), ""):
        return whole
    return next((place for place in _KNOWN_PLACES if _is_half_open(text, place)), "")


_SQUEEZED: Final = {normalise(example.text): example.text for example in EXAMPLES}
_KNOWN_PLACES: Final = tuple(dict.fromkeys(place for example in EXAMPLES for place in places(example.text)))
_SHORTEST: Final = min(map(len, _SQUEEZED))


def _is_half_open(text: str, place: str) -> bool:
    """Whether the place stands there with only one of its brackets, whatever its quotation marks."""
    flat, known = (" ".join(words.translate(_STRAIGHT).split()).casefold() for words in (text, place))
    return known[:-1] in flat or known[1:] in flat
