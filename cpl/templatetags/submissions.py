"""What every page asks about submissions: whether they are this person's business."""

from typing import Any

from django import template

from cpl.selectors.own_submissions import follows

register = template.Library()


@register.simple_tag(takes_context=True)
def follows_submissions(context: dict[str, Any]) -> bool:
    """Whether the navigation leads to submissions; asks the database nothing that the page has not asked."""
    user = context.get("user")
    return user is not None and follows(user)
