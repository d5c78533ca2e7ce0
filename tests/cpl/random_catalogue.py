"""Lists that hold everything the portal can hold: odd texts, every state of a field, every audience."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from hypothesis import strategies as st

from accounts.models import Party
from cpl.actions.visibility import restrict
from cpl.choices import TYPE_2, DeviceType, EsmeVariant, FieldState, PathwayState
from cpl.identifiers import Identifier
from cpl.models import VOLUNTARY_FIELDS, Contact, CPLEntry, DeviceModel, FirmwareInformation
from cpl.readings import listed, records
from cpl.readings.cells import CellError
from tests.factories import make_entry, make_model

Draw = Callable[[st.SearchStrategy[Any]], Any]

_PIECES = (
    "=", "+", "-", "@", "'", "''", "\t", "\n", " ", "N/A", "declined", "TBC", "#N/A", "#REF!", "_x0041_", "é",
    "e\u0301", "\u200b", "1E5", "00123", "A", "true", "2026-11-20", ", ", '"', "<b>", "&amp;", "\u00a0", "\U0001f600",
    "=\u0338", "\uff1d", "\u2028", "\r\n", "Not applicable", "blank",
)  # fmt: skip
_WORDS = st.one_of(
    st.lists(st.sampled_from(_PIECES), max_size=6).map("".join),
    st.text(max_size=12),
)
_ENTRY_IDS = st.lists(
    st.one_of(
        st.from_regex(r"(?=.*[0-9])[A-Z0-9][A-Z0-9._-]{0,12}", fullmatch=True),
        st.sampled_from(["OR-1", "AND-2", "1E5", "00012", "CPL-001003", "A.AND.1", "NA-1", "TBC1"]),
    ),
    min_size=1,
    max_size=6,
    unique=True,
)
_MODELS = (("Northmoor Metering Ltd", "7A01"), ("Kestrel Gas Measurement Ltd", "7A03"), ("Lümen & Söhne", "10E7"))
_FACTS = (
    "firmware_label", "smets_chts_version", "gbcs_version", "zigbee_certificate", "dlms_certificate", "cpa_certificate",
)  # fmt: skip


@st.composite
def catalogues(draw: Draw) -> list[dict[str, Any]]:
    """What `make` makes a list of: an entry each."""
    ids: Sequence[str] = draw(_ENTRY_IDS)
    return [_entry(draw, name, number, ids[:number]) for number, name in enumerate(ids)]


def make(catalogue: list[dict[str, Any]]) -> tuple[int, int]:
    """Write the list; how many entries and how many FIR records it has."""
    made: dict[str, CPLEntry] = {}
    parties = Party.objects.filter(name="Ashdown Energy")
    for told in catalogue:
        model = _model(told["maker"], told["device_type"], told["variant"])
        before = [made[name] for name in told["before"] if made[name].manufacturer == model.manufacturer]
        state = {} if before else {"pathway_state": told["pathway_state"]}
        entry = make_entry(model, told["firmware"], after=before, **told["facts"], **state)
        made[entry.cpl_entry_id] = entry
        record = _record(entry, told["record"])
        for restricted in (entry, record) if told["restricted"] else ():
            if restricted:
                restrict(record=restricted, parties=parties, by=None)
    return len(made), FirmwareInformation.objects.filter(entry__in=made.values()).count()


def _model(maker: int, device_type: str, variant: str) -> DeviceModel:
    name, code = _MODELS[maker]
    found = DeviceModel.objects.filter(manufacturer__name=name, device_type=device_type).first()
    parts = {"model_identifier": f"{maker:02X}{DeviceType.values.index(device_type):02X}"}
    return found or make_model(name, code, name=f"{device_type} {maker}", device_type=device_type,
                               esme_variant=variant, **parts)  # fmt: skip


def _entry(draw: Draw, name: str, number: int, earlier: Sequence[str]) -> dict[str, Any]:
    device_type = draw(st.sampled_from(DeviceType.values))
    blank = device_type in TYPE_2 and number == 0
    return {
        "maker": draw(st.integers(0, len(_MODELS) - 1)),
        "device_type": device_type,
        "variant": draw(st.sampled_from(EsmeVariant.values)) if device_type == DeviceType.ESME else "",
        "firmware": "" if blank else f"{number:02X}{draw(st.sampled_from(['000000', '1E5000', '030A07']))}",
        "before": draw(st.lists(st.sampled_from(earlier), unique=True, max_size=2)) if earlier else [],
        "pathway_state": draw(st.sampled_from([PathwayState.NOT_APPLICABLE, PathwayState.NOT_PROVIDED])),
        "facts": _facts(draw, name),
        "record": _answers(draw) if draw(st.booleans()) else None,
        "restricted": draw(st.booleans()),
    }


def _facts(draw: Draw, name: str) -> dict[str, Any]:
    today = timezone.localdate()
    published = today + timedelta(days=draw(st.integers(-4_000, 30)))
    facts: dict[str, Any] = {fact: _text(draw, listed.parsers(today)[fact]) for fact in _FACTS}
    facts |= {"cpl_entry_id": name, "published_on": published, "loaded_on": draw(st.sampled_from([None, published]))}
    facts["model_name"] = _text(draw, listed.parsers(today)["model_name"]) or "Model"
    facts["firmware_hash"] = draw(st.sampled_from(["", "AB" * 32, "00" * 32]))
    if draw(st.booleans()):
        facts |= {"cpa_date": date(2031, 9, 1), "cpa_date_kind": draw(st.sampled_from(["expiry", "renewal"]))}
    if published <= today and draw(st.booleans()):
        reason = _text(draw, listed.parsers(today)["removal_reason"]) or "Lapsed"
        reference = _text(draw, listed.parsers(today)["removal_reference"])
        facts |= {"removed_on": today, "removal_reason": reason, "removal_reference": reference}
    return facts


def _text(draw: Draw, parse: Callable[[Any], Any]) -> str:
    """A text as the portal keeps it: whatever comes in goes through the reading of its field."""
    try:
        value = parse(draw(_WORDS))
    except CellError:
        return ""
    return str(value.value if isinstance(value, Identifier) else value)


def _answers(draw: Draw) -> dict[str, Any]:
    """The columns of a FIR record; a contact by its details."""
    columns: dict[str, Any] = {}
    for name in VOLUNTARY_FIELDS:
        value, state = _answer(draw, name)
        columns |= {f"{name}_state": state} | ({name: value} if state == FieldState.SUPPLIED else {})
    if draw(st.booleans()):
        reason = _text(draw, records.parsers(timezone.localdate())["withdrawal_reason"]) or "Fault"
        columns |= {"withdrawn_on": date(2026, 11, 1), "withdrawal_reason": reason}
    return columns


def _answer(draw: Draw, name: str) -> tuple[Any, str]:
    state = draw(st.sampled_from(FieldState.values))
    value = _contact(draw) if name == "contact" else draw(_VALUES[name]) if name in _VALUES else _free(draw, name)
    return (value, state) if value not in ("", None) else (None, FieldState.NOT_SUPPLIED.value)


_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "portal_link": st.sampled_from(["https://portal.maker.example/?a=1&b='2'", "http://x.example"]),
    "release_date": st.dates(date(2012, 1, 1), date(2026, 11, 1)),
    "stage": st.sampled_from(["production", "test"]),
    "recommendation": st.sampled_from(["recommended", "acceptable", "do_not_deploy"]),
    "urgency": st.sampled_from(["routine", "soon", "urgent"]),
    **dict.fromkeys(("interrupts_hub_power", "irreversible", "needs_site_visit"), st.booleans()),
}


def _free(draw: Draw, name: str) -> str:
    """Free text of a voluntary field, which may also be the very word by which others decline."""
    try:
        value, _ = records.parsers(timezone.localdate())[name](draw(_WORDS))
    except CellError:
        return ""
    return str(value or draw(st.sampled_from(["", "N/A", "'declined", "tbc"])))


def _contact(draw: Draw) -> dict[str, str] | None:
    parts = {
        "team": _free(draw, "contact_team"),
        "email": draw(st.sampled_from(["", "=cmd@maker.example", "-desk@maker.example", "firmware@maker.example"])),
        "telephone": draw(st.sampled_from(["", "+44 20 7946 0115", "020 7946 0115 ext 2"])),
    }
    return parts if any(parts.values()) else None


def _record(entry: CPLEntry, columns: dict[str, Any] | None) -> FirmwareInformation | None:
    if columns is None:
        return None
    details = columns.get("contact")
    found = Contact.objects.get_or_create(manufacturer=entry.manufacturer, **details)[0] if details else None
    return FirmwareInformation.objects.create(entry=entry, **{**columns, "contact": found})
