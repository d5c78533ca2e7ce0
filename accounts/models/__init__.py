"""Who: people, Parties, memberships, and what they did."""

from accounts.models.audit_event import AuditEvent
from accounts.models.membership import Membership
from accounts.models.party import Party
from accounts.models.user import User

__all__ = ["AuditEvent", "Membership", "Party", "User"]
