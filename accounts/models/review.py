"""The yearly joiner/leaver review."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.choices import ReviewDecision
from accounts.models.party import Party


class Review(models.Model):
    """A Party confirms each of its people, or says who has left. One at a time is open."""

    party = models.ForeignKey(Party, on_delete=models.PROTECT, related_name="reviews")
    opened_at = models.DateTimeField(auto_now_add=True)
    due_on = models.DateField("answer by")
    reminded_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["party"], condition=Q(closed_at__isnull=True), name="one_open_review_of_a_party"
            ),
        ]

    def __str__(self) -> str:
        return f"Review of {self.party}, due {self.due_on:%-d %B %Y}"


class ReviewAnswer(models.Model):
    """What was said of one person; e-mail address and roles as they were then."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="answers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+")
    email = models.EmailField("e-mail address")
    roles = models.CharField(max_length=300)
    decision = models.CharField(max_length=10, choices=ReviewDecision)

    class Meta:
        ordering = ["review", "email"]
        constraints = [
            models.UniqueConstraint(fields=["review", "email"], name="one_answer_a_person"),
            models.CheckConstraint(condition=Q(decision__in=ReviewDecision.values), name="review_decision_known"),
        ]

    def __str__(self) -> str:
        return f"{self.email}: {self.get_decision_display()}"
