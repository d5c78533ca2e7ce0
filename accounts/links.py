"""Links in e-mails that prove their reader: derived from the secret key, so that none is stored anywhere.

A link is made when the e-mail is sent, and again, the same, if sending is tried again. It ends when its
record changes `nonce`, runs out or is used. Whoever reads the database cannot make one.
"""

from base64 import urlsafe_b64encode
from secrets import token_urlsafe

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac


def new_nonce() -> str:
    """What makes a record's link differ from every other, and from its own earlier ones."""
    return token_urlsafe(16)


def proof(kind: str, key: int, nonce: str, *, secret: str | None = None) -> str:
    """43 characters that only this server can make for this record."""
    digest = salted_hmac(f"accounts.links.{kind}", f"{key}:{nonce}", secret=secret, algorithm="sha256").digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def proves(given: str, kind: str, key: int, nonce: str) -> bool:
    """Whether `given` is the proof for this record; keys that were in use before count too."""
    keys = [None, *settings.SECRET_KEY_FALLBACKS]
    return any(constant_time_compare(given, proof(kind, key, nonce, secret=old)) for old in keys)


def absolute(path: str) -> str:
    """A path of the portal as it must stand in an e-mail (`PUBLIC_URL` of the environment)."""
    return f"{settings.PUBLIC_URL.rstrip('/')}{path}"
