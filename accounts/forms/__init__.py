"""Forms of people and Parties."""
