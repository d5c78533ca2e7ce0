"""Pages of people and Parties: thin, and access is settled in the first line of each."""
