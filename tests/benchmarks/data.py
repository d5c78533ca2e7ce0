"""A Central Products List as large as asked for, the same every time, loaded by COPY.

What selects well must be known exactly, so that a search has the number of hits that its name promises:
every Device Model's name holds a serial of its own that begins with 9, and no other number in the list has
a 9 (hexadecimal columns aside, where it may occur by chance); only the forty series hold an X or a Q.
"""

import hashlib
import io
import random
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.db import connection, models, transaction
from openpyxl import Workbook

from accounts.actions.memberships import join
from accounts.actions.parties import create_party
from accounts.choices import PartyCategory, Role
from accounts.models import Party, User
from accounts.permissions import VIEW_ENTRY, VIEW_INFORMATION
from cpl.models import (
    Contact,
    CPLEntry,
    DeviceModel,
    EntryGrant,
    FirmwareInformation,
    InformationGrant,
    Manufacturer,
    ManufacturerIdentifier,
    UpgradePathLink,
)
from cpl.search_index import ensure_trigram_indexes

Line = tuple[Any, ...]

MAKERS = 200
VERSIONS = 20
"""Entries of one Device Model."""
RESTRICTED, GRANTED = 10_000, 5_000
SERIES = [letter + mark for letter in "BCDFGHJKLMNPRSTVWYZA" for mark in "XQ"]
SUFFIXES = ["8P", "16T", "R2", "LTE", "AD", "PRO", "LITE", "HP"]
SYLLABLES = ["tel", "met", "cor", "lin", "zy", "mik", "ro", "hua", "jun", "ci", "dem", "van", "tri", "sol"]
TYPES = ["ESME"] * 9 + ["GSME"] * 4 + ["CH"] * 2 + ["PPMID"] * 2 + ["HCALCS", "SAPC", "IHD"]
VARIANTS = ["A", "B", "C", "AD", "BD", "CD", "ADE", "BDE", "CDE"]
SMETS = ["V2.0", "V3.1", "V4.1", "V4.2", "V5.0", "V5.1", "V5.2", "V5.3"]
GBCS = ["2.0", "2.1", "3.2", "4.1", "4.2", "4.3"]
REASONS = ["Replaced by corrected entry", "CPA certificate lapsed", "Withdrawn at the manufacturer's request"]
NOTES = "Install in quiet hours, no more than 500 a day. Confirm the version by reading the device afterwards."
EPOCH = date(2017, 1, 1)
LISTED_COLUMNS = (
    "CPL Entry ID", "Device Type", "ESME Variant", "Manufacturer", "Manufacturer Identifier", "Model Name",
    "Model Identifier", "Hardware Version", "Hardware Revision", "Firmware Version", "SMETS / CHTS Version",
    "GBCS Version", "ZigBee Certificate", "DLMS Certificate", "CPA Certificate", "CPA Date Type", "CPA Date",
    "Firmware Hash (SHA-256)", "Date Added",
)  # fmt: skip


def _chance(*key: object) -> random.Random:
    """Chance that depends on what it decides, not on what was decided before."""
    return random.Random(repr(key))  # noqa: S311 - for variety, not for secrecy


def maker_name(number: int) -> str:
    """A maker's name; numbers without a 9."""
    chance = _chance("maker", number)
    return "".join(chance.choice(SYLLABLES) for _ in range(3)).capitalize() + f" {number:04o} Ltd"


def serial(model: int) -> str:
    """The six digits by which one Device Model is found."""
    return f"{900_000 + model}"


def entry_id(number: int) -> str:
    """An Entry ID without the digit 9."""
    return f"CPL-{number:07o}"


def model_line(number: int) -> Line:
    """Key, maker, identifier, type, variant, name and the three identifiers of one Device Model."""
    chance = _chance("model", number)
    maker, kind = chance.randrange(MAKERS), chance.choice(TYPES)
    return (
        number + 1,
        maker + 1,
        maker + 1,
        kind,
        chance.choice(VARIANTS) if kind == "ESME" else "",
        f"{chance.choice(SERIES)}-{serial(number)}-{chance.choice(SUFFIXES)}",
        f"{number & 0xFFFF:04X}",
        f"{chance.randrange(1, 9):02X}",
        f"{chance.randrange(64):02X}",
    )


_ENTRY = (
    "id", "cpl_entry_id", "device_model_id", "manufacturer_id", "device_type", "model_name",
    "firmware_version", "firmware_hash", "smets_chts_version", "gbcs_version", "zigbee_certificate",
    "dlms_certificate", "cpa_certificate", "cpa_date_kind", "cpa_date", "published_on", "loaded_on",
    "removed_on", "removal_reason", "pathway_state", "pathway_source", "pathway_given_on", "audience",
)  # fmt: skip


