"""Saved views of the moderation queue: filters that a person gave a name, for oneself or for all of SECAS."""

from django.db import IntegrityError, transaction

from accounts import audit
from accounts.access import Forbidden, can
from accounts.models import User
from accounts.permissions import MODERATE, PUBLISH
from cpl import audit_names
from cpl.models import SavedView


class NameTakenError(Exception):
    """The person has a view of that name already."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"You have a view called “{name}” already. Choose another name, or delete that view first.")


def may_save(person: User) -> bool:
    """Whether this person keeps views of the queue: whoever works there."""
    return can(person, MODERATE) or can(person, PUBLISH)


@transaction.atomic
def save_view(*, name: str, query: str, shared: bool, by: User) -> SavedView:
    """Keep these filters (at most 500 characters) under a name of at most 60. Raises Forbidden, NameTakenError."""
    if not may_save(by):
        raise Forbidden(MODERATE)
    view = _stored(SavedView(person=by, name=name, query=query, shared=shared))
    audit.record(audit_names.VIEW_SAVED, by=by, about=view, after=_said(view))
    return view


@transaction.atomic
def change_view(*, view: SavedView, name: str, shared: bool, by: User) -> SavedView:
    """Give it another name, or share it, or keep it to oneself again. Raises Forbidden, NameTakenError."""
    held = _own(view, by)
    before = _said(held)
    held.name, held.shared = name, shared
    _stored(held)
    audit.record(audit_names.VIEW_CHANGED, by=by, about=held, before=before, after=_said(held))
    return held


@transaction.atomic
def delete_view(*, view: SavedView, by: User) -> None:
    """Forget it; the submissions it listed stay as they are. Raises Forbidden."""
    held = _own(view, by)
    audit.record(audit_names.VIEW_DELETED, by=by, about=held, before=_said(held))
    held.delete()


def _own(view: SavedView, by: User) -> SavedView:
    """The view as it stands, locked; a shared one is its maker's alone all the same."""
    held = SavedView.objects.select_for_update().get(pk=view.pk)
    if held.person_id != by.pk or not may_save(by):
        raise Forbidden(MODERATE)
    return held


def _stored(view: SavedView) -> SavedView:
    try:
        with transaction.atomic():
            view.save()
    except IntegrityError:
        raise NameTakenError(view.name) from None
    return view


def _said(view: SavedView) -> dict[str, object]:
    return {"name": view.name, "filters": view.query, "shared": view.shared}
