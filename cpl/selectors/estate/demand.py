"""What manufacturers learn of estates: how many Parties have devices on their versions that want doing something.

A number, never which Parties, and none below `DEMAND_MIN_PARTIES`: `cpl.estate.disclosure` says what is kept back.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import connection

from accounts.access import Person, can
from accounts.choices import PartyCategory
from accounts.models import User
from accounts.permissions import SUBMIT_AS_MANUFACTURER
from cpl.estate.disclosure import Cell, number_of, tellable
from cpl.models import DeviceModel, Manufacturer
from cpl.routes import Answer, NoRoute, NotKnown
from cpl.selectors.known import KnownModel, known_models
from cpl.selectors.notices import OpenNotice
from cpl.selectors.versions import Version

NOT_COUNTED: Final = (PartyCategory.SECAS, PartyCategory.SSC, PartyCategory.AUDITOR, PartyCategory.MANUFACTURER)
"""Bodies beside the Code have no estate; nor has who makes devices, whose word could lift a number over the line."""

Holders = Mapping[int, Mapping[str, set[int]]]
"""By model and firmware version: the Parties that have devices."""


NOT_GIVEN: Final = "not given"
"""What stands for a number that is below the threshold, or so near another that what is between them is: which of the
two is not said.
"""

Told = int | str
"""A number of Parties, "fewer than 5", or NOT_GIVEN."""


def fewer() -> str:
    """What stands for a number below the threshold, none included: "fewer than 5"."""
    return f"fewer than {settings.DEMAND_MIN_PARTIES}"


@dataclass(frozen=True)
class WantedVersion:
    """A version that wants doing something about: open notices stand against it, or no pathway is given from it.

    `is_older` than the version to go to: any other needs no pathway.
    """

    version: Version
    notices: list[OpenNotice]
    is_older: bool
    is_stuck: bool
    parties: Told

    @property
    def pathway(self) -> str:
        """Whether a pathway to the version to go to is given, in a word."""
        if not self.is_older:
            return "not needed"
        return "none given" if self.is_stuck else "given"


@dataclass(frozen=True)
class ModelDemand:
    """A Device Model with the versions that open notices stand against (`noticed`), and those from which no pathway is
    given to `target` (`stuck`): in how many Parties' estates. Newest version first.
    """

    model: DeviceModel
    target: Version | None
    versions: list[WantedVersion]
    noticed: Told
    stuck: Told

    @property
    def has_noticed(self) -> bool:
        """Whether an open notice stands against any version."""
        return any(one.notices for one in self.versions)

    @property
    def has_stuck(self) -> bool:
        """Whether no pathway is given from any version."""
        return any(one.is_stuck for one in self.versions)

    @property
    def most(self) -> int:
        """The larger number that is told; 0 where none is: what is not told must not show in an order."""
        return max((number for number in (self.noticed, self.stuck) if isinstance(number, int)), default=0)

    @property
    def tells_any(self) -> bool:
        """Whether any number is told; else every one of them is below the threshold."""
        return any(isinstance(told, int) for told in self._told)

    @property
    def keeps_back(self) -> bool:
        """Whether NOT_GIVEN stands anywhere."""
        return NOT_GIVEN in self._told

    @property
    def _told(self) -> tuple[Told, ...]:
        return self.noticed, self.stuck, *(one.parties for one in self.versions)


def makers_of(person: Person) -> list[Manufacturer]:
    """The manufacturers for which this person submits: those whose demand they see. One query; none for all others."""
    if not isinstance(person, User) or not can(person, SUBMIT_AS_MANUFACTURER):
        return []
    acting = dict.fromkeys(each.party for each in person.active_memberships)
    parties = [party for party in acting if SUBMIT_AS_MANUFACTURER in person.permissions_in(party)]
    return list(Manufacturer.objects.filter(party__in=parties))


def demand_for(person: User, makers: Iterable[Manufacturer]) -> list[ModelDemand]:
    """The models of these makers with a version that wants doing something, those that most Parties have first.

    The makers are the person's own. Whether a Party has any devices of a model does not show. A handful of queries.
    """
    models = {
        model.pk: model
        for model in DeviceModel.objects.visible_to(person)
        .filter(manufacturer__in=list(makers))
        .select_related("manufacturer", "identifier")
    }
    known = known_models(person, list(models)).values()
    holders = parties_with(models.values())
    found = [_demand(models[one.model], one, holders.get(one.model, {})) for one in known]
    return sorted((one for one in found if one.versions), key=_order)


def demand_of(person: Person, model: DeviceModel, known: KnownModel) -> ModelDemand | None:
    """The same of one model that is known to this person; None for whoever is not of its manufacturer.

    None as well where no version wants doing anything about. Two queries, and none for people of no manufacturer.
    """
    if model.manufacturer_id not in [maker.pk for maker in makers_of(person)]:
        return None
    found = _demand(model, known, parties_with([model]).get(model.pk, {}))
    return found if found.versions else None


def parties_with(models: Iterable[DeviceModel]) -> Holders:
    """The Parties with devices of these models, by model and version. One query; never to be shown as it is.

    Of each Party counts its latest count in which the model is: a check of last month's gains says nothing of what is
    not in it. A check made again counts as of the day of its counts, a deleted one not at all.
    """
    keys = [(model.pk, model.identifier.code, model.duis_model) for model in models]
    found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    if not keys:
        return found
    with connection.cursor() as cursor:
        pks, codes, duis = map(list, zip(*keys, strict=True))
        cursor.execute(_HOLDERS, [pks, codes, duis, [category.value for category in NOT_COUNTED]])
        for model, party, firmware in cursor.fetchall():
            found[model][firmware].add(party)
    return found


# For each Party and model its checks are walked from the latest, each looked up by index, until one has the model:
# what was counted before is never read.
_HOLDERS: Final = """
SELECT DISTINCT wanted.pk, party.id, holding.firmware_version
FROM unnest(%s::bigint[], %s::text[], %s::text[]) AS wanted (pk, code, duis)
CROSS JOIN accounts_party party
CROSS JOIN LATERAL (
    SELECT estate.id FROM cpl_estatecheck estate
    WHERE estate.party_id = party.id AND estate.state = 'done' AND EXISTS (
        SELECT 1 FROM cpl_estateholding counted WHERE counted.estate_check_id = estate.id
        AND counted.manufacturer_code = wanted.code AND counted.duis_model = wanted.duis
    )
    ORDER BY estate.counted_at DESC, estate.id DESC LIMIT 1
) latest
JOIN cpl_estateholding holding ON holding.estate_check_id = latest.id
    AND holding.manufacturer_code = wanted.code AND holding.duis_model = wanted.duis AND holding.devices > 0
