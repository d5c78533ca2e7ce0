"""How an address is declared: who gets which answer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

Answer = int | str
"""A status; or the beginning of the address that a redirect leads to."""

Answers = Mapping[str, Answer]
"""By person: a name of the cast or of the world."""

SIGN_IN: Final = "/accounts/login/"
NOBODY: Final[Answers] = {}
"""For pages on which there is nobody of that kind."""

EVERY_ROLE: Final = (
    "supplier", "administrator", "rival_supplier", "network", "manufacturer", "competitor", "submitter",
    "moderator", "publisher", "ssc", "auditor",
)  # fmt: skip
STAFF: Final = ("moderator", "publisher", "auditor")
NOT_STAFF: Final = ("supplier", "administrator", "manufacturer", "submitter", "ssc")


def everyone(answer: Answer, *who: str) -> dict[str, Answer]:
    """The same answer for each of these people."""
    return dict.fromkeys(who, answer)


@dataclass(frozen=True)
class Page:
    """One address with its expectation.

    `pattern` is how Django's resolver spells it, `address` an example of it in which names of the world stand in
    braces. Everybody is asked to read it; where `post` is given, it is sent too: outsiders and wrong roles get the
    same answer then, and the right ones no refusal.
    """

    pattern: str
    address: str
    signed_out: Answer
    no_role: Answer
    other_party: Answers
    wrong_role: Answers
    right_role: Answers
    post: Mapping[str, Any] | None = None
    is_file: bool = field(default=False, kw_only=True)
    head: bool = field(default=True, kw_only=True)
    """Whether HEAD is answered as GET is; 405 else."""

    @property
    def refused(self) -> dict[str, Answer]:
        """Everybody who has no business there, "" for signed out, with the answer."""
        return {"": self.signed_out, "stranger": self.no_role, **self.other_party, **self.wrong_role}

    @property
    def first_reader(self) -> dict[str, Answer]:
        """One of those who have, with the answer; nobody where the address is nobody's."""
        return dict(list(self.right_role.items())[:1])

    @property
    def other_readers(self) -> dict[str, Answer]:
        """All the others who have, with the answer."""
        return dict(list(self.right_role.items())[1:])


def open_to_all(pattern: str, address: str, answer: Answer = 200, **more: Any) -> Page:
    """An address that answers everybody alike, signed in or not."""
    return Page(pattern, address, answer, answer, NOBODY, NOBODY, everyone(answer, *EVERY_ROLE), **more)


def for_every_role(pattern: str, address: str, answer: Answer = 200, **more: Any) -> Page:
    """An address without a record of anybody's: any role reads it, nobody else does."""
    return Page(pattern, address, SIGN_IN, 403, NOBODY, NOBODY, everyone(answer, *EVERY_ROLE), **more)


def for_everyone_signed_in(pattern: str, address: str, answer: Answer = 200, **more: Any) -> Page:
    """An address about oneself, whatever one's role: nobody else's record can be asked for there."""
    return Page(pattern, address, SIGN_IN, answer, NOBODY, NOBODY, everyone(answer, *EVERY_ROLE), **more)
