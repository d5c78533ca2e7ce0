"""Database engine of demo, development and tests: Django's PostgreSQL on a server that starts by itself."""
