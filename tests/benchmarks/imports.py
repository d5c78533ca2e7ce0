"""Preview and apply of a workbook, beside stock row-by-row django-import-export of the same rows."""

import time
from functools import partial
from typing import Any

import tablib
from django.db import transaction
from import_export.fields import Field
from import_export.resources import ModelResource
from import_export.widgets import ForeignKeyWidget

from accounts.models import AuditEvent
from cpl.models import CPLEntry, DeviceModel, Manufacturer
from cpl.spreadsheets import importer
from tests.benchmarks import data
from tests.benchmarks.report import Figure
from tests.benchmarks.timing import Statements

ROWS, STOCK_ROWS, ENOUGH = 10_000, 2_000, 4_000
FIRST, AGAIN = "workbook of 10,000 rows", "the same file again"


# django-import-export comes without types.
class StockResource(ModelResource):  # type: ignore[misc]
    """django-import-export as it comes: natural key, foreign keys found by name, one row at a time."""

    device_model = Field("device_model", "device_model", ForeignKeyWidget(DeviceModel, "name"))
    manufacturer = Field("manufacturer", "manufacturer", ForeignKeyWidget(Manufacturer, "name"))

    class Meta:
        model = CPLEntry
        import_id_fields = ("cpl_entry_id",)
        exclude = ("id", "search_text")


def measure() -> list[Figure]:
    """Preview, apply, and both again with the same file, into an empty repository."""
    content = data.workbook(ROWS)
    stock = _stock()
    figures = []
    for name in (FIRST, AGAIN):
        plain = stock if name == FIRST else {}
        run, seconds, sent = _timed(partial(importer.preview, content=content, file_name="list.xlsx", by=None))
        figures.append(_figure(f"{name}: preview", seconds, sent, plain.get("preview", 0)))
        run, seconds, sent = _timed(partial(importer.apply, run=run, by=None))
        figures.append(_figure(f"{name}: apply", seconds, sent, plain.get("apply", 0)))
        figures.append(_outcome(name, run))
    return figures


def _timed(work: Any) -> tuple[Any, float, int]:
    start = time.perf_counter()
    with Statements() as sent:
        answer = work()
    return answer, time.perf_counter() - start, sent.count


def _figure(work: str, seconds: float, queries: int, plain: float) -> Figure:
    rate = ROWS / seconds
    reached, words = f"{rate:,.0f} rows/s ({seconds:.2f} s)", ""
    if plain:
        reached += f", {rate / plain:.0f} times the plain one"
        words = f"django-import-export {plain:,.0f} rows/s, one row at a time"
    return Figure(work, f"≥ {ENOUGH:,} rows/s", reached, words, str(queries), rate >= ENOUGH)


def _outcome(name: str, run: Any) -> Figure:
    """What the run says of itself, and what was written beside the rows."""
    history = CPLEntry.objects.model._meta.apps.get_model("cpl", "CPLEntryEvent").objects.count()
    said = ", ".join(f"{count} {outcome}" for outcome, count in run.counts.items() if count)
    audited = AuditEvent.objects.filter(name__startswith="import").count()
    nothing = name == AGAIN
    return Figure(
        f"{name}: outcome",
        "nothing changes, and it says so" if nothing else "history and audit written",
        f"{said}; {history} history rows, {audited} audit events",
        met=importer.changes_nothing(run) if nothing else history >= ROWS,
    )


def _stock() -> dict[str, float]:
    """Preview (dry run) and import of fewer rows, all taken back: their number does not change the rate."""
    rates = {}
    with transaction.atomic():
        _device_models()
        for name, dry_run in (("preview", True), ("apply", False)):
            rates[name] = STOCK_ROWS / _stock_import(dry_run=dry_run)
        transaction.set_rollback(True)
    return rates


def _device_models() -> None:
    """What the stock resource cannot make by itself."""
    with transaction.atomic():
        data.load_models(STOCK_ROWS // data.VERSIONS)


def _stock_import(*, dry_run: bool) -> float:
    columns = [field.column_name for field in StockResource().get_import_fields()]
    lines = data.entry_records(STOCK_ROWS)
    dataset = tablib.Dataset(*([line.get(name, "") for name in columns] for line in lines), headers=columns)
    start = time.perf_counter()
    result = StockResource().import_data(dataset, dry_run=dry_run, raise_errors=True, use_transactions=True)
    assert result.totals["new"] == STOCK_ROWS, result.totals
    return time.perf_counter() - start
