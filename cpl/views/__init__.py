"""Pages: thin, and access is settled in the first line of each."""
