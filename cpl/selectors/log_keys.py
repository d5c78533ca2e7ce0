"""Keys of the publication log: the one that signs, and the former ones that signed before it."""

from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from cpl import log_chain


class PublicKey(NamedTuple):
    """A key to verify with: its name in checkpoints, and the text that the verifier takes."""

    name: str
    text: str


def signing_key() -> Ed25519PrivateKey | None:
    """The key of `PUBLICATION_LOG_KEY`; None where none is set. Raises ImproperlyConfigured for a text that is none."""
    if not settings.PUBLICATION_LOG_KEY:
        return None
    try:
        return log_chain.private_key(settings.PUBLICATION_LOG_KEY)
    except log_chain.KeyTextError as error:
        raise ImproperlyConfigured(
            f"PUBLICATION_LOG_KEY is no signing key. {error} Make one with: manage.py log_key --new"
        ) from None


def current_key() -> PublicKey | None:
    """The public half of the signing key; None where none is set."""
    key = signing_key()
    return _public(log_chain.public_text(key.public_key())) if key else None


def former_keys() -> list[PublicKey]:
    """Public keys that signed before (`PUBLICATION_LOG_FORMER_KEYS`). Raises ImproperlyConfigured for a wrong one."""
    try:
        return [_public(text) for text in settings.PUBLICATION_LOG_FORMER_KEYS]
    except log_chain.KeyTextError as error:
        raise ImproperlyConfigured(f"PUBLICATION_LOG_FORMER_KEYS names what is no public key. {error}") from None


def _public(text: str) -> PublicKey:
    key = log_chain.public_key(text)
    return PublicKey(log_chain.key_name(key), log_chain.public_text(key))