def entry_line(number: int, model: Line, *, every: int) -> Line:
    """One entry; each `every`-th is for named Parties only, and one in ten was removed."""
    chance, version = random.Random(number), number % VERSIONS  # noqa: S311 - for variety, not for secrecy
    bits = chance.getrandbits(96)
    published = EPOCH + timedelta(days=version * 150 + bits % 140)
    removed = published + timedelta(days=400) if bits % 10 == 7 else None
    linked = version > 0 and bits % 16 < 12
    return (
        number + 1,
        entry_id(number),
        model[0],
        model[1],
        model[3],
        model[5],
        f"{version + 1:02X}{bits & 0xFFFFFF:06X}",
        hashlib.sha256(b"%d" % number).hexdigest().upper(),
        ("CHTS " if model[3] == "CH" else "SMETS ") + SMETS[bits % 8],
        GBCS[bits % 6],
        f"ZIG{bits >> 8 & 0o7777777:07o}ZSE",
        f"DLMS{bits >> 32 & 0o77777:05o}" if model[3] == "ESME" else "",
        f"CPA-{bits >> 50 & 0o777777:06o}",
        "renewal",
        published + timedelta(days=2190),
        published,
        published + timedelta(days=20) if bits % 5 else None,
        removed,
        REASONS[bits % 3] if removed else "",
        "these_entries" if linked else ("not_provided" if version else "not_applicable"),
        "fir_workbook" if linked or not version else "",
        published if linked or not version else None,
        "named_parties" if number % every == every // 2 else "all_parties",
    )


_INFORMATION = (
    "entry_id", "contact_id", "contact_state", "release_date", "release_date_state", "stage", "stage_state",
    "interrupts_hub_power", "interrupts_hub_power_state", "notes", "notes_state", "audience",
)  # fmt: skip


def information_line(entry: Line) -> Line | None:
    """The FIR record of an entry; 84 in 100 have one, and one in 50 of these is for named Parties only."""
    number, published = entry[0], entry[15]
    if number % 25 in (3, 9, 15, 21):
        return None
    hub = entry[4] == "CH"
    return (
        number,
        entry[3],
        "supplied",
        published,
        "supplied",
        "test" if number % 12 == 0 else "production",
        "supplied",
        True if hub else None,
        "supplied" if hub else "not_applicable",
        f"{NOTES} Advice {number % 400:o}.",
        "supplied",
        "named_parties" if number % 50 == 17 else "all_parties",
    )


def entries_of(entries: int, models: int) -> Iterator[Line]:
    """Every entry of the list, model by model."""
    every = max(2, entries // RESTRICTED)
    for model in range(models):
        line = model_line(model)
        for number in range(model * VERSIONS, (model + 1) * VERSIONS):
            yield entry_line(number, line, every=every)


def load(entries: int) -> None:
    """Fill the empty database with `entries` entries, and make it as a database is after a night's rest."""
    models_wanted = entries // VERSIONS
    with transaction.atomic():
        _without_indexes()
        load_models(models_wanted)
        _copy(CPLEntry, _ENTRY, entries_of(entries, models_wanted))
        _copy(UpgradePathLink, _LINK, _links(entries, models_wanted))
        said = (information_line(entry) for entry in entries_of(entries, models_wanted))
        _copy(FirmwareInformation, _INFORMATION, (line for line in said if line))
    ensure_trigram_indexes()
    _rest()


def load_models(count: int) -> None:
    """Makers and Device Models without entries."""
    _load_makers()
    _copy(DeviceModel, _MODEL, map(model_line, range(count)))


_MODEL = (
    "id", "manufacturer_id", "identifier_id", "device_type", "esme_variant", "name", "model_identifier",
    "hardware_version", "hardware_revision",
)  # fmt: skip
_LINK = ("entry_id", "predecessor_id", "manufacturer_id")


def _links(entries: int, models_wanted: int) -> Iterator[Line]:
    """Each version follows the one before it, wherever its pathway is said to name entries."""
    for entry in entries_of(entries, models_wanted):
        if entry[_ENTRY.index("pathway_state")] == "these_entries":
            yield entry[0], entry[0] - 1, entry[3]


def _load_makers() -> None:
    _copy(ManufacturerIdentifier, ("id", "code"), ((n + 1, f"{0x7A00 + n:04X}") for n in range(MAKERS)))
    _copy(Manufacturer, ("id", "name"), ((n + 1, maker_name(n)) for n in range(MAKERS)))
    pairs = ((n + 1, n + 1) for n in range(MAKERS))
    _copy(Manufacturer.identifiers.through, ("manufacturer_id", "manufactureridentifier_id"), pairs)
    said = ((n + 1, n + 1, "Firmware support", f"firmware@maker-{n:03o}.example") for n in range(MAKERS))
    _copy(Contact, ("id", "manufacturer_id", "team", "email"), said)


def _copy(model: type[models.Model], columns: tuple[str, ...], lines: Iterable[Line]) -> None:
    """Rows into a table as they come; columns not named get the default of their field."""
    others = [
        field
        for field in model._meta.concrete_fields
        if field.column not in columns and not field.generated and not field.primary_key
        and field.column != "search_text"
    ]  # fmt: skip
    tail = tuple("{}" if field.column == "provenance" else field.get_default() for field in others)
    names = ", ".join((*columns, *(str(field.column) for field in others)))
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {model._meta.db_table} ({names}) FROM STDIN") as copy:
            for line in lines:
                copy.write_row(line + tail)
        if "id" in columns:
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence('{model._meta.db_table}', 'id'), max(id))"
                f" FROM {model._meta.db_table}"
            )


