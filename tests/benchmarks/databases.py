"""A database of its own for each run, on DATABASE_URL's server or on an embedded one; dropped afterwards."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql


@contextmanager
def server() -> Iterator[str]:
    """The address of a server: DATABASE_URL's, else an embedded one which lives as long as the block."""
    if url := os.environ.get("DATABASE_URL"):
        yield url
        return
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        Path(folder).chmod(0o755)
        os.environ["DATA_DIR"] = folder
        from firmware_repo.postgres import embedded  # noqa: PLC0415 - reads DATA_DIR when imported

        started = embedded.server()
        try:
            parts = psycopg.conninfo.conninfo_to_dict(started.get_uri())
            os.environ["PGUSER"] = str(parts["user"])
            yield f"postgres:///{parts['host']}/postgres"
        finally:
            started.stop()


@contextmanager
def database(server_url: str, name: str) -> Iterator[str]:
    """The address of an empty database that is dropped at the end, whatever happened."""
    name = f"benchmark_{name}_{os.getpid()}"
    _run(server_url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
    _run(server_url, "CREATE DATABASE {}", name)
    try:
        yield _named(server_url, name)
    finally:
        _run(server_url, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


def _named(url: str, name: str) -> str:
    """The same server, another database: by text, since `urlunsplit` drops the slashes of a socket's folder."""
    address, mark, options = url.partition("?")
    return f"{address.rpartition('/')[0]}/{name}{mark}{options}"


def _run(server_url: str, statement: str, name: str) -> None:
    with psycopg.connect(_conninfo(server_url), autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _conninfo(url: str) -> str:
    """psycopg's words for an address; a socket's folder stands where Django wants it, in the path."""
    parts = urlsplit(url)
    if parts.netloc:
        return url
    folder, _, name = parts.path.rpartition("/")
    return psycopg.conninfo.make_conninfo("", host=folder.replace("//", "/"), dbname=name)


def about(url: str) -> str:
    """Version of the server and whether it has trigram indexes."""
    with psycopg.connect(_conninfo(url)) as connection:
        version = connection.execute("SHOW server_version").fetchone()
        found = connection.execute("SELECT 1 FROM pg_available_extensions WHERE name = 'pg_trgm'").fetchone()
        buffers = connection.execute("SHOW shared_buffers").fetchone()
    assert version and buffers
    with_or_without = "with" if found else "without"
    return f"PostgreSQL {version[0].split()[0]} {with_or_without} pg_trgm, shared_buffers {buffers[0]}"


def environment(url: str, folder: Path) -> dict[str, str]:
    """What a production process would be given, with this database."""
    return {
        **os.environ,
        "DEBUG": "0",
        "SECRET_KEY": "only for benchmarks, on this machine, for a few minutes",
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "PUBLIC_URL": "https://firmware.example",
        "BEHIND_PROXY": "1",
        "STATIC_ROOT": str(folder / "static"),
        "DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "LOG_LEVEL": "WARNING",
        "DJANGO_SETTINGS_MODULE": "firmware_repo.settings",
    }


def prepare(settings: dict[str, str]) -> None:
    """Tables and static files."""
    for command in (["migrate", "-v0"], ["collectstatic", "--noinput", "-v0"]):
        subprocess.run([sys.executable, "manage.py", *command], env=settings, check=True)


def note(text: str) -> None:
    """Say what goes on, beside the table."""
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)
