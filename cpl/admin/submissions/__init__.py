"""Moderation: the queue of submissions, and the page on which one is read and decided."""

from cpl.admin.submissions import queue

__all__ = ["queue"]