WHERE party.is_active AND NOT party.category = ANY(%s)
AND NOT EXISTS (SELECT 1 FROM cpl_manufacturer maker WHERE maker.party_id = party.id)
"""


def _demand(model: DeviceModel, known: KnownModel, holders: Mapping[str, set[int]]) -> ModelDemand:
    summary = known.summary
    target = summary.recommended or summary.newest
    against = {one.pk: known.notices.against(one.pk) for one in summary.versions}
    noticed = frozenset(key for key, notices in against.items() if notices)
    older = _older(known, target)
    stuck = frozenset(key for key in older if target and _is_stuck(known.route(key, target.pk)))
    wanted = [one for one in summary.versions if one.pk in noticed | stuck]
    told = _told(noticed, stuck, {one.pk: holders.get(one.firmware_version, set()) for one in wanted})
    versions = [
        WantedVersion(one, against[one.pk], one.pk in older, one.pk in stuck, told[frozenset({one.pk})])
        for one in wanted
    ]
    return ModelDemand(model, target, versions, told[noticed], told[stuck])


def _told(noticed: Cell, stuck: Cell, holders: Mapping[int, set[int]]) -> Mapping[Cell, Told]:
    """What is told of the model's two kinds and of each version: the model's numbers first, notices before pathways."""
    least, kinds = settings.DEMAND_MIN_PARTIES, (noticed, stuck)
    cells = [*kinds, *(frozenset({key}) for key in holders)]
    numbers = tellable(cells, holders, least)
    few = [kind for kind in kinds if number_of(kind, holders) < least]
    words = {cell: fewer() if any(cell <= kind for kind in few) else NOT_GIVEN for cell in cells}
    return {**words, **numbers}


def _older(known: KnownModel, target: Version | None) -> Cell:
    """The versions that come before the one to go to: the recommended, or while there is none the newest listed."""
    rank = known.network.rank
    return frozenset(key for key in known.versions if target and rank[key] < rank[target.pk])


def _is_stuck(answer: Answer) -> bool:
    """The manufacturer has not said how to go on, or that nothing does."""
    return isinstance(answer, NoRoute | NotKnown)


def _order(demand: ModelDemand) -> tuple[int, str, str, str]:
    model = demand.model
    return -demand.most, model.manufacturer.name, model.name, f"{model.identifier.code}-{model.duis_model}"
