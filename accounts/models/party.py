"""An organisation whose people use the repository."""

from django.contrib.auth.models import Group
from django.db import models
from django.db.models import Q

from accounts.choices import PartyCategory


class Party(models.Model):
    """A SEC Party, or a body beside the Code such as a manufacturer invited by SECAS.

    Each Party has a group of its own: object permissions are given to groups (django-guardian).
    """

    name = models.CharField(max_length=200, unique=True)
    category = models.CharField(max_length=30, choices=PartyCategory)
    signifier = models.CharField("Party Signifier", max_length=20, blank=True)
    group = models.OneToOneField(Group, on_delete=models.PROTECT, editable=False, related_name="party")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name_plural = "parties"
        constraints = [
            models.UniqueConstraint(fields=["signifier"], condition=~Q(signifier=""), name="party_signifier_unique"),
            models.CheckConstraint(condition=Q(category__in=PartyCategory.values), name="party_category_known"),
        ]

    def __str__(self) -> str:
        return self.name
