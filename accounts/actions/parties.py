"""Making and changing Parties."""

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django.contrib.auth.models import Group
from django.db import transaction

from accounts import audit, audit_names
from accounts.access import Forbidden, can, commands
from accounts.choices import PartyCategory, Role
from accounts.models import Membership, Party, SingleSignOn, User
from accounts.permissions import MANAGE_EVERY_PARTY, ROLES_IN

_TOLD = ("name", "category", "signifier", "invited_by_secas", "email_domains", "is_active")


class CannotChange(Exception):
    """The Party cannot become like this; the message says why and what to do, and may be shown."""


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

    Raises Forbidden without the permission to manage every Party, and for a category whose roles `by` may not give.
    """
    _require(by)
    require_command(by, category)
    group = Group.objects.create(name=group_name(name))
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

    Raises Forbidden without the permission to manage every Party, and where the way in changes for people whose roles
    `by` may not give; CannotChange (`check_change`).
    """
    _require(by)
    locked = Party.objects.select_for_update().get(pk=party.pk)
    if _changes_way_in(locked, new):
        require_command(by, locked.category, str(new.get("category", locked.category)))
    check_change(party=locked, new=new, by=by)
    before = _told(locked)
    for field, value in new.items():
        setattr(locked, field, _tidy(cast("Iterable[str]", value)) if field == "email_domains" else value)
    locked.save(update_fields=list(new))
    Group.objects.filter(pk=locked.group_id).update(name=group_name(locked.name))
    if before != (after := _told(locked)):
        audit.record(audit_names.PARTY_CHANGED, by=by, about=locked, owner=locked.name, before=before, after=after)
    return locked


def check_change(*, party: Party, new: Mapping[str, object], by: User | None) -> None:
    """Raise CannotChange where the new values would leave something behind that must not be."""
    if by is not None and new.get("is_active") is False and by.permissions_in(party.pk):
        raise CannotChange("You act for this Party yourself. Somebody of another Party of SECAS can make it inactive.")
    if stray := _stray_roles(party, str(new.get("category", party.category))):
        words = f"Its people hold roles that such a Party cannot have: {stray}. Take those away first."
        raise CannotChange(words)
    domains: Any = new.get("email_domains", party.email_domains)
    own = SingleSignOn.objects.filter(party=party)
    if own.exists() and (rival := rival_sign_on(party, _tidy(domains))):
        raise CannotChange(f"The single sign-on of {rival} speaks for one of these e-mail domains already.")


def rival_sign_on(party: Party, domains: Iterable[str]) -> Party | None:
    """Another Party whose single sign-on speaks for one of these domains: which one should, nobody could say."""
    others = Party.objects.exclude(pk=party.pk).filter(single_sign_on__isnull=False)
    return others.filter(email_domains__overlap=list(domains)).first()


def group_name(party: str) -> str:
    """The name of the group of a Party of this name, as long as Django allows."""
    return f"Party: {party}"[:150]


def _require(by: User | None) -> None:
    if by is not None and not can(by, MANAGE_EVERY_PARTY):
        raise Forbidden(MANAGE_EVERY_PARTY)


def require_command(by: User | None, *categories: str) -> None:
    """Raise Forbidden where `by` may not give every role of these categories; the command line may."""
    if by is not None and not all(commands(by, category) for category in categories):
        raise Forbidden(MANAGE_EVERY_PARTY)


def _changes_way_in(party: Party, new: Mapping[str, object]) -> bool:
    """Whether these values change who can come in as one of the Party's people, or whether anybody can."""
    domains: Any = new.get("email_domains", party.email_domains)
    plain = any(field in new and new[field] != getattr(party, field) for field in ("is_active", "category"))
    return plain or _tidy(domains) != _tidy(party.email_domains)


def _stray_roles(party: Party, category: str) -> str:
    """Roles that people of the Party hold and a Party of this category cannot have, in words."""
    held = Membership.objects.filter(party=party).values_list("role", flat=True).distinct()
    stray = {Role(role) for role in held} - ROLES_IN[PartyCategory(category)]
    return ", ".join(sorted(str(role.label) for role in stray))


def _told(party: Party) -> dict[str, object]:
    """What the audit event keeps of a Party."""
    return {field: getattr(party, field) for field in _TOLD}


def _tidy(domains: Iterable[str]) -> list[str]:
    """Lower case, without @, each once."""
    return sorted({domain.strip().lower().lstrip("@") for domain in domains if domain.strip()})
