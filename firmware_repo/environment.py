"""What the environment says, read once: every setting that differs between machines comes through here."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

SERVER_OPTIONS = "-c jit=off -c pgtrigger.ignore={}"
"""No just-in-time compilation: it costs more than these short queries. And pgtrigger's setting is always there:
where it is missing, each row trigger catches an exception, which made loading quadratic (389 s instead of 17 s for
100,000 entries)."""

DEBUG: bool = env.bool("DEBUG", default=False)
DATA_DIR: Path = Path(env.str("DATA_DIR", default=str(BASE_DIR / "data"))).resolve()


def static_root() -> str:
    """Return where `collectstatic` puts files; with DEBUG on the folder is made, for the demo never collects."""
    folder = Path(env.str("STATIC_ROOT", default=str(DATA_DIR / "static")))
    if DEBUG:
        folder.mkdir(parents=True, exist_ok=True)
    return str(folder)


def secret_key() -> str:
    """Return SECRET_KEY; with DEBUG on a key is made once and kept in the data folder.

    Raises ImproperlyConfigured in production when none is given.
    """
    if key := env.str("SECRET_KEY", default=""):
        return str(key)
    if not DEBUG:
        raise ImproperlyConfigured("SECRET_KEY is not set. Give a long random value in the environment.")
    return _kept_key(DATA_DIR / "secret-key", lambda: secrets.token_urlsafe(50))


def publication_log_key() -> str:
    """Return PUBLICATION_LOG_KEY; with DEBUG on a key is made once and kept in the data folder.

    In production without one nothing is signed: `check --deploy` warns of that.
    """
    if (key := env.str("PUBLICATION_LOG_KEY", default="")) or not DEBUG:
        return str(key)
    return _kept_key(DATA_DIR / "publication-log-key", lambda: base64.b64encode(secrets.token_bytes(32)).decode())


def _kept_key(path: Path, new: Callable[[], str]) -> str:
    """What the demo signed counts after a restart only if its key survives."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written aside and moved into place: a process killed half-way leaves no empty key behind.
        aside = path.with_suffix(f".{os.getpid()}")
        aside.touch(mode=0o600)
        aside.write_text(new())
        aside.replace(path)
    return path.read_text()


def database() -> dict[str, object]:
    """Return Django's `default` database: the server of DATABASE_URL, else the embedded one.

    The embedded server is for demo, development and tests: with DEBUG off and no DATABASE_URL the
    settings refuse to load, so that it can never start by accident in production.
    """
    options = {"pool": {"min_size": 1, "max_size": 8, "timeout": 10}, "options": SERVER_OPTIONS}
    common = {"OPTIONS": options, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
    if env.str("DATABASE_URL", default=""):
        named = env.db_url("DATABASE_URL", engine="django.db.backends.postgresql")
        # Options of the address itself (sslmode and the like) stay in force.
        return {**named, **common, "OPTIONS": {**options, **named.get("OPTIONS", {})}}
    if not DEBUG:
        raise ImproperlyConfigured(
            "DATABASE_URL is not set and DEBUG is off. In production name a PostgreSQL server, for example "
            "DATABASE_URL=postgres://user:password@host/firmware_repo; for a trial on this machine set DEBUG=1: "
            "then the embedded server is used."
        )
    return {"ENGINE": "firmware_repo.postgres", "NAME": "firmware_repo", **common}


def public_url() -> str:
    """Return where people reach the portal, as links in e-mails must name it.

    Raises ImproperlyConfigured in production when it is not given.
    """
    if address := env.str("PUBLIC_URL", default=""):
        return str(address)
    if not DEBUG:
        raise ImproperlyConfigured(
            "PUBLIC_URL is not set. Give the address under which people reach the portal, for example "
            "PUBLIC_URL=https://firmware.example: e-mails link to it."
        )
    return "http://localhost:8000"


def fewest_parties() -> int:
    """Return the number of Parties below which manufacturers are told none.

    Raises ImproperlyConfigured below two: of a single Party a number would say which it is.
    """
    least: int = env.int("DEMAND_MIN_PARTIES", default=5)
    if least < 2:
        raise ImproperlyConfigured("DEMAND_MIN_PARTIES must be 2 or more: a smaller number gives a single Party away.")
    return least


def demo_code() -> str | None:
    """Return the one-time code that opens every demo account; only `manage.py demo` sets it, for its own processes.

    Outside DEBUG there is none, whatever the environment says.
    """
    return (env.str("DEMO_SECOND_FACTOR_CODE", default="") or None) if DEBUG else None
