"""What every page asks about estates: whether they are this person's business."""

from typing import Any

from django import template

from cpl.selectors.estate.checks import checks_estates

register = template.Library()


@register.simple_tag(takes_context=True)
def may_check_estate(context: dict[str, Any]) -> bool:
    """Whether the navigation leads to estate checks; asks the database nothing that the page has not asked."""
    return checks_estates(context.get("user"))
