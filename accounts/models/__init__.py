"""Who: people, Parties, memberships, the way in, and what everybody did."""

from accounts.models.access_request import AccessRequest
from accounts.models.api_token import ApiToken
from accounts.models.audit_event import AuditEvent
from accounts.models.invitation import Invitation
from accounts.models.membership import Membership
from accounts.models.party import Party
from accounts.models.review import Review, ReviewAnswer
from accounts.models.single_sign_on import SingleSignOn
from accounts.models.user import User

__all__ = [
    "AccessRequest",
    "ApiToken",
    "AuditEvent",
    "Invitation",
    "Membership",
    "Party",
    "Review",
    "ReviewAnswer",
    "SingleSignOn",
    "User",
]
