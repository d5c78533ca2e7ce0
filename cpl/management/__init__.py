"""Management commands of the list."""
