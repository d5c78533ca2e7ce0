"""A person's role in a Party."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.choices import Role
from accounts.models.party import Party


class Membership(models.Model):
    """One role of one person in one Party."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30, choices=Role)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = "role"
        ordering = ["party__name", "user__email"]
        constraints = [
            models.UniqueConstraint(fields=["user", "party", "role"], name="membership_once"),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()} of {self.party}"
