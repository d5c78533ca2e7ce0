"""Making and changing Parties."""

from collections.abc import Iterable

from django.contrib.auth.models import Group
from django.db import transaction

from accounts import audit, audit_names
from accounts.access import Forbidden, can
from accounts.models import Party, User
from accounts.permissions import MANAGE_EVERY_PARTY

_TOLD = ("name", "category", "signifier", "invited_by_secas", "email_domains", "is_active")


@transaction.atomic
def create_party(
    *,
    name: str,
    category: str,
    signifier: str = "",
    email_domains: Iterable[str] = (),
    invited_by_secas: bool = False,
    by: User | None,
) -> Party:
    """Make a Party with its group; the group's name carries the Party's so that guardian's tables read well.

    Raises Forbidden without the permission to manage every Party.
    """
    _require(by)
    group = Group.objects.create(name=f"Party: {name}"[:150])
    party = Party.objects.create(
        name=name,
        category=category,
        signifier=signifier,
        email_domains=_tidy(email_domains),
        invited_by_secas=invited_by_secas,
        group=group,
    )
    audit.record(audit_names.PARTY_CREATED, by=by, about=party, owner=name, after=_told(party))
    return party


@transaction.atomic
def change_party(*, party: Party, by: User | None, **new: object) -> Party:
    """Change fields of a Party; what is not named stays. A Party that is not active gives its people nothing.

    Raises Forbidden without the permission to manage every Party.
    """
    _require(by)
    locked = Party.objects.select_for_update().get(pk=party.pk)
    before = _told(locked)
    for field, value in new.items():
        setattr(locked, field, _tidy(value) if field == "email_domains" else value)  # type: ignore[arg-type]
    locked.save(update_fields=list(new))
    Group.objects.filter(pk=locked.group_id).update(name=f"Party: {locked.name}"[:150])
    if before != (after := _told(locked)):
        audit.record(audit_names.PARTY_CHANGED, by=by, about=locked, owner=locked.name, before=before, after=after)
    return locked


def _require(by: User | None) -> None:
    if by is not None and not can(by, MANAGE_EVERY_PARTY):
        raise Forbidden(MANAGE_EVERY_PARTY)


def _told(party: Party) -> dict[str, object]:
    """What the audit event keeps of a Party."""
    return {field: getattr(party, field) for field in _TOLD}


def _tidy(domains: Iterable[str]) -> list[str]:
    """Lower case, without @, each once."""
    return sorted({domain.strip().lower().lstrip("@") for domain in domains if domain.strip()})