def _without_indexes() -> None:
    """Trigram indexes are made once after loading, not kept row by row."""
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX IF EXISTS entry_search_text_trigrams, entry_hash_trigrams")


def _rest() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def people(entries: int) -> dict[str, User]:
    """A Party with grants, a Party with none, and SECAS, each with one person; by name."""
    with_grants = create_party(name="Granted Energy", category=PartyCategory.LARGE_SUPPLIER, by=None)
    without = create_party(name="Ungranted Energy", category=PartyCategory.LARGE_SUPPLIER, by=None)
    secas = create_party(name="SECAS", category=PartyCategory.SECAS, by=None)
    _grant(with_grants, entries)
    _rest()
    return {
        "granted": _person("granted", with_grants, Role.PARTY_USER),
        "ungranted": _person("ungranted", without, Role.PARTY_USER),
        "secas": _person("secas", secas, Role.SECAS_MODERATOR),
    }


def _person(name: str, party: Party, role: Role) -> User:
    user = User.objects.create_user(f"{name}@benchmark.example", name=name.capitalize())
    join(user=user, party=party, role=role, by=None)
    return user


def _grant(party: Party, entries: int) -> None:
    """Half of the restricted entries and half of the restricted FIR records, evenly spread."""
    for grants, name, model in (
        (EntryGrant, VIEW_ENTRY, CPLEntry), (InformationGrant, VIEW_INFORMATION, FirmwareInformation),
    ):  # fmt: skip
        permission = Permission.objects.get(content_type__app_label="cpl", codename=name.split(".")[1])
        restricted = model._default_manager.filter(audience="named_parties").order_by("pk")
        keys = list(restricted.values_list("pk", flat=True))[::2][: min(GRANTED, entries)]
        _copy(
            grants,
            ("group_id", "permission_id", "content_object_id"),
            [(party.group_id, permission.pk, key) for key in keys],
        )


def selective_terms(count: int, models: int) -> list[str]:
    """Serials, each of one Device Model."""
    chance = _chance("selective", count)
    return [serial(chance.randrange(models)) for _ in range(count)]


def broad_terms(count: int) -> list[str]:
    """Beginnings of names, each of one Device Model in forty."""
    chance = _chance("broad", count)
    return [f"{chance.choice(SERIES)}-" for _ in range(count)]


def workbook(rows: int) -> bytes:
    """A Central Products List of so many rows and nineteen columns, as the DCC would send it."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("CPL")
    for line in (["Central Products List"], ["Issued 20 November 2026"], [], list(LISTED_COLUMNS)):
        sheet.append(line)
    for row in listed_rows(rows):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def entry_records(rows: int) -> Iterator[dict[str, Any]]:
    """Entries as columns of their table, with names instead of keys; no pathways, which need two entries."""
    for number in range(rows):
        model = model_line(number // VERSIONS)
        entry = dict(zip(_ENTRY, entry_line(number, model, every=rows), strict=True))
        entry |= {"pathway_state": "not_provided", "pathway_source": "", "pathway_given_on": None}
        yield {
            **entry,
            "device_model": model[5],
            "manufacturer": maker_name(model[1] - 1),
            "source": "cpl_workbook",
            "audience": "all_parties",
        }


def listed_rows(rows: int) -> Iterator[list[Any]]:
    """Rows of a list without removed entries, in the order of LISTED_COLUMNS."""
    for number in range(rows):
        model = model_line(number // VERSIONS)
        entry = dict(zip(_ENTRY, entry_line(number, model, every=rows), strict=True))
        yield [
            entry["cpl_entry_id"], model[3], model[4] or None, maker_name(model[1] - 1),
            f"{0x7A00 + model[2] - 1:04X}", model[5], model[6], model[7], model[8], entry["firmware_version"],
            entry["smets_chts_version"], entry["gbcs_version"], entry["zigbee_certificate"],
            entry["dlms_certificate"] or None, entry["cpa_certificate"], "Renewal", entry["cpa_date"],
            entry["firmware_hash"], entry["published_on"],
        ]  # fmt: skip
