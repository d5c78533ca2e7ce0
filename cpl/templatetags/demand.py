"""What every page asks about demand: whether it is this person's business."""

from typing import Any

from django import template
from django.conf import settings

from accounts.access import can
from accounts.permissions import SUBMIT_AS_MANUFACTURER

register = template.Library()


@register.simple_tag(takes_context=True)
def may_see_demand(context: dict[str, Any]) -> bool:
    """Whether the navigation leads to what Parties wait for; asks the database nothing that the page has not asked."""
    return "user" in context and can(context["user"], SUBMIT_AS_MANUFACTURER)


@register.simple_tag
def demand_kept_back() -> str:
    """What stands in place of numbers that are all below the threshold, none included."""
    return f"Every count is below {settings.DEMAND_MIN_PARTIES}, so no number is shown."
