"""What `manage.py check --deploy` asks of a production server beyond Django's own checks."""

from typing import Any, Final

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register

SCHEMES: Final = ("mailto:", "https://", "tel:")


@register(Tags.security, deploy=True)
def names_whom_to_tell(**kwargs: Any) -> list[CheckMessage]:
    """`/.well-known/security.txt` needs somebody to name, as an address that a program can open."""
    if not settings.SECURITY_CONTACT:
        cure = "Set SECURITY_CONTACT, for example to mailto:security@firmware.example."
        return [Warning("Nobody is named whom to tell of a weakness.", hint=cure, id="firmware_repo.W001")]
    unclear = [contact for contact in settings.SECURITY_CONTACT if not contact.startswith(SCHEMES)]
    if unclear:
        told = f"SECURITY_CONTACT names what is no address: {', '.join(unclear)}."
        return [Warning(told, hint=f"Begin it with one of {', '.join(SCHEMES)}", id="firmware_repo.W002")]
    return []


@register(Tags.security, deploy=True)
def is_reached_by_https(**kwargs: Any) -> list[CheckMessage]:
    """Links in e-mails open the portal by HTTPS only."""
    if settings.PUBLIC_URL.startswith("https://"):
        return []
    told = f"PUBLIC_URL is {settings.PUBLIC_URL}: e-mails would lead to pages that are not encrypted."
    return [Warning(told, hint="Begin it with https://", id="firmware_repo.W003")]
