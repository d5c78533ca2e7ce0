"""History at chosen times: one transaction writes all of its rows with one time, and a test is one transaction."""

from datetime import date, datetime, time

from django.db import connection
from django.utils import timezone

from accounts.models import User
from cpl.models import DeviceModel
from cpl.selectors.model_entries import model_entries
from cpl.selectors.model_history import Change, changes_of
from cpl.selectors.model_past import ModelPast, past_of

EMBER = "/models/7A01-8B0B030D/"
HISTORY = f"{EMBER}history/"
_TIMES = (
    ("cpl_cplentryevent", "pgh_created_at"),
    ("cpl_firmwareinformationevent", "pgh_created_at"),
    ("cpl_upgradepathlinkevent", "pgh_created_at"),
    ("cpl_noticerevision", "at"),
)


def noon(day: date) -> datetime:
    """The middle of a day in London."""
    return timezone.make_aware(datetime.combine(day, time(12)))


def happened(moment: date | datetime) -> None:
    """Everything that was written since the last time this was said was written then. Moments must rise."""
    at = moment if isinstance(moment, datetime) else noon(moment)
    with connection.cursor() as cursor:
        # History refuses to be changed, whoever asks; only here, where it is thrown away.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for table, column in _TIMES:
            cursor.execute(f"UPDATE {table} SET {column} = %s WHERE {column} > %s", [at, at])
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


def past(person: User, model: DeviceModel) -> ModelPast:
    """The past of a model as the person may know it."""
    found = model_entries(person, model.identifier.code, model.duis_model)
    assert found is not None
    return past_of(person, *found)


def changes(person: User, model: DeviceModel) -> list[Change]:
    """Every change of it, newest first."""
    return changes_of(past(person, model), person)


def told(person: User, model: DeviceModel) -> list[tuple[date, str, str]]:
    """Day, kind and the first version of every change, newest first."""
    known = past(person, model)
    return [
        (change.day, change.kind.value, known.versions[change.versions[0]].entry.cpl_entry_id)
        for change in changes_of(known, person)
    ]
