"""Status tags and field states: words with a sign of their own, so that they read without colour.

Written as functions, not included templates: a page of results shows hundreds, and an include costs thirty
times as much.
"""

from functools import lru_cache
from typing import Final

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString

from cpl.search import FacetValue

register = template.Library()

TAGS: Final = {
    "listed": "Listed",
    "removed": "Removed",
    "withdrawn": "Withdrawn",
    "production": "Production",
    "test": "Test",
    "restricted": "Restricted",
    "recommended": "Recommended",
    "newest": "Newest",
    "routine": "Routine",
    "soon": "Soon",
    "urgent": "Urgent",
    "acceptable": "Acceptable",
    "do_not_deploy": "Do not deploy",
    "loaded": "Loaded by DCC",
    "not_loaded": "Not yet loaded by DCC",
    "lapsed": "CPA date passed",
    "flag": "",
    "notice": "Open notice",
}
STATES: Final = {
    "declined": "Declined by the manufacturer",
    "not_applicable": "Not applicable",
    "not_provided": "Not yet provided",
    "not_supplied": "Not supplied",
    "no_record": "Not supplied here",
}


# Kept, for a page of results asks for the same few a hundred times. Typed: what is safe already and what is not may be
# the same word.
@register.simple_tag
@lru_cache(maxsize=1024, typed=True)
def tag(status: str, text: str = "") -> SafeString:
    """A status tag; `status` is a key of TAGS, `text` replaces its words."""
    return format_html('<strong class="fir-tag fir-tag--{}">{}</strong>', status, text or TAGS[status])


@register.simple_tag
@lru_cache(maxsize=64)
def field_state(state: str) -> SafeString:
    """Why a field has no value. Blank, declined and not applicable never read alike.

    Without a state there is no record that the person may see: nothing was supplied *here*.
    """
    known = state if state in STATES else "no_record"
    return format_html('<span class="fir-state fir-state--{}">{}</span>', known.replace("_", "-"), STATES[known])


@register.simple_tag
def facet_option(facet: str, number: int, option: FacetValue) -> SafeString:
    """One value of a facet to tick, the `number`th of its list, with how many Device Models are behind it."""
    return format_html(
        '<li><label class="fir-facet__option{}"><input type="checkbox" id="{}-{}" name="{}" value="{}"{}>'
        '<span>{}</span><span class="fir-facet__count">{}<span class="govuk-visually-hidden"> Device Models</span>'
        "</span></label></li>",
        "" if option.count else " fir-facet__option--none", facet, number, facet, option.value,
        " checked" if option.chosen else "", option.label, f"{option.count:,}",
    )  # fmt: skip


@register.filter
def says_enough(error: str) -> bool:
    """Whether a form's message names its field itself: as ours do ("Enter …"), unlike Django's ("This field …")."""
    ours = str(error).startswith(("Enter ", "Choose "))
    return ours and not str(error).startswith(("Enter a valid", "Enter a whole"))


@register.simple_tag
def way_back(address: str | None) -> str:
    """Where Cancel leads from confirming who one is: the page one came from, if it opens without that; or the account.

    Pages of sign-in and second factor may ask for the same again, so they are none to go back to.
    """
    own = bool(address) and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    signs_in = reverse("account_login").removesuffix("login/")
    return str(address) if own and not str(address).startswith(signs_in) else reverse("accounts:account")
