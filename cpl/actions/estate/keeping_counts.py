"""What was counted of an estate and answered to it, written to the database, read back and dropped."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from django.db import connection
from django.db.models import Field, Sum

from cpl.actions.imports.bulk import Line, copy_in
from cpl.choices import EstateState
from cpl.estate.errors import EstateFileError
from cpl.estate.tally import Kind, Refusal, Tally
from cpl.models import EstateAnswer, EstateCheck, EstateHolding, EstateRefusal

LINES_TOGETHER: Final = 100_000
"""Line numbers in one row of the table; the same refusal of more rows takes several."""

_HOLDING: Final = ("estate_check", *Kind._fields, "label", "rows", "devices")


def keep_counts(check: EstateCheck, tally: Tally) -> None:
    """Write holdings and refusals, and the totals into the check, which the caller saves."""
    lines = ((check.pk, *one.kind, one.label, one.rows, one.devices) for one in tally.holdings)
    copy_in(EstateHolding, _HOLDING, lines)
    EstateRefusal.objects.bulk_create(_refusals(check, tally.refusals), batch_size=500)
    check.rows_in, check.rows_answered = tally.rows_in, tally.rows_answered
    check.rows_refused, check.devices = tally.rows_refused, tally.devices


def held_counts(check: EstateCheck) -> dict[Kind, int]:
    """The devices of each kind of a check that was counted already."""
    rows = EstateHolding.objects.filter(estate_check=check).order_by(*Kind._fields).values_list(*Kind._fields)
    return {Kind(*kind): devices for *kind, devices in rows.annotate(Sum("devices"))}


def bring_counts(check: EstateCheck) -> None:
    """Copy what its origin counted to a check that is made again, unless it was brought already.

    The caller holds the rows of both, the origin's first. Raises EstateFileError where there is nothing to bring.
    """
    if check.holdings.exists() or check.refusals.exists():
        return
    copied = [_copy_rows(rows, check) for rows in (EstateHolding, EstateRefusal)] if check.origin_id else []
    if check.rows_in and not any(copied):
        raise EstateFileError("The counts that were to be checked again are not there any more.", "Upload the file.")


def _copy_rows(rows: type[EstateHolding] | type[EstateRefusal], check: EstateCheck) -> int:
    """Inside the database: an estate may have two hundred thousand of them."""
    quoted = connection.ops.quote_name
    fields = [field.column for field in rows._meta.concrete_fields if field.name not in ("id", "estate_check")]
    names, table = ", ".join(quoted(field) for field in fields if field), quoted(rows._meta.db_table)
    with connection.cursor() as cursor:
        # Names of our own tables and columns; the two keys are parameters.
        cursor.execute(
            f"INSERT INTO {table} (estate_check_id, {names}) "  # noqa: S608
            f"SELECT %s, {names} FROM {table} WHERE estate_check_id = %s ORDER BY id",
            [check.pk, check.origin_id],
        )
        return int(cursor.rowcount)


def hand_over(check: EstateCheck) -> None:
    """Give the counts of a check that goes to the one that is made of them and waits for them. The caller holds it."""
    states = (EstateState.WAITING, EstateState.RUNNING)
    for made in EstateCheck.objects.select_for_update().filter(origin=check, state__in=states).order_by("pk"):
        if not made.spool:
            bring_counts(made)


def keep_answers(check: EstateCheck, rows: Iterable[EstateAnswer]) -> None:
    """Write the answers, as `cpl.selectors.estate.answering` gives them."""
    fields = [field for field in EstateAnswer._meta.concrete_fields if not field.primary_key]
    copy_in(EstateAnswer, [field.name for field in fields], (_line(check, row, fields) for row in rows))


def _line(check: EstateCheck, row: EstateAnswer, fields: Sequence[Field[Any, Any]]) -> Line:
    row.estate_check = check
    return tuple(field.get_db_prep_save(getattr(row, field.attname), connection) for field in fields)


def drop_counts(check: EstateCheck) -> None:
    """Take away what a check that is made again brought along; the caller saves the check."""
    EstateHolding.objects.filter(estate_check=check).delete()
    EstateRefusal.objects.filter(estate_check=check).delete()
    check.rows_in = check.rows_answered = check.rows_refused = check.devices = 0
    check.counted_at = None


def _refusals(check: EstateCheck, refusals: Iterable[Refusal]) -> Iterator[EstateRefusal]:
    for refusal in refusals:
        for first in range(0, len(refusal.lines), LINES_TOGETHER):
            lines = list(refusal.lines[first : first + LINES_TOGETHER])
            yield EstateRefusal(
                estate_check=check, column=refusal.column or "", value=refusal.value, message=refusal.message,
                cure=refusal.cure, rows=len(lines), lines=lines,
            )  # fmt: skip
