"""Field and constraint helpers shared by the models of this app."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q


def hex_check(field: str, width: int, *, name: str, blank: bool = False) -> models.CheckConstraint:
    """The column holds exactly `width` upper-case hex digits, or nothing where `blank`."""
    right = Q(**{f"{field}__regex": f"^[0-9A-F]{{{width}}}$"})
    return models.CheckConstraint(condition=right | Q(**{field: ""}) if blank else right, name=name)


def choice_check(field: str, choices: type[models.TextChoices], *, name: str, blank: bool = False) -> Any:
    """The column holds one of the choices, or nothing where `blank`."""
    allowed = [*choices.values, ""] if blank else choices.values
    return models.CheckConstraint(condition=Q(**{f"{field}__in": allowed}), name=name)


def event_indexes(name: str) -> dict[str, Any]:
    """Options of a history table that is asked what was written since a moment."""
    return {"indexes": [models.Index(fields=["pgh_created_at"], name=f"{name}_by_time")]}


def never_deleted() -> pgtrigger.Protect:
    """Records are removed or withdrawn, never deleted: the database refuses whoever asks."""
    return pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)


def label_of(model: type[models.Model], name: str) -> str:
    """A column's name as people read it, with a capital first: 'Release stage'."""
    # `get_field` may give a reverse relation, which has no such name; asked for are columns of our own.
    column: Any = model._meta.get_field(name)
    text = str(column.verbose_name)
    return text[:1].upper() + text[1:]


def append_only() -> pgtrigger.Protect:
    """What was written stays: the database refuses to change or delete it, whoever asks."""
    return pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


def hash_check(field: str, *, name: str) -> models.CheckConstraint:
    """The column holds a SHA-256 in lower-case hex, as the publication log writes it."""
    return models.CheckConstraint(condition=Q(**{f"{field}__regex": "^[0-9a-f]{64}$"}), name=name)


def pathway_state_is_true(
    entry: str, *, name: str, operation: pgtrigger.Operation, condition: pgtrigger.Condition | None = None
) -> pgtrigger.Trigger:
    """At commit, an entry says *these entries* exactly when links name some.

    `entry` is the SQL that gives the key of the entry to look at.
    """
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.After,
        timing=pgtrigger.Deferred,
        operation=operation,
        condition=condition,
        func=f"""
            IF EXISTS (
                SELECT 1 FROM cpl_cplentry e WHERE e.id = {entry} AND (e.pathway_state = 'these_entries')
                <> EXISTS (SELECT 1 FROM cpl_upgradepathlink l WHERE l.entry_id = e.id)
            ) THEN
                RAISE EXCEPTION 'Pathway state and predecessors of entry % disagree', {entry}
                    USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,
    )
