"""Random Device Models with pathways, and what really becomes of their routes when versions are taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from hypothesis import strategies as st

from accounts.models import User
from cpl.choices import PathwayState
from cpl.models import CPLEntry, DeviceModel, FirmwareInformation
from cpl.routes import AlreadyThere, NotKnown, Routes
from cpl.selectors.known import KnownModel, known_model
from cpl.selectors.linked import linked_versions
from cpl.selectors.retraction import ANOTHER, NO_TARGET, NO_WAY, NOT_KNOWN, ONLY_THROUGH
from tests.factories import make_entry, make_model

GONE = date(2026, 1, 5)


@dataclass(frozen=True)
class Told:
    """One version of a random model: its predecessors by place, and what is said of it."""

    before: tuple[int, ...]
    state: str
    stage: str
    recommendation: str
    removed: bool
    retracted: bool


@st.composite
def models(draw: Any) -> list[Told]:
    """A model of up to seven versions, oldest first, some of them to be retracted."""
    count = draw(st.integers(1, 7))
    return [
        Told(
            tuple(draw(st.lists(st.integers(0, number - 1), unique=True, max_size=3))) if number else (),
            draw(st.sampled_from([PathwayState.NOT_PROVIDED, PathwayState.NOT_APPLICABLE])),
            draw(st.sampled_from(["production", "production", "production", "test"])),
            draw(st.sampled_from(["", "", "", "recommended", "do_not_deploy"])),
            draw(st.sampled_from([False, False, False, True])),
            draw(st.booleans()),
        )
        for number in range(count)
    ]


def make(told: Sequence[Told], number: int) -> list[CPLEntry]:
    """Write the model; its entries in the same order."""
    model = make_model(name=f"Random {number}", model_identifier=f"{0xA000 + number:04X}")
    entries: list[CPLEntry] = []
    for place, one in enumerate(told):
        day = date(2024, 1, 1) + timedelta(days=place)
        given: dict[str, Any] = {"removed_on": GONE, "removal_reason": "Lapsed"} if one.removed else {}
        given |= {} if one.before else {"pathway_state": one.state}
        entry = make_entry(
            model, f"{place:08X}", after=[entries[before] for before in one.before], published_on=day, **given
        )
        said = {"recommendation": one.recommendation, "recommendation_state": "supplied"} if one.recommendation else {}
        FirmwareInformation.objects.create(entry=entry, stage=one.stage, stage_state="supplied", **said)
        entries.append(entry)
    return entries


def known(person: User, model: DeviceModel) -> KnownModel:
    """What a page would know of the model now."""
    visible = CPLEntry.objects.visible_to(person).with_information(person)
    return known_model(person, model.pk, linked_versions(visible, model.pk))


Became = tuple[int, int, str, int, tuple[int, ...]]


class _UndoError(Exception):
    """Ends the savepoint."""


def after_really_retracting(person: User, model: DeviceModel, retracted: Sequence[CPLEntry]) -> KnownModel:
    """What the pages know once the first of them is removed, the second withdrawn, and so on; then it is undone."""
    then = None
    try:
        with transaction.atomic():
            for number, entry in enumerate(retracted):
                if number % 2:
                    FirmwareInformation.objects.filter(entry=entry).update(withdrawn_on=GONE, withdrawal_reason="Wrong")
                else:
                    CPLEntry.objects.filter(pk=entry.pk).update(removed_on=GONE, removal_reason="Wrong")
            then = known(person, model)
            raise _UndoError
    except _UndoError:
        pass
    assert then is not None
    return then


def became(now: KnownModel, then: KnownModel, gone: set[int]) -> set[Became]:
    """What becomes of every route of today that needs a retracted version, by asking for each route twice."""
    target, new = now.summary.recommended, then.summary.recommended
    if target is None:
        return set()
    found: set[Became] = set()
    for start in now.versions:
        answer = now.route(start, target.pk)
        keys = answer.best.keys if isinstance(answer, Routes) else (start,) if start == target.pk else ()
        if not keys or not gone.intersection({*keys[1:], target.pk}):
            continue
        found.add((start, len(keys) - 1, *_afterwards(then, start, new.pk if new else None, gone)))
    return found


def _afterwards(then: KnownModel, start: int, target: int | None, gone: set[int]) -> tuple[str, int, tuple[int, ...]]:
    if target is None:
        return NO_TARGET, 0, ()
    answer = then.route(start, target)
    if isinstance(answer, Routes):
        through = tuple(key for key in answer.best.keys[1:-1] if key in gone)
        return (ONLY_THROUGH if through else ANOTHER), len(answer.best.keys) - 1, through
    if isinstance(answer, AlreadyThere):
        return ANOTHER, 0, ()
    return (NOT_KNOWN if isinstance(answer, NotKnown) else NO_WAY), 0, ()
