"""Choosing what a notice says of which versions: a table for each Device Model, and stretches of the pathway.

Without JavaScript: every button sends the whole form, and the page comes back with what it changed. A notice may name
1,700 versions; the page shows the tables of a few models and carries the rest in one hidden field.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.http import QueryDict

from accounts.models import User
from cpl.choices import VersionStatus
from cpl.forms.notices import number_of, read_kept, write_kept
from cpl.models import CPLEntry, Manufacturer
from cpl.selectors.notice_versions import counted

MOST_ROWS: Final = 250
"""Rows shown at once: beyond, the tables opened first are closed again."""

LONGEST_WORDS: Final = 500

Said = dict[int, tuple[str, str]]


@dataclass(frozen=True)
class Problem:
    """Something about a version that must be put right before anything is saved."""

    text: str
    href: str


@dataclass
class NamedVersions:
    """What is said by entry while somebody writes. `models` has the Device Model of every entry that may be named;
    `shown` are the models whose tables are open, `marked` what the last button changed.
    """

    models: Mapping[int, int]
    said: Said = field(default_factory=dict)
    shown: list[int] = field(default_factory=list)
    marked: set[int] = field(default_factory=set)

    @classmethod
    def saved(cls, said: Said, models: Mapping[int, int]) -> "NamedVersions":
        """As a notice stands: with the tables of its first few models open."""
        named = cls(models, {key: one for key, one in said.items() if key in models})
        for model in dict.fromkeys(models[key] for key in sorted(named.said)):
            if named.rows(named.shown) + named.rows([model]) <= MOST_ROWS:
                named.shown.append(model)
        return named

    @classmethod
    def typed(cls, data: QueryDict, models: Mapping[int, int]) -> "NamedVersions":
        """As the page sent it; versions that the person may not name are as if not sent."""
        shown = dict.fromkeys(number_of(one) for one in data.getlist("shown"))
        known = set(models.values())
        named = cls(models, shown=[model for model in shown if model in known])
        closed = read_kept(data.get("kept", ""))
        named.said = {key: one for key, one in closed.items() if key in models and models[key] not in named.shown}
        for key, model in models.items():
            if model in named.shown:
                named._take(key, data.get(f"s_{key}", ""), data.get(f"w_{key}", "").strip())
        return named

    def _take(self, key: int, status: str, words: str) -> None:
        known = status if status in VersionStatus.values else ""
        if known or words:
            self.said[key] = (known, words)

    def rows(self, models: Iterable[int]) -> int:
        """How many rows the tables of these models have."""
        asked = set(models)
        return sum(model in asked for model in self.models.values())

    def of_model(self, model: int) -> list[int]:
        """The entries of a model that may be named."""
        return [key for key, its in self.models.items() if its == model]

    def open(self, model: int) -> None:
        """Show the table of a model, last; those opened first are closed where the page grows too long."""
        if model not in self.models.values():
            return
        self.shown = [*(one for one in self.shown if one != model), model]
        while len(self.shown) > 1 and self.rows(self.shown) > MOST_ROWS:
            self.shown.pop(0)

    def close(self, model: int) -> None:
        """Show its table no more; what is said of its versions stays."""
        self.shown = [one for one in self.shown if one != model]

    def leave_out(self, model: int) -> None:
        """Say nothing of any version of the model, and close its table."""
        self.close(model)
        self.said = {key: one for key, one in self.said.items() if self.models[key] != model}

    def fill(self, entries: Iterable[int], status: str) -> None:
        """Say this of these versions, whatever was said before; words stay."""
        for key in entries:
            self.said[key] = (status, self.said.get(key, ("", ""))[1])
            self.marked.add(key)

    @property
    def kept(self) -> str:
        """What the page carries of models that it does not show."""
        return write_kept({key: one for key, one in self.said.items() if self.models[key] not in self.shown})

    @property
    def complete(self) -> Said:
        """Every version of which something is said, for the actions."""
        return {key: one for key, one in self.said.items() if one[0]}

    def problems(self) -> list[Problem]:
        """Words without a status, and words that are too long."""
        found = [
            Problem("Choose what the notice says of this version: it has words and no status.", f"#s_{key}")
            for key, (status, words) in self.said.items()
            if words and not status
        ]
        return found + [
            Problem(
                f"Shorten the words about this version to {LONGEST_WORDS} characters: they have {len(words)}.",
                f"#w_{key}",
            )
            for key, (_, words) in self.said.items()
            if len(words) > LONGEST_WORDS
        ]

    def numbers(self, model: int | None = None) -> list[tuple[int, str]]:
        """How many versions have each status, of one model or in all."""
        entries = self.complete if model is None else [key for key in self.of_model(model) if key in self.complete]
        return counted(self.complete[key][0] for key in entries)

    def closed(self) -> list[int]:
        """Models that are named and not shown."""
        return [one for one in dict.fromkeys(self.models[key] for key in self.said) if one not in self.shown]


def may_be_named(user: User, manufacturer: Manufacturer) -> dict[int, int]:
    """The entries of the manufacturer that the person sees, each with its Device Model. One query."""
    rows = CPLEntry.objects.visible_to(user).filter(manufacturer=manufacturer).order_by("device_model_id", "pk")
    return dict(rows.values_list("pk", "device_model_id"))
