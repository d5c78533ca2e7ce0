"""Searches that found nothing: unmet demand, counted by Party and never by person."""

from django.db import models

from accounts.models import Party


class SearchMiss(models.Model):
    """What was typed and how it was understood."""

    text = models.CharField(max_length=200)
    understood = models.CharField(max_length=300)
    party = models.ForeignKey(Party, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-at"]
        verbose_name_plural = "search misses"
        indexes = [models.Index(fields=["party", "-at"])]

    def __str__(self) -> str:
        return self.text
