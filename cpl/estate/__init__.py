"""Estate files: telling their columns, refusing personal data, counting their rows. Nothing here knows a database."""
