"""What a sheet of paper must say that the screen says around the page: where it comes from, and of which list."""

from django import template
from django.template import Context

from accounts.links import absolute

register = template.Library()


@register.simple_tag(takes_context=True)
def printed_from(context: Context) -> str:
    """The address of the page; '' for who is not signed in, and for pages that say that something is wrong.

    Those must not differ by what was asked for.
    """
    request = context.get("request")
    if request is None or "exception" in context or not getattr(request, "user", None):
        return ""
    return absolute(request.get_full_path()) if request.user.is_authenticated else ""
