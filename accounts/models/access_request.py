"""Somebody asks to be let in."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from accounts.choices import RequestState
from accounts.links import new_nonce
from accounts.models.party import Party


class AccessRequest(models.Model):
    """A request for access: confirmed by its e-mail address, then decided by the Party or by SECAS.

    It makes no account: approving it sends an invitation. Who decided is copied in words.
    """

    name = models.CharField(max_length=150)
    email = models.EmailField("work e-mail address")
    organisation = models.CharField(max_length=200)
    reason = models.TextField("why access is needed", max_length=1000)
    state = models.CharField(max_length=12, choices=RequestState, default=RequestState.UNCONFIRMED)
    party = models.ForeignKey(
        Party,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="access_requests",
        help_text="Whose administrator decides, found by e-mail domain. Blank: SECAS decides.",
    )
    nonce = models.CharField(max_length=30, default=new_nonce, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.CharField(max_length=254, blank=True)
    refusal_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = "request for access"
        verbose_name_plural = "requests for access"
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["state", "created_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(email=Lower("email")), name="request_email_lower_case"),
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="request_state_known"),
            models.CheckConstraint(
                condition=~Q(state=RequestState.REFUSED) | Q(refusal_reason__regex=r"\S"),
                name="refusal_needs_reason",
            ),
            models.UniqueConstraint(
                fields=["email"], condition=Q(state=RequestState.WAITING), name="one_request_waiting_by_address"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>, {self.organisation}"

    @property
    def confirmable_until(self) -> datetime:
        """When the link to confirm runs out (`REQUEST_CONFIRM_DAYS`)."""
        return self.created_at + timedelta(days=settings.REQUEST_CONFIRM_DAYS)
