"""The wiring: settings, addresses, database engine and server."""
