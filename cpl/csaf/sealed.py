"""What was understood of a file, signed for the one person who uploaded it, until they decide: nothing is stored."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.core import signing

from accounts.models import Party, User
from cpl.csaf.draft import Draft
from cpl.csaf.matching import Matched
from cpl.models import Manufacturer

SECONDS: Final = 2 * 60 * 60
"""How long a preview may lie before it is decided on."""

_SALT: Final = "cpl.csaf.sealed"


class StaleError(Exception):
    """It is not what this person was shown, or they were shown it too long ago: the file has to be read again."""


@dataclass(frozen=True)
class Understood:
    """What the draft will say: as `cpl.actions.notices.drafts.begin` takes it."""

    manufacturer: int
    party: int | None
    content: Mapping[str, Any]
    versions: Mapping[int, tuple[str, str]]
    origin: Mapping[str, str]


def seal(draft: Draft, matched: Matched, *, manufacturer: Manufacturer, by: User, party: Party | None = None) -> str:
    """A text for a hidden field, that only `opened` can read for the same person.

    Its origin has a `seal` of its own, by which the draft is known that was begun from it.
    """
    fields = draft.content.as_fields()
    deadline: date | None = fields["deadline"]
    understood = {
        "person": by.pk,
        "manufacturer": manufacturer.pk,
        "party": party.pk if party else None,
        "content": {**fields, "deadline": deadline.isoformat() if deadline else None},
        "versions": [[found.entry.pk, found.status.value, found.words] for found in matched.found],
        "origin": {**draft.origin, "seal": secrets.token_urlsafe(16)},
    }
    return signing.dumps(understood, salt=_SALT, compress=True)


def opened(text: str, *, by: User) -> Understood:
    """What was sealed for this person. Raises StaleError where it was not, or too long ago."""
    try:
        said = signing.loads(text, salt=_SALT, max_age=SECONDS)
    except signing.BadSignature:
        raise StaleError from None
    if said["person"] != by.pk:
        raise StaleError
    deadline = said["content"]["deadline"]
    content = {**said["content"], "deadline": date.fromisoformat(deadline) if deadline else None}
    versions = {key: (status, words) for key, status, words in said["versions"]}
    return Understood(said["manufacturer"], said["party"], content, versions, said["origin"])
