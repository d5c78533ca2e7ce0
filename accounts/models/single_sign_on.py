"""A Party's own sign-in service."""

from django.db import models
from django.db.models import Q

from accounts.models.party import Party


class SingleSignOn(models.Model):
    """An OpenID Connect provider that speaks for the e-mail domains of one Party.

    The client secret is not here: it comes from the environment (`SSO_SECRETS`), by the name of the provider.
    """

    party = models.OneToOneField(Party, on_delete=models.PROTECT, related_name="single_sign_on")
    provider_id = models.SlugField(
        "short name", max_length=40, unique=True, help_text="Part of the address that the provider calls back."
    )
    issuer = models.URLField("issuer address", max_length=300)
    client_id = models.CharField("client ID", max_length=200)
    is_required = models.BooleanField(
        "required", default=False, help_text="People of this Party cannot sign in with a password."
    )
    is_active = models.BooleanField("in use", default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["party__name"]
        verbose_name = verbose_name_plural = "single sign-on"
        constraints = [
            models.CheckConstraint(condition=Q(issuer__regex="^https?://"), name="issuer_is_web_address"),
        ]

    def __str__(self) -> str:
        return f"Single sign-on of {self.party}"
