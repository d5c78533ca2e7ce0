"""People and Parties in the admin site: registers to look things up; every change calls an action."""

from accounts.admin import audit_events, joining, parties, people, single_sign_on
from accounts.admin.read_only import ReadOnly

__all__ = ["ReadOnly", "audit_events", "joining", "parties", "people", "single_sign_on"]
