"""What `manage.py check` asks of the settings of this app."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from accounts.choices import PartyCategory
from cpl import targets
from cpl.selectors import log_keys


@register()
def contact_categories_are_known(**kwargs: Any) -> list[CheckMessage]:
    """A misspelt category would silently keep its Parties from every contact."""
    unknown = sorted(set(settings.CONTACT_CATEGORIES) - set(PartyCategory.values))
    if not unknown:
        return []
    told = f"CONTACT_CATEGORIES names what is no Party category: {', '.join(unknown)}."
    return [Error(told, hint=f"The categories are {', '.join(PartyCategory.values)}.", id="cpl.E001")]


@register()
def log_keys_are_keys(**kwargs: Any) -> list[CheckMessage]:
    """A wrong key would be found at the first publication, which is too late."""
    try:
        log_keys.signing_key()
        log_keys.former_keys()
    except ImproperlyConfigured as error:
        return [Error(str(error), id="cpl.E002")]
    return []


@register()
def bank_holidays_are_known(**kwargs: Any) -> list[CheckMessage]:
    """Targets count working days, so the calendar must be one that is known."""
    try:
        targets.is_working_day(timezone.localdate())
    except ImproperlyConfigured as error:
        return [Error(str(error), id="cpl.E003")]
    return []


@register(Tags.security, deploy=True)
def publication_log_is_signed(**kwargs: Any) -> list[CheckMessage]:
    """Without a signature whoever has the database could write the whole log anew."""
    if settings.PUBLICATION_LOG_KEY:
        return []
    cure = "Set PUBLICATION_LOG_KEY to what `manage.py log_key --new` prints, and keep a copy in a safe place."
    return [Warning("The publication log is not signed.", hint=cure, id="cpl.W001")]
