"""Commands of people and Parties."""
