"""What a reader of an answer sees today of the models, versions, notices and contacts that it names."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final, NamedTuple

from django.db.models import Value
from django.urls import reverse

from accounts.models import User
from cpl.choices import NoticeState
from cpl.models import CPLEntry, DeviceModel, EstateAnswer, EstateCheck, Notice
from cpl.models.entry import entry_address
from cpl.models.notice import notice_reference
from cpl.selectors.estate.lagging import hidden_from, partly_hidden
from cpl.selectors.estate.lines import ToldNotice
from cpl.selectors.estate.stored import Stored
from cpl.selectors.known import KnownModel
from cpl.selectors.notices import NONE_OPEN
from cpl.selectors.urgency import pair_urgency
from cpl.selectors.versions import Version

_NAMELESS: Final = "Contact without a name"


class SeenModel(NamedTuple):
    """A Device Model that the reader sees."""

    name: str
    device_type: str
    manufacturer: str
    address: str


class ModelName(NamedTuple):
    """The same before its address is worked out, which takes a while for thousands."""

    name: str
    device_type: str
    manufacturer: str
    code: str
    duis_model: str

    @property
    def seen(self) -> SeenModel:
        """With its address."""
        address = reverse("cpl:device_model", args=[self.code, self.duis_model])
        return SeenModel(self.name, self.device_type, self.manufacturer, address)


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
    version is hidden from them. `asked` is how soon the manufacturer asks for a recommended version, where a notice
    that asked for it as well is hidden.
    """

    models: Mapping[int, SeenModel]
    entries: Mapping[int, SeenEntry]
    notices: Mapping[int, ToldNotice]
    contacts: Mapping[int, SeenContact]
    contact_of: Mapping[int, SeenContact]
    makers: Mapping[str, str]
    partly: Mapping[int, KnownModel] = field(default_factory=dict)
    asked: Mapping[int, str] = field(default_factory=dict)

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
    """The same without contacts and names of makers, of which no standing depends. Three queries; four where a notice
    is hidden.
    """
    notices = _notices(person, {key for row in rows for key in row.notices})
    return Seen(
        _models(person, {row.model for row in rows if row.model}),
        _entries(person, {key for row in rows for key in (row.entry, row.target, *row.way) if key}),
        notices,
        contacts={},
        contact_of={},
        makers={},
        asked=_asked(person, {row.target for row in rows if row.target and not notices.keys() >= set(row.notices)}),
    )


def _models(person: User, keys: Collection[int]) -> dict[int, SeenModel]:
    rows = DeviceModel.objects.visible_to(person).filter(pk__in=keys).order_by()
    told = rows.values_list("pk", "name", "device_type", "manufacturer__name", "identifier__code", "duis_model")
    return {key: ModelName(*named).seen for key, *named in told}


def _entries(person: User, keys: Collection[int]) -> dict[int, SeenEntry]:
    # `information` is an annotation, which CPLEntry has no field for.
    rows: Any = CPLEntry.objects.visible_to(person).with_information(person).filter(pk__in=keys).order_by()
    return {key: _entry(*told) for key, *told in rows.values_list(*_OF_ENTRY)}


_OF_ENTRY: Final = (
    "pk", "cpl_entry_id", "firmware_version", "published_on", "cpa_date_kind", "information__pk", "fir__pk",
)  # fmt: skip


def _entry(
    entry_id: str, firmware: str, published_on: date | None, kind: str, shown: int | None, there: int | None
) -> SeenEntry:
    return SeenEntry(entry_id, firmware, published_on, kind, shown == there)


def _notices(person: User, keys: Collection[int]) -> dict[int, ToldNotice]:
    if not keys:
        return {}
    rows = Notice.objects.visible_to(person).filter(pk__in=keys).order_by()
    told = rows.values_list("pk", "title", "urgency", "deadline", "state")
    return {row[0]: _notice(*row) for row in told}


def _notice(key: int, title: str, urgency: str, deadline: date | None, state: str) -> ToldNotice:
    address, is_open = reverse("cpl:notice", args=[key]), state == NoticeState.PUBLISHED
    return ToldNotice(key, notice_reference(key), title, urgency, deadline, address, is_open=is_open)


def _asked(person: User, targets: Collection[int]) -> dict[int, str]:
    """How soon the manufacturer asks for these versions, as far as the person sees it."""
    if not targets:
        return {}
    seen = CPLEntry.objects.visible_to(person).with_information(person).filter(pk__in=targets).order_by()
    versions = [Version.of(entry) for entry in seen]
    return {version.pk: pair_urgency(version, version, NONE_OPEN).urgency for version in versions}


