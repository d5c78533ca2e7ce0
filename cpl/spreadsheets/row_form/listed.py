"""The form of a row of the Central Products List: of the list in force and of its removed entries."""

from collections.abc import Callable

from cpl import identifiers
from cpl.actions.imports import ModelKey
from cpl.choices import TYPE_2, CpaDateKind, DeviceType
from cpl.readings.words import normalise
from cpl.spreadsheets.columns import SheetKind, title
from cpl.spreadsheets.row_form.row import Row

_PARTS = ("model_identifier", "hardware_version", "hardware_revision")
_ALWAYS_REMOVED = ("removed_on", "removal_reason")
_NEEDED = ("device_type", "manufacturer", "manufacturer_identifier", "model_name")


def check(row: Row) -> None:
    """Note what is wrong between the cells of one row, as far as it can be told without any other row."""
    for rule in _RULES:
        rule(row)


def require(row: Row, name: str) -> None:
    """Refuse the row where this field has no value and nothing was said of it yet."""
    if not row.given(name) and not row.has_problem_with(name):
        row.refuse(name, f"{title(name)} is missing.", _cure_of_missing(row, name))


def require_whole_entry(row: Row) -> None:
    """Refuse the row where it lacks what a new entry must have."""
    values = row.values
    for name in (*_NEEDED, *_model_columns(row)):
        if not values.get(name):
            require(row, name)
    if not values.get("firmware_version") and values.get("device_type") not in (None, "", *TYPE_2):
        require(row, "firmware_version")


def model_key(row: Row) -> ModelKey | None:
    """What identifies the row's Device Model, or None where part of that is missing or wrong."""
    get = row.values.get
    code, model, version, revision = (
        get("manufacturer_identifier"),
        get("model_identifier"),
        get("hardware_version"),
        get("hardware_revision"),
    )
    return ModelKey(code, model, version, revision) if code and model and version and revision else None


def is_removed(row: Row) -> bool:
    """Whether the row speaks of an entry that left the list."""
    return row.layout.kind is SheetKind.REMOVED or row.given("removed_on") is not None


def _model_columns(row: Row) -> tuple[str, ...]:
    """The columns that must give the Device Model: where only the joined one is there, it is that one."""
    columns = row.layout.columns
    return ("device_model",) if "device_model" in columns and _PARTS[0] not in columns else _PARTS


def _cure_of_missing(row: Row, name: str) -> str:
    if name in row.layout.columns:
        return "Fill in the cell."
    return f"Add the column “{title(name)}”, or say in the column mapping which of the columns it is."


def _entry_id_is_given(row: Row) -> None:
    require(row, "cpl_entry_id")


def _joined_model_is_split(row: Row) -> None:
    """Where the Device Model comes as one column, its parts are taken from it, and must not differ."""
    if joined := row.given("device_model"):
        parts = identifiers.split_duis_model(joined)
        for name, part in zip(_PARTS, parts, strict=True):
            if (own := row.given(name)) and own != part:
                row.refuse(
                    name,
                    f"{title(name)} {own} is not that of the Device Model {joined}, which has {part}.",
                    "Correct whichever is wrong.",
                )
            row.values[name] = part


def _list_in_force_is_whole(row: Row) -> None:
    """A list in force says everything of an entry; a list of removed ones may be shorter."""
    if row.layout.kind is SheetKind.CPL:
        require_whole_entry(row)


def _variant_is_of_esme(row: Row) -> None:
    device_type, variant = row.given("device_type"), row.given("esme_variant")
    if variant and device_type not in (None, DeviceType.ESME):
        row.refuse(
            "esme_variant",
            f"The variant {variant} is given for a {device_type}; only ESME has variants.",
            "Delete the variant, or correct the device type.",
        )


def _cpa_date_has_its_kind(row: Row) -> None:
    if "cpa_date" not in row.values:
        return
    if "cpa_date_kind" not in row.values:
        row.values["cpa_date_kind"] = _kind_by_heading(row) if row.given("cpa_date") else ""
    day, kind = row.given("cpa_date"), row.given("cpa_date_kind")
    if bool(day) == bool(kind) or row.has_problem_with("cpa_date") or row.has_problem_with("cpa_date_kind"):
        return
    if day:
        row.refuse("cpa_date_kind", "A CPA date is given, but not its kind.", "Write Expiry or Renewal.")
    else:
        cure = "Give the date, or delete its kind."
        row.refuse("cpa_date", "A kind of CPA date is given, but no date.", cure)


def _kind_by_heading(row: Row) -> str:
    """Lists from before MP209 (2022) have no column for the kind: certificates then only expired."""
    heading = normalise(row.layout.column("cpa_date"))
    return CpaDateKind.RENEWAL.value if "renew" in heading else CpaDateKind.EXPIRY.value


def _removal_is_explained(row: Row) -> None:
    if is_removed(row):
        for name in _ALWAYS_REMOVED:
            require(row, name)
    elif row.given("removal_reason"):
        row.refuse(
            "removed_on",
            "A reason for removal is given, but no date.",
            "Give the date, or delete the reason.",
        )


def _dates_are_in_order(row: Row) -> None:
    published = row.given("published_on")
    for name in ("loaded_on", "removed_on"):
        later = row.given(name)
        if published and later and later < published:
            row.warn(name, f"{later:%-d %B %Y} lies before the publication on {published:%-d %B %Y}.")


_RULES: tuple[Callable[[Row], None], ...] = (
    _entry_id_is_given,
    _joined_model_is_split,
    _list_in_force_is_whole,
    _variant_is_of_esme,
    _cpa_date_has_its_kind,
    _removal_is_explained,
    _dates_are_in_order,
)
