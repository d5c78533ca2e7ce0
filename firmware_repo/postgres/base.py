"""Django's PostgreSQL wrapper, which starts the embedded server when the first connection is asked for.

Starting lazily keeps commands that never touch the database (`check`, type checking) free of a server.
"""

from typing import Any

from django.db.backends.postgresql import base

from firmware_repo.postgres import embedded


class DatabaseWrapper(base.DatabaseWrapper):
    """PostgreSQL whose address is only known once the embedded server runs."""

    def get_connection_params(self) -> dict[str, Any]:
        """Return psycopg's arguments, starting the server first if it does not run yet."""
        if not self.settings_dict["HOST"]:
            self.settings_dict.update(embedded.address())
        return super().get_connection_params()

    def stop_server(self) -> None:
        """Stop the embedded server, whoever else still holds it; every connection to it ends."""
        self.close()
        self.close_pool()
        embedded.stop()
