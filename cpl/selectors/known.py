"""Everything that one person may know of one Device Model, asked once: what its pages, pictures and exports share."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from django.utils import timezone

from accounts.access import Person
from cpl.models import CPLEntry
from cpl.routes import Answer, Network, Stop
from cpl.selectors.linked import Linked
from cpl.selectors.notices import NONE_OPEN, OpenNotices, open_notices
from cpl.selectors.pathways import Links, links_of_models, network_of
from cpl.selectors.urgency import PairUrgency, pair_urgency
from cpl.selectors.versions import Summary, Version, by_date, summarise, versions_of


@dataclass(frozen=True)
class KnownModel:
    """The versions of one Device Model that a person sees, by key, with their pathways and open notices."""

    model: int
    versions: Mapping[int, Version]
    network: Network
    notices: OpenNotices
    summary: Summary

    def told_again(self, person: Person) -> "KnownModel":
        """The same with the notices that the person may read by now. One query."""
        notices = open_notices(person, [self.model])
        summary = summarise(self.versions.values(), self.network.links, notices)
        return replace(self, notices=notices, summary=summary)

    @cached_property
    def _stops(self) -> dict[int, Stop]:
        today = timezone.localdate()
        return {
            key: Stop(not version.is_deployable_on(today), version.disturbs) for key, version in self.versions.items()
        }

    def route(self, start: int, target: int) -> Answer:
        """The ways from one version to another, or why there is none."""
        return self.network.find(start, target, self._stops)

    def steps_from(self, start: int) -> dict[int, int]:
        """Every version that can be reached with the number of steps of its best way, nearest first."""
        return self.network.steps_from(start, self._stops)

    def urgency(self, start: int, target: int) -> PairUrgency:
        """How urgent the upgrade from one version to another is."""
        return pair_urgency(self.versions[start], self.versions[target], self.notices)


def known_model(person: Person, model: int, versions: Linked) -> KnownModel:
    """What the person may know of the model. `versions` are all that they may see of it, read for the same person.

    One query, and none where no open notice names any of the versions.
    """
    notices = open_notices(person, [model]) if versions.is_noticed else NONE_OPEN
    return _known_model(model, versions.versions, versions.links, notices)


def known_models(person: Person, models: Sequence[int]) -> dict[int, KnownModel]:
    """What `known_model` says of each of which the person sees a version. Three queries, however many models."""
    versions = versions_of(CPLEntry.objects.visible_to(person).with_information(person), models)
    links, notices = links_of_models(versions), open_notices(person, versions)
    return {
        model: _known_model(model, versions[model], _seen(links.get(model, ()), versions[model]), notices)
        for model in models
        if model in versions
    }


def _seen(links: Links, versions: Iterable[Version]) -> Links:
    """The links between two of the versions, in the order in which `linked` has them."""
    keys = {version.pk for version in versions}
    return sorted((old, new) for old, new in links if old in keys and new in keys)


def _known_model(model: int, versions: Iterable[Version], links: Links, notices: OpenNotices) -> KnownModel:
    dated = {version.pk: version for version in by_date(versions)}
    network = network_of(links, list(dated), {key: version.pathway_state for key, version in dated.items()})
    return KnownModel(model, dated, network, notices, summarise(dated.values(), network.links, notices))
