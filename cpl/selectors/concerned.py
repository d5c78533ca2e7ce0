"""Who is concerned by Device Models: whoever watches them, or has asked for the way from a version of them."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from accounts.access import Person
from accounts.models import Membership, User
from cpl.choices import InterestKind
from cpl.models import DeviceModel, ModelInterest

Models = Iterable[DeviceModel] | Iterable[int]
"""Device Models, or their keys."""


def interests_in(models: Models, kind: InterestKind | None = None) -> QuerySet[ModelInterest]:
    """What concerns active people who act still for the Party, which is active, by these models; one kind, or both.

    For letters only, never to be shown.
    """
    acts = Membership.objects.filter(user=OuterRef("person"), party=OuterRef("party"), party__is_active=True)
    rows = ModelInterest.objects.filter(Exists(acts), device_model__in=list(models), person__is_active=True)
    return rows.filter(kind=kind) if kind else rows


def people_concerned(models: Models) -> QuerySet[User]:
    """Active people who watch one of these models, or have checked one: for letters only, never to be shown.

    Only for a Party that is active and that they act for still. Whether they may see what a letter is about is asked
    when it is written.
    """
    return User.objects.filter(Exists(interests_in(models).filter(person=OuterRef("pk")))).order_by("pk")


def watches(person: Person, model: DeviceModel) -> bool:
    """Whether this person watches the model."""
    own = ModelInterest.objects.visible_to(person)
    return own.filter(device_model=model, kind=InterestKind.WATCHED).exists()
