"""What a reader of an answer sees today of the models, versions, notices and contacts that it names."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, NamedTuple

from django.urls import reverse

from accounts.models import User
from cpl.choices import NoticeState
from cpl.models import CPLEntry, DeviceModel, Notice
from cpl.models.entry import entry_address
from cpl.models.notice import notice_reference
from cpl.selectors.estate.lagging import partly_hidden
from cpl.selectors.estate.lines import ToldNotice
from cpl.selectors.estate.stored import Stored
from cpl.selectors.known import KnownModel


class SeenModel(NamedTuple):
    """A Device Model that the reader sees."""

    name: str
    device_type: str
    manufacturer: str
    address: str


class SeenEntry(NamedTuple):
    """A version that the reader sees; `is_whole` unless it has a FIR record that they do not see."""

    entry_id: str
    firmware_version: str
    published_on: date | None
    certificate_kind: str
    is_whole: bool

    @property
    def address(self) -> str:
        """The page of its entry."""
        return entry_address(self.entry_id)


class SeenContact(NamedTuple):
    """A contact that the reader may look at, and the entry whose FIR record names it."""

    pk: int
    name: str
    entry_id: str


@dataclass(frozen=True)
class Seen:
    """By key; what is missing the reader does not see. `contacts` are by entry, `contact_of` is that of the version of
    a model that was published last, among those that name one. `makers` are names by manufacturer identifier, where
    the reader sees models of one maker alone under it, and `partly` is all that they know of each model of which a
    version is hidden from them.
    """

    models: Mapping[int, SeenModel]
    entries: Mapping[int, SeenEntry]
    notices: Mapping[int, ToldNotice]
    contacts: Mapping[int, SeenContact]
    contact_of: Mapping[int, SeenContact]
    makers: Mapping[str, str]
    partly: Mapping[int, KnownModel] = field(default_factory=dict)

    def contact(self, model: int | None, entries: Iterable[int | None]) -> SeenContact | None:
        """The contact that the first of these versions names, else one that another version of the model does."""
        named = (self.contacts[key] for key in entries if key and key in self.contacts)
        return next(named, self.contact_of.get(model) if model else None)


def seen_by(person: User, rows: Collection[Stored]) -> Seen:
    """What the person sees today of all that these rows name. Seven queries, more where versions are hidden."""
    models = {row.model for row in rows if row.model}
    contacts, contact_of = _contacts(person, models)
    makers = _makers(person, {row.kind.manufacturer_code for row in rows})
    partly = partly_hidden(person, models)
    seen = records_seen_by(person, rows)
    return replace(seen, contacts=contacts, contact_of=contact_of, makers=makers, partly=partly)


def records_seen_by(person: User, rows: Collection[Stored]) -> Seen:
    """The same without contacts and names of makers, of which no standing depends. Three queries."""
    return Seen(
        _models(person, {row.model for row in rows if row.model}),
        _entries(person, {key for row in rows for key in (row.entry, row.target, *row.way) if key}),
        _notices(person, {key for row in rows for key in row.notices}),
        contacts={},
        contact_of={},
        makers={},
    )


def _models(person: User, keys: Collection[int]) -> dict[int, SeenModel]:
    rows = DeviceModel.objects.visible_to(person).filter(pk__in=keys).order_by()
    told = rows.values_list("pk", "name", "device_type", "manufacturer__name", "identifier__code", "duis_model")
    return {
        key: SeenModel(name, kind, maker, reverse("cpl:device_model", args=[code, duis]))
        for key, name, kind, maker, code, duis in told
    }


def _entries(person: User, keys: Collection[int]) -> dict[int, SeenEntry]:
    # `information` is an annotation, which CPLEntry has no field for.
    rows: Any = CPLEntry.objects.visible_to(person).with_information(person).filter(pk__in=keys).order_by()
    told = rows.values_list(
        "pk", "cpl_entry_id", "firmware_version", "published_on", "cpa_date_kind", "information__pk", "fir__pk"
    )
    return {
        key: SeenEntry(entry_id, firmware, published_on, kind, shown == there)
        for key, entry_id, firmware, published_on, kind, shown, there in told
    }


def _notices(person: User, keys: Collection[int]) -> dict[int, ToldNotice]:
    if not keys:
        return {}
    rows = Notice.objects.visible_to(person).filter(pk__in=keys).order_by()
    told = rows.values_list("pk", "title", "urgency", "deadline", "state")
    return {
        key: ToldNotice(
            key, notice_reference(key), title, urgency, deadline, reverse("cpl:notice", args=[key]),
            is_open=state == NoticeState.PUBLISHED,
        )
        for key, title, urgency, deadline, state in told
    }  # fmt: skip


def _contacts(person: User, models: Collection[int]) -> tuple[dict[int, SeenContact], dict[int, SeenContact]]:
    # `contact` is an annotation, which CPLEntry has no field for.
    rows: Any = CPLEntry.objects.visible_to(person).with_contacts(person).filter(device_model__in=models)
    named = rows.filter(contact__isnull=False).order_by("published_on", "pk")
    by_entry, by_model = {}, {}
    for model, key, entry_id, contact, team in named.values_list(
        "device_model_id", "pk", "cpl_entry_id", "contact__pk", "contact__team"
    ):
        by_entry[key] = by_model[model] = SeenContact(contact, team or "Contact without a name", entry_id)
    return by_entry, by_model


def _makers(person: User, codes: Collection[str]) -> dict[str, str]:
    rows = DeviceModel.objects.visible_to(person).filter(identifier__code__in=codes).order_by()
    found: dict[str, set[str]] = defaultdict(set)
    for code, name in rows.values_list("identifier__code", "manufacturer__name").distinct():
        found[code].add(name)
    return {code: names.pop() for code, names in found.items() if len(names) == 1}
