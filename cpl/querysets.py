"""Who may see what, as words of a query: used by every page, export, search and check."""

from typing import TYPE_CHECKING

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.access import Person, can, is_granted
from accounts.models import User
from accounts.permissions import READ_EVERY_RECORD, READ_REPOSITORY, VIEW_ENTRY
from cpl.choices import Audience

if TYPE_CHECKING:
    from cpl.models.device_model import DeviceModel  # noqa: F401 - named in a base class's text below
    from cpl.models.entry import CPLEntry  # noqa: F401


class CPLEntryQuerySet(models.QuerySet["CPLEntry"]):
    """Words for CPL Entries."""

    def visible_to(self, person: Person) -> "CPLEntryQuerySet":
        """The published entries this person may know of; none when signed out or without a role.

        Everything else starts from here: what is not in it does not exist for the person.
        """
        if not isinstance(person, User) or not can(person, READ_REPOSITORY):
            return self.none()
        if can(person, READ_EVERY_RECORD):
            return self.filter(published_on__isnull=False)
        return self.filter(_shown_to(person), published_on__isnull=False)

    def listed(self) -> "CPLEntryQuerySet":
        """On the Central Products List today."""
        return self.filter(removed_on__isnull=True)


def _shown_to(user: User) -> Q:
    """For all SEC Parties, or granted to a Party of the user, or of a manufacturer the user speaks for."""
    shown = Q(audience=Audience.ALL_PARTIES) | Q(is_granted(user, VIEW_ENTRY, apps.get_model("cpl", "EntryGrant")))
    if makers := _manufacturers_of(user):
        shown |= Q(manufacturer__in=makers)
    return shown


def _manufacturers_of(user: User) -> list[int]:
    """Manufacturers whose Party the user belongs to, asked once for each request's user."""
    if not hasattr(user, "_manufacturers"):
        parties = [acting.party for acting in user.active_memberships]
        # Kept on the user of the request: `accounts` must not know of manufacturers, so its type has no such name.
        rows = apps.get_model("cpl", "Manufacturer").objects.filter(party__in=parties)
        user._manufacturers = list(rows.values_list("pk", flat=True))  # type: ignore[attr-defined]
    return user._manufacturers  # type: ignore[attr-defined,no-any-return]


class DeviceModelQuerySet(models.QuerySet["DeviceModel"]):
    """Words for Device Models."""

    def visible_to(self, person: Person) -> "DeviceModelQuerySet":
        """Device Models with at least one entry that this person may see."""
        entries = apps.get_model("cpl", "CPLEntry").objects.visible_to(person)
        return self.filter(Exists(entries.filter(device_model=OuterRef("pk"))))
