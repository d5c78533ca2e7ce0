"""Names of the audit events of this app, once."""

from typing import Final

PARTY_CREATED: Final = "party.created"
PARTY_CHANGED: Final = "party.changed"
SINGLE_SIGN_ON_CHANGED: Final = "party.single_sign_on_changed"
SINGLE_SIGN_ON_UNTIED: Final = "party.single_sign_on_untied"

ACCESS_REQUESTED: Final = "access_request.made"
ACCESS_CONFIRMED: Final = "access_request.confirmed"
ACCESS_APPROVED: Final = "access_request.approved"
ACCESS_REFUSED: Final = "access_request.refused"
ACCESS_EXPIRED: Final = "access_request.expired"

INVITED: Final = "invitation.sent"
INVITATION_RENEWED: Final = "invitation.sent_again"
INVITATION_WITHDRAWN: Final = "invitation.withdrawn"
INVITATION_ACCEPTED: Final = "invitation.accepted"

ROLE_GIVEN: Final = "membership.created"
ROLE_TAKEN: Final = "membership.ended"

ACCOUNT_CREATED: Final = "account.created"
ACCOUNT_DISABLED: Final = "account.disabled"
ACCOUNT_ENABLED: Final = "account.enabled"
ACCOUNT_WARNED_UNUSED: Final = "account.warned_unused"
ACCOUNT_RENAMED: Final = "account.renamed"
SIGNED_IN: Final = "account.signed_in"
SIGN_IN_FAILED: Final = "account.sign_in_failed"
SIGNED_OUT: Final = "account.signed_out"
SESSION_ENDED: Final = "account.session_ended"
SINGLE_SIGN_ON_TIED: Final = "account.single_sign_on_tied"
REAUTHENTICATED: Final = "account.reauthenticated"
PASSWORD_CHANGED: Final = "account.password_changed"  # noqa: S105 - a name of an event
PASSWORD_RESET_ASKED: Final = "account.password_reset_asked"  # noqa: S105 - a name of an event
SECOND_FACTOR_ADDED: Final = "account.second_factor_added"
SECOND_FACTOR_REMOVED: Final = "account.second_factor_removed"
SECOND_FACTOR_RESET: Final = "account.second_factor_reset"
RECOVERY_CODES_MADE: Final = "account.recovery_codes_made"

TOKEN_MADE: Final = "api_token.made"  # noqa: S105 - a name of an event
TOKEN_REVOKED: Final = "api_token.revoked"  # noqa: S105 - a name of an event

REVIEW_OPENED: Final = "review.opened"
REVIEW_ANSWERED: Final = "review.answered"
REVIEW_REMINDED: Final = "review.reminded"

AUDIT_EXPORTED: Final = "audit.exported"
