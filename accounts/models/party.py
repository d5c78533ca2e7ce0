"""An organisation whose people use the repository."""

from django.contrib.auth.models import Group
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from accounts.choices import PartyCategory


class PartyQuerySet(models.QuerySet["Party"]):
    """Words for Parties."""

    def of_email(self, email: str) -> "PartyQuerySet":
        """Active Parties whose people have e-mail addresses of this address's domain."""
        return self.filter(is_active=True, email_domains__contains=[email.rpartition("@")[2].lower()])


class Party(models.Model):
    """A SEC Party, or a body beside the Code such as a manufacturer invited by SECAS.

    Each Party has a group of its own: object permissions are given to groups (django-guardian).
    """

    name = models.CharField(max_length=200, unique=True)
    category = models.CharField(max_length=30, choices=PartyCategory)
    signifier = models.CharField("Party Signifier", max_length=20, blank=True)
    invited_by_secas = models.BooleanField(
        "invited by SECAS", default=False, help_text="A manufacturer that is not a Party to the Code."
    )
    email_domains = ArrayField(
        models.CharField(max_length=253), verbose_name="e-mail domains", default=list, blank=True
    )
    group = models.OneToOneField(Group, on_delete=models.PROTECT, editable=False, related_name="party")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PartyQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "parties"
        constraints = [
            models.UniqueConstraint(fields=["signifier"], condition=~Q(signifier=""), name="party_signifier_unique"),
            models.CheckConstraint(condition=Q(category__in=PartyCategory.values), name="party_category_known"),
            models.CheckConstraint(
                condition=Q(invited_by_secas=False) | Q(signifier=""), name="invited_party_has_no_signifier"
            ),
        ]

    def __str__(self) -> str:
        return self.name
