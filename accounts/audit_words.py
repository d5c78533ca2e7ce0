"""Audit events in plain words, for the register and its exports: what happened, and what changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts import audit_names as names
from accounts.choices import PartyCategory, Role
from accounts.models import AuditEvent

NAMESPACES: Final[dict[str, str]] = {
    "party": "Parties",
    "access_request": "Requests for access",
    "invitation": "Invitations",
    "membership": "Roles",
    "account": "Accounts and sign-in",
    "api_token": "API tokens",
    "review": "Joiner and leaver reviews",
    "audit": "Audit events",
}
"""What the first word of a name is about."""

WORDS: Final[dict[str, str]] = {
    names.PARTY_CREATED: "Party made",
    names.PARTY_CHANGED: "Party changed",
    names.SINGLE_SIGN_ON_CHANGED: "Single sign-on changed",
    names.SINGLE_SIGN_ON_UNTIED: "Accounts untied from single sign-on",
    names.ACCESS_REQUESTED: "Access asked for",
    names.ACCESS_CONFIRMED: "E-mail address of a request confirmed",
    names.ACCESS_APPROVED: "Request for access approved",
    names.ACCESS_REFUSED: "Request for access refused",
    names.ACCESS_EXPIRED: "Request for access never confirmed",
    names.INVITED: "Invitation sent",
    names.INVITATION_RENEWED: "Invitation sent again",
    names.INVITATION_WITHDRAWN: "Invitation withdrawn",
    names.INVITATION_ACCEPTED: "Invitation accepted",
    names.ROLE_GIVEN: "Role given",
    names.ROLE_TAKEN: "Role taken back",
    names.ACCOUNT_CREATED: "Account made",
    names.ACCOUNT_DISABLED: "Account disabled",
    names.ACCOUNT_ENABLED: "Account enabled",
    names.ACCOUNT_RENAMED: "Name of an account changed",
    names.ACCOUNT_WARNED_UNUSED: "Warned that an account is not used",
    names.SIGNED_IN: "Signed in",
    names.SIGN_IN_FAILED: "Sign-in failed",
    names.SIGNED_OUT: "Signed out",
    names.SESSION_ENDED: "Session ended",
    names.SINGLE_SIGN_ON_TIED: "Account tied to single sign-on",
    names.REAUTHENTICATED: "Identity confirmed again",
    names.PASSWORD_CHANGED: "Password changed",
    names.PASSWORD_RESET_ASKED: "New password asked for",
    names.SECOND_FACTOR_ADDED: "Second factor added",
    names.SECOND_FACTOR_REMOVED: "Second factor removed",
    names.SECOND_FACTOR_RESET: "Second factor reset",
    names.RECOVERY_CODES_MADE: "Recovery codes made",
    names.TOKEN_MADE: "API token made",
    names.TOKEN_REVOKED: "API token revoked",
    names.REVIEW_OPENED: "Review opened",
    names.REVIEW_ANSWERED: "Review answered",
    names.REVIEW_REMINDED: "Reminded of a review",
    names.AUDIT_EXPORTED: "Audit events exported",
}
"""Each event of this app; the apps above add theirs with `learn`."""


def learn(namespaces: Mapping[str, str], words: Mapping[str, str]) -> None:
    """Take the words of another app's events, when it starts."""
    NAMESPACES.update(namespaces)
    WORDS.update(words)


def in_words(name: str) -> str:
    """What an event is called; its bare name where the code that wrote it is gone."""
    return WORDS.get(name, name)


NOT_PROVEN: Final = "(typed, not proven)"
"""Stands beside the address of whoever only claimed to be that person."""
_BEFORE_PROOF: Final = frozenset({names.ACCESS_REQUESTED, names.SIGN_IN_FAILED, names.PASSWORD_RESET_ASKED})


def only_typed(event: AuditEvent) -> bool:
    """Whether the actor is an address that somebody typed: anybody can type anybody's."""
    return event.name in _BEFORE_PROOF and not event.actor_name and not event.party


@dataclass(frozen=True)
class Line:
    """One field of what was before and after, in words."""

    field: str
    before: str
    after: str

    @property
    def differs(self) -> bool:
        """Whether the act changed it."""
        return self.before != self.after


def comparison(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> list[Line]:
    """Field by field, in the order in which they were recorded; an empty string where a side says nothing."""
    old, new = before or {}, after or {}
    return [Line(title(key), _side(old, key), _side(new, key)) for key in dict.fromkeys([*old, *new])]


def particulars(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The details of an event as headings and words."""
    return [(title(key), value_in_words(value, key)) for key, value in details.items()]


def title(key: str) -> str:
    """The name of a field as a heading."""
    return key.replace("_", " ").replace("email", "e-mail").strip().capitalize()


def value_in_words(value: Any, key: str = "") -> str:
    """A value of JSON as a person writes it: one line for each part of what has parts."""
    if isinstance(value, str) and value in _CHOICES.get(key, {}):
        return _CHOICES[key][value]
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, Mapping):
        return "\n".join(f"{title(name)}: {value_in_words(part, name)}" for name, part in value.items()) or _NOTHING
    if isinstance(value, list):
        return "\n".join(value_in_words(part, key) for part in value) or _NOTHING
    return _NOTHING if value in (None, "") else str(value)


def _side(side: Mapping[str, Any], key: str) -> str:
    return value_in_words(side[key], key) if key in side else ""


_NOTHING: Final = "–"
_ROLES: Final = {role.value: role.label for role in Role}
_CHOICES: Final = {
    "category": {category.value: category.label for category in PartyCategory},
    "role": _ROLES,
    "roles": _ROLES,
}
"""Words of fields that hold one of a list."""
