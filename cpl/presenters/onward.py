"""Where one can get from a version: each target with its number of steps and its urgency from there."""

from dataclasses import dataclass

from cpl.models import DeviceModel
from cpl.presenters.routes import ROUTE, counted, headline, kind_of, route_address
from cpl.routes import Routes
from cpl.selectors.known import KnownModel
from cpl.selectors.urgency import PairUrgency
from cpl.selectors.versions import Version


@dataclass(frozen=True)
class Onward:
    """A version that can be reached; `address` is the page of the whole way to it."""

    version: Version
    steps: int
    urgency: PairUrgency
    address: str

    @property
    def steps_words(self) -> str:
        """How far it is."""
        return "directly" if self.steps == 1 else f"in {self.steps} steps"


def onward(known: KnownModel, model: DeviceModel, start: Version) -> list[Onward]:
    """Every version that can be reached from one, nearest first."""
    return [
        Onward(
            known.versions[key], steps, known.urgency(start.pk, key), route_address(model, start, known.versions[key])
        )
        for key, steps in known.steps_from(start.pk).items()
    ]


@dataclass(frozen=True)
class ToRecommended:
    """The way from a version to the recommended one, in a line; `kind` is which of the answers it is."""

    kind: str
    words: str
    urgency: PairUrgency
    address: str

    @property
    def is_route(self) -> bool:
        """Whether there is a way."""
        return self.kind == ROUTE


def to_recommended(known: KnownModel, model: DeviceModel, start: Version) -> ToRecommended | None:
    """None where no version is recommended, or this one is."""
    target = known.summary.recommended
    if target is None or target.pk == start.pk:
        return None
    answer = known.route(start.pk, target.pk)
    kind = kind_of(answer)
    if isinstance(answer, Routes):
        words = f"{counted(len(answer.best.steps), 'step')} to the recommended version"
    else:
        words = headline(kind, start, target, is_recommended=True)
    return ToRecommended(kind, words, known.urgency(start.pk, target.pk), route_address(model, start))