def _contacts(person: User, models: Collection[int]) -> tuple[dict[int, SeenContact], dict[int, SeenContact]]:
    # `contact` is an annotation, which CPLEntry has no field for.
    rows: Any = CPLEntry.objects.visible_to(person).with_information(person).with_contacts(person)
    named = rows.filter(device_model__in=models, contact__isnull=False).order_by("published_on", "pk")
    by_entry, by_model = {}, {}
    for model, key, entry_id, contact, team in named.values_list(
        "device_model_id", "pk", "cpl_entry_id", "contact__pk", "contact__team"
    ):
        by_entry[key] = by_model[model] = SeenContact(contact, team or _NAMELESS, entry_id)
    return by_entry, by_model


def _makers(person: User, codes: Collection[str]) -> dict[str, str]:
    rows = DeviceModel.objects.visible_to(person).filter(identifier__code__in=codes).order_by()
    found: dict[str, set[str]] = defaultdict(set)
    for code, name in rows.values_list("identifier__code", "manufacturer__name").distinct():
        found[code].add(name)
    return _of_one(found)


def _of_one(found: Mapping[str, set[str]]) -> dict[str, str]:
    return {code: min(names) for code, names in found.items() if len(names) == 1}


# The same for many rows of which few are shown --------------------------------------------------------------------


class Hidden(NamedTuple):
    """`entries` of the models of a check that a reader does not see whole, the `models` of those that are published,
    and the notices that the check names and the reader sees.
    """

    entries: frozenset[int]
    models: frozenset[int]
    notices: Mapping[int, ToldNotice]


def hidden_in(person: User, check: EstateCheck, notices: Collection[int]) -> Hidden:
    """What the person does not see whole today of the models that a check names, and which of its `notices` they see.

    One query.
    """
    entries = hidden_from(person, device_model__in=_named_by(check)).values_list(
        Value("entry"), "pk", "device_model_id", Value(""), Value(""), "published_on", Value("")
    )
    rows = entries
    if notices:
        seen = Notice.objects.visible_to(person).filter(pk__in=notices).order_by()
        told = seen.values_list(Value("notice"), "pk", Value(0), "title", "urgency", "deadline", "state")
        rows = entries.union(told, all=True)
    found = list(rows)
    hidden = [row for row in found if row[0] == "entry"]
    return Hidden(
        frozenset(row[1] for row in hidden),
        frozenset(row[2] for row in hidden if row[5]),
        {key: _notice(key, *said) for what, key, _, *said in found if what == "notice"},
    )


def names_in(person: User, check: EstateCheck, codes: Collection[str]) -> tuple[dict[int, ModelName], dict[str, str]]:
    """The models that a check names, as far as the person sees them, and the names of makers by these identifiers,
    each where the person sees models of one maker alone under it. One query.
    """
    visible = DeviceModel.objects.visible_to(person).order_by()
    columns = ("name", "device_type", "manufacturer__name", "identifier__code", "duis_model")
    models = visible.filter(pk__in=_named_by(check)).values_list("pk", *columns)
    makers = visible.filter(identifier__code__in=codes).distinct()
    nothing = Value("")
    rows = models.union(makers.values_list(Value(0), nothing, nothing, *columns[2:4], nothing)) if codes else models
    found: dict[str, set[str]] = defaultdict(set)
    named = {}
    for key, *name in rows:
        if key:
            named[key] = ModelName(*name)
        else:
            found[name[3]].add(name[2])
    return named, _of_one(found)


def _named_by(check: EstateCheck) -> Any:
    return EstateAnswer.objects.order_by().filter(estate_check=check, model__isnull=False).values("model")


class OfModels(NamedTuple):
    """What a person sees of the versions of some models, as `Seen` has it."""

    entries: Mapping[int, SeenEntry]
    contacts: Mapping[int, SeenContact]
    contact_of: Mapping[int, SeenContact]


def versions_seen(person: User, models: Collection[int]) -> OfModels:
    """All versions of these models that the person sees, with the contacts that they may look at. One query, and none
    without models.
    """
    # `information` and `contact` are annotations, which CPLEntry has no field for.
    rows: Any = CPLEntry.objects.visible_to(person).with_information(person).with_contacts(person)
    columns = (*_OF_ENTRY, "device_model_id", "contact__pk", "contact__team")
    found = rows.filter(device_model__in=models).order_by("published_on", "pk").values_list(*columns)
    entries, by_entry, by_model = {}, {}, {}
    for key, *told, model, contact, team in found if models else ():
        entries[key] = _entry(*told)
        if contact:
            by_entry[key] = by_model[model] = SeenContact(contact, team or _NAMELESS, told[0])
    return OfModels(entries, by_entry, by_model)
