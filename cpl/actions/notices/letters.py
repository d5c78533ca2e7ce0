"""Who hears of a notice, by e-mail: once each, and only if they may read it at the moment of writing.

A letter says which notice it is, what kind, how severe, how soon and by when, and leads to its page behind sign-in.
What is wrong and what to do stays there: e-mail is no place for a vulnerability.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from accounts import letters, mail
from accounts.addressees import holders_of
from accounts.choices import Role
from accounts.links import absolute
from accounts.models import User
from accounts.permissions import ISSUE_NOTICE, ISSUE_NOTICE_AS_MANUFACTURER, MODERATE
from cpl.actions.notices.contents import Row
from cpl.choices import NoticeState
from cpl.letters import one_line
from cpl.models import Notice, NoticeVersion
from cpl.selectors.concerned import people_concerned

MOST_LINES: Final = 10
"""Device Models that a letter names; the page has the rest."""


def published(held: Notice, rows: Iterable[Row], *, by: User) -> None:
    """To whoever is concerned: a notice was published."""
    _write("notice_published", held, told_of(held, rows), by=by)


def revised(held: Notice, rows: Iterable[Row], *, by: User) -> None:
    """To whoever is concerned: it says something else now."""
    _write("notice_revised", held, told_of(held, rows), by=by)


def withdrawn(held: Notice, rows: Iterable[Row], *, by: User) -> None:
    """To whoever is concerned: it does not hold any more."""
    _write("notice_withdrawn", held, told_of(held, rows), by=by)


def deadline_near(held: Notice, rows: Iterable[Row]) -> None:
    """To whoever watches or has checked a model: the deadline comes close."""
    _write("notice_deadline", held, set(people_concerned(_models(rows))), deadline=str(held.deadline))


def told_of(notice: Notice, rows: Iterable[Row]) -> set[User]:
    """Whoever is told of a notice that says this, if they may read it when the letter is written.

    Whoever watches or has checked a Device Model that it names, the manufacturer's editors, SECAS's moderators, and
    the members of the SSC. For letters; never to be shown, nor their number: who watches what is nobody else's
    business, and a number that rises tells it.
    """
    maker = notice.manufacturer.party
    committee = holders_of(ISSUE_NOTICE).filter(memberships__role=Role.SSC_MEMBER)
    own = holders_of(ISSUE_NOTICE_AS_MANUFACTURER, maker) if maker else User.objects.none()
    return {*people_concerned(_models(rows)), *own, *holders_of(MODERATE), *committee}


def _models(rows: Iterable[Row]) -> set[int]:
    return {row.entry.device_model_id for row in rows}


def _write(template: str, held: Notice, people: set[User], *, by: User | None = None, **more: str) -> None:
    """Queue the letter for each of them but the one who acts."""
    for person in sorted((person for person in people if person != by), key=lambda person: person.pk):
        mail.later(template, to=person.email, notice=held.pk, person=person.pk, revision=held.revision, **more)


def _about(context: dict[str, Any]) -> dict[str, Any] | None:
    """What a letter says, as of the moment of writing it.

    Nothing to whoever may not read the notice any more, and nothing of a revision that is past: a newer letter tells
    of the newer one.
    """
    reader = User.objects.filter(pk=context["person"], is_active=True).first()
    if reader is None:
        return None
    current = Notice.objects.visible_to(reader).exclude(state=NoticeState.DRAFT).filter(revision=context["revision"])
    found = current.filter(pk=context["notice"]).select_related("party", "manufacturer").first()
    if found is None:
        return None
    lines = _lines(found, reader)
    link = absolute(found.get_absolute_url())
    return {**context, "notice": found, "lines": lines[:MOST_LINES], "more": len(lines[MOST_LINES:]), "link": link}


def _lines(notice: Notice, reader: User) -> list[str]:
    """The Device Models of the versions that the reader may see, by name."""
    rows = NoticeVersion.objects.visible_to(reader).filter(notice=notice)
    names = rows.order_by().values_list("entry__device_model", "entry__device_model__name").distinct()
    return sorted(one_line(name) for _, name in names)


def _near(context: dict[str, Any]) -> dict[str, Any] | None:
    """None where the notice was withdrawn by now, or has another deadline."""
    ready = _about({**context, "deadline": date.fromisoformat(context["deadline"])})
    return ready if ready and ready["notice"].is_open and ready["notice"].deadline == ready["deadline"] else None


ADDS: Final = {
    "notice_published": _about,
    "notice_revised": _about,
    "notice_withdrawn": _about,
    "notice_deadline": _near,
}
"""What each letter needs, for `accounts.letters`."""

letters.learn(ADDS)
