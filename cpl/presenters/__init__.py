"""Records in the words of a page."""
