"""The answer for every model and firmware version of an estate, in a handful of queries however many there are."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from accounts.models import User
from cpl.choices import EstateRoute, EstateStatus, Stage
from cpl.estate.tally import Kind
from cpl.models import CPLEntry, DeviceModel, EstateAnswer
from cpl.routes import NotKnown
from cpl.selectors.estate.standing import standing
from cpl.selectors.known import KnownModel, known_models
from cpl.selectors.retraction import Keys, best_ways
from cpl.selectors.versions import Version

LONGEST_REASON = 600


def seen_models(person: User, kinds: Iterable[Kind]) -> dict[tuple[str, str], int]:
    """The keys of the Device Models of these kinds that the person may see, by the two identifiers. One query."""
    wanted = {kind[:2] for kind in kinds}
    found = DeviceModel.objects.visible_to(person).filter(
        identifier__code__in={code for code, _ in wanted}, duis_model__in={duis for _, duis in wanted}
    )
    rows = found.order_by().values_list("identifier__code", "duis_model", "pk")
    return {(code, duis): key for code, duis, key in rows if (code, duis) in wanted}


def answers(person: User, by_kind: Mapping[Kind, int]) -> list[EstateAnswer]:
    """What this person may see of each kind today, in the order of the kinds; unsaved, and of no check yet.

    `person` is whoever started the check as `acting_for` its Party; what a notice for the concerned says is among it
    if the Party's interest in `seen_models` was noted before (`cpl.actions.interest.note_checks`). Five queries.
    """
    keys = seen_models(person, by_kind)
    known = known_models(person, sorted(keys.values()))
    models = {key: EstateModel(one) for key, one in known.items()}
    found = {kind: models.get(keys.get(kind[:2], 0)) for kind in by_kind}
    reasons = _reasons(person, [one.installed(kind) for kind, one in found.items() if one])
    return [
        EstateAnswer(**kind._asdict(), devices=devices, **_answer(found[kind], kind, reasons))
        for kind, devices in by_kind.items()
    ]


@dataclass(frozen=True)
class EstateModel:
    """One Device Model of the estate, and everything that is asked of it again for each version."""

    known: KnownModel

    @cached_property
    def by_firmware(self) -> dict[str, Version]:
        """Its versions as files name them."""
        return {version.firmware_version: version for version in self.known.versions.values()}

    @cached_property
    def ways(self) -> dict[int, Keys]:
        """The best way to the recommended version from every version that has one."""
        target = self.known.summary.recommended
        return best_ways(self.known, target.pk) if target else {}

    @cached_property
    def releases(self) -> list[int]:
        """The places, in the order of the pathway, of the versions that one may lag behind."""
        rank, target = self.known.network.rank, self.known.summary.recommended
        counted = (one for one in self.known.versions.values() if is_release(one) or one == target)
        return [rank[version.pk] for version in counted]

    def installed(self, kind: Kind) -> Version | None:
        """The version of a kind, if the person sees it."""
        return self.by_firmware.get(kind.firmware_version)


def is_release(version: Version) -> bool:
    """Whether it is one that devices may lag behind: on the list, and for production."""
    return version.is_listed and version.stage == Stage.PRODUCTION


def _reasons(person: User, versions: Collection[Version | None]) -> dict[int, str]:
    """Why each of the versions that are gone was removed or withdrawn. One query, and none where all stand."""
    gone = [one.pk for one in versions if one and (one.removed_on or one.withdrawn_on)]
    if not gone:
        return {}
    # `information` is an annotation, which CPLEntry has no field for.
    rows: Any = CPLEntry.objects.visible_to(person).with_information(person).filter(pk__in=gone).order_by()
    told = rows.values_list("pk", "removed_on", "removal_reason", "removal_reference", "information__withdrawal_reason")
    return {key: _reason(*why)[:LONGEST_REASON] for key, *why in told}


def _reason(removed_on: date | None, removal: str, reference: str, withdrawal: str | None) -> str:
    if removed_on is None:
        return withdrawal or ""
    return f"{removal} ({reference})" if reference else removal


Fields = dict[str, Any]


def _answer(model: EstateModel | None, kind: Kind, reasons: Mapping[int, str]) -> Fields:
    if model is None:
        return _unknown(EstateStatus.MODEL_NOT_KNOWN)
    target, version = model.known.summary.recommended, model.installed(kind)
    of_model = {
        "model_id": model.known.model,
        "target_id": target.pk if target else None,
        "basis": model.known.summary.basis,
    }
    if version is None:
        return {**of_model, **_unknown(EstateStatus.VERSION_NOT_KNOWN)}
    return {**of_model, **of_version(model, version), "reason": reasons.get(version.pk, "")}


def _unknown(status: EstateStatus) -> Fields:
    route = EstateRoute.NOT_KNOWN.value
    stands = standing(status.value, route, "", is_in_question=False)
    return {"status": status.value, "route": route, "standing": stands}


def of_version(model: EstateModel, version: Version) -> Fields:
    """The fields of an answer for a version that the person sees; why it is gone is told beside."""
    against = model.known.notices.against(version.pk)
    status, route = status_of(version), _route(model, version)
    way = model.ways.get(version.pk, ()) if route == EstateRoute.ROUTE else ()
    urgency = _urgency(model.known, version, route)
    in_question = version.is_advised_against or bool(against)
    return {
        "entry_id": version.pk,
        "status": status,
        "route": route,
        "standing": standing(status, route, urgency, is_in_question=in_question),
        "released_on": version.release_date or version.published_on,
        "certificate_ends": version.cpa_date if version.is_listed else None,
        "way": list(way),
        "flags": list(dict.fromkeys(flag for key in way[1:] for flag in model.known.versions[key].flags)),
        "urgency": urgency,
        "notices": [notice.pk for notice in against],
        **_lag(model, version, route),
    }


def status_of(version: Version) -> str:
    """What the list says of a version; removal comes before withdrawal, and withdrawal before the stage."""
    if not version.is_listed:
        return EstateStatus.REMOVED.value
    if version.withdrawn_on:
        return EstateStatus.WITHDRAWN.value
    return EstateStatus.TEST.value if version.is_test else EstateStatus.LISTED.value


def _route(model: EstateModel, version: Version) -> str:
    """Whether there is a way to the recommended version; nobody is sent back to one that comes before theirs."""
    known, target = model.known, model.known.summary.recommended
    if target is None:
        return EstateRoute.NO_TARGET.value
    if target.pk == version.pk:
        return EstateRoute.ALREADY_THERE.value
    if version.pk in model.ways:
        return EstateRoute.ROUTE.value
    if known.network.rank[version.pk] > known.network.rank[target.pk]:
        return EstateRoute.AHEAD.value
    silent = isinstance(known.route(version.pk, target.pk), NotKnown)
    return EstateRoute.NOT_SAID.value if silent else EstateRoute.NO_ROUTE.value


def _urgency(known: KnownModel, version: Version, route: str) -> str:
    """How urgent it is to get to the recommended version; from a newer one, only what a notice asks counts, for what
    the manufacturer says of the older one was meant for those before it.
    """
    target = known.summary.recommended
    if target is None or route == EstateRoute.ALREADY_THERE:
        return ""
    if route == EstateRoute.AHEAD:
        notice = known.notices.to_leave(version.pk, target.pk)
        return notice.urgency if notice else ""
    return known.urgency(version.pk, target.pk).urgency


def _lag(model: EstateModel, version: Version, route: str) -> Fields:
    """How many releases, and days, the recommended version is ahead; nothing where none is recommended."""
    target, rank = model.known.summary.recommended, model.known.network.rank
    if target is None:
        return {}
    if route in (EstateRoute.ALREADY_THERE, EstateRoute.AHEAD):
        return {"releases_behind": 0, "days_behind": 0}
    here, there = rank[version.pk], rank[target.pk]
    return {
        "releases_behind": sum(here < place <= there for place in model.releases),
        "days_behind": _days(version, target),
    }


def _days(version: Version, target: Version) -> int | None:
    """Between the releases of both; between their publications where either release is not known, for the one comes
    weeks before the other.
    """
    pairs: Sequence[tuple[date | None, date | None]] = (
        (version.release_date, target.release_date), (version.published_on, target.published_on),
    )  # fmt: skip
    return next((max((new - old).days, 0) for old, new in pairs if old and new), None)
