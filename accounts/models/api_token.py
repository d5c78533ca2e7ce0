"""A key with which a program reads for a person."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from accounts.models.party import Party


class ApiToken(models.Model):
    """Reads, for one person and one Party only, until it runs out or is revoked.

    Kept as a SHA-256 digest: the token itself is shown once. 256 random bits need no slow hash.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_tokens")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField("what it is for", max_length=100)
    beginning = models.CharField(max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.name} ({self.beginning}…) of {self.user}"

    @property
    def is_usable(self) -> bool:
        """Whether it opens anything now."""
        return self.revoked_at is None and timezone.now() < self.expires_at
