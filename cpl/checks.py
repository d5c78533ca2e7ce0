"""What `manage.py check` asks of the settings of this app."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from accounts.choices import PartyCategory


@register()
def contact_categories_are_known(**kwargs: Any) -> list[CheckMessage]:
    """A misspelt category would silently keep its Parties from every contact."""
    unknown = sorted(set(settings.CONTACT_CATEGORIES) - set(PartyCategory.values))
    if not unknown:
        return []
    told = f"CONTACT_CATEGORIES names what is no Party category: {', '.join(unknown)}."
    return [Error(told, hint=f"The categories are {', '.join(PartyCategory.values)}.", id="cpl.E001")]
