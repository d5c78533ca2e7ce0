"""Notices: drafted, published, revised and withdrawn by the Party whose notice it is."""
