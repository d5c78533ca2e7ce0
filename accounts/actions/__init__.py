"""Changes to people and Parties."""
