"""Who hears what of a submission, by e-mail.

A letter says which submission it is (reference, kind, name of the Device Model) and leads to its page behind sign-in.
What was said and what the submission says stay there: contact details and restricted content travel by no e-mail.
"""

from collections.abc import Iterable
from typing import Any, Final

from accounts import letters, mail
from accounts.access import can
from accounts.addressees import holders_of
from accounts.choices import PartyCategory
from accounts.links import absolute
from accounts.models import User
from accounts.permissions import MODERATE, READ_EVERY_RECORD, SUBMIT_AS_MANUFACTURER, SUBMIT_FOR_OTHERS
from cpl.choices import Confirmation, StepKind, SubmissionKind, SubmissionState
from cpl.models import Submission, SubmissionStep
from cpl.workflow import ENDED, WITH_SECAS

LONGEST_NAME: Final = 80
_WAITING: Final = (SubmissionState.SUBMITTED, SubmissionState.RESUBMITTED)
_OF_SUBMITTERS: Final = (SubmissionKind.HASH, SubmissionKind.ADDED_MODEL)


def sent(held: Submission, step: StepKind, *, by: User) -> None:
    """To SECAS: a submission came in, or in again. Of a spreadsheet's many, only the first is told of."""
    if step == StepKind.SUBMIT and _others_of_batch(held).filter(submitted_at__isnull=False).exists():
        return
    template = "submission_received" if step == StepKind.SUBMIT else "submission_answered"
    _write(template, held, _moderators(held), by=by)


def confirmation_wanted(held: Submission, step: StepKind) -> None:
    """To the manufacturer's editors: another Party says something of their product. Once for a spreadsheet."""
    others = _others_of_batch(held).filter(manufacturer=held.manufacturer, confirmation=Confirmation.WAITING)
    if step == StepKind.SUBMIT and others.filter(submitted_at__isnull=False).exists():
        return
    _write("submission_to_confirm", held, _makers(held))


def decided(template: str, held: Submission, *, by: User) -> None:
    """To its author's Party: queried or refused."""
    _write(template, held, _authors(held), by=by)
    settled(held)


def accepted(held: Submission, *, by: User) -> None:
    """To its author's Party: accepted. Of a spreadsheet's many only when the last of them is decided (`settled`)."""
    if held.batch_id is None:
        _write("submission_accepted", held, _authors(held), by=by)
    else:
        settled(held)


def settled(held: Submission) -> None:
    """To its author's Party, once for all: no submission of the spreadsheet waits any more, and some are accepted.

    Called after every step that may end the waiting, a refusal or a query as much as an acceptance. What was told
    of before is not told again.
    """
    if held.batch_id is None:
        return
    moved = SubmissionStep.objects.filter(submission__batch=held.batch_id).exclude(to_state="").order_by("pk")
    fresh = newly_accepted(moved.values_list("submission", "to_state"))
    if fresh:
        told = held if held.pk in fresh else Submission.objects.select_related("party", "manufacturer").get(pk=fresh[0])
        # Whoever took back the last one hears too: it was not they who accepted the others.
        _write("submission_accepted", told, _authors(told))


def newly_accepted(moved: Iterable[tuple[int, str]]) -> list[int]:
    """Of these moves, in their order: what was accepted since the waiting had ended before, if the last one ended it.

    Empty while any of the submissions waits for SECAS, and where the last move ended no waiting.
    """
    waiting, fresh, ended = set[int](), set[int](), set[int]()
    for submission, state in moved:
        waited = bool(waiting)
        (waiting.add if state in _WAITING else waiting.discard)(submission)
        (fresh.add if state == SubmissionState.ACCEPTED else fresh.discard)(submission)
        ended = fresh if waited and not waiting else set()
        fresh = set() if ended else fresh
    return sorted(ended)


def said(held: Submission, *, by: User) -> None:
    """To everybody in the conversation but the side that spoke."""
    own = {acting.party for acting in by.active_memberships}
    maker = held.manufacturer.party_id if held.manufacturer else None
    people: set[User] = set()
    if held.party_id not in own:
        people.update(_authors(held))
    if held.confirmation != Confirmation.NOT_NEEDED and maker not in own:
        people.update(_makers(held))
    if not can(by, READ_EVERY_RECORD):
        people.update(_moderators(held))
    _write("submission_message", held, people, by=by)


def contradicted(held: Submission, *, by: User) -> None:
    """To its author's Party and to SECAS: the manufacturer says that it is wrong."""
    _write("submission_contradicted", held, {*_authors(held), *_moderators(held)}, by=by)


def confirmed(held: Submission, *, by: User) -> None:
    """To SECAS, where somebody holds it: it may go on."""
    _write("submission_confirmed", held, [held.held_by] if held.held_by else [], by=by)


def concerned(held: Submission) -> set[User]:
    """People of SECAS who have a hand in it: who holds it, who accepted it, whose prepared issue it is in."""
    issue = held.issue
    people = {held.held_by, held.accepted_by, *((issue.prepared_by, issue.published_by) if issue else ())}
    return {person for person in people if person is not None}


def cancelled(held: Submission, people: Iterable[User], *, by: User) -> None:
    """To these people of SECAS: its author took it back."""
    _write("submission_cancelled", held, people, by=by)
    settled(held)


def name_of(submission: Submission) -> str:
    """The name of the Device Model that it is about, in one short line; '' where none is named yet."""
    model = submission.device_model
    return one_line(model.name if model else str(submission.content.get("model_name", "")))


def one_line(name: str) -> str:
    """A name as a letter can show it: printable, on one short line."""
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    return plain if len(plain) <= LONGEST_NAME else f"{plain[: LONGEST_NAME - 1]}…"


def _write(template: str, held: Submission, people: Iterable[User], *, by: User | None = None) -> None:
    """Queue the letter for each of them but the one who acts."""
    for person in sorted({person for person in people if person != by}, key=lambda person: person.pk):
        mail.later(template, to=person.email, submission=held.pk, person=person.pk)


def _others_of_batch(held: Submission) -> Any:
    """The other submissions of the same spreadsheet; none for one that was written by itself."""
    rows = Submission.objects.exclude(pk=held.pk)
    return rows.filter(batch=held.batch_id) if held.batch_id else rows.none()


def _moderators(held: Submission) -> list[User]:
    """Who holds it, or, where nobody does, every moderator."""
    if held.held_by is not None and held.held_by.is_active:
        return [held.held_by]
    return list(holders_of(MODERATE))


def _makers(held: Submission) -> list[User]:
    party = held.manufacturer.party if held.manufacturer else None
    return list(holders_of(SUBMIT_AS_MANUFACTURER, party)) if party else []


def _authors(held: Submission) -> list[User]:
    """The people of its author's Party whose business it is; of SECAS only those who wrote it."""
    if held.party.category == PartyCategory.SECAS:
        return [person for person in (held.created_by, held.submitted_by) if person is not None]
    own = held.manufacturer is not None and held.manufacturer.party_id == held.party_id
    people = [*holders_of(SUBMIT_AS_MANUFACTURER, held.party)] if own else []
    if held.kind in _OF_SUBMITTERS:
        people += holders_of(SUBMIT_FOR_OTHERS, held.party)
    return people


def _about(context: dict[str, Any]) -> dict[str, Any] | None:
    """What a letter says, as of the moment of writing it: nothing to whoever may not see the submission any more."""
    reader = User.objects.filter(pk=context["person"], is_active=True).first()
    rows = Submission.objects.select_related("device_model", "party", "batch")
    found = rows.visible_to(reader).filter(pk=context["submission"]).first() if reader else None
    if found is None:
        return None
    # Of a spreadsheet about several makers, each is told the number of its own.
    more = _others_of_batch(found).visible_to(reader).filter(submitted_at__isnull=False).count()
    return {**context, "submission": found, "model": name_of(found), "more": more, "link": _link(found)}


def _link(found: Submission) -> str:
    """A page behind sign-in: its address opens nothing by itself."""
    return absolute(found.get_absolute_url())


def _to_moderate(context: dict[str, Any]) -> dict[str, Any] | None:
    """None where it is not with SECAS any more."""
    ready = _about(context)
    return ready if ready and ready["submission"].state in WITH_SECAS else None


def _to_confirm(context: dict[str, Any]) -> dict[str, Any] | None:
    """None where the manufacturer has said it by now, or there is nothing to be said any more."""
    ready = _about(context)
    waits = ready and ready["submission"].confirmation == Confirmation.WAITING
    return ready if ready and waits and ready["submission"].state not in ENDED else None


ADDS: Final = {
    "submission_received": _to_moderate,
    "submission_answered": _to_moderate,
    "submission_to_confirm": _to_confirm,
    "submission_queried": _about,
    "submission_accepted": _about,
    "submission_refused": _about,
    "submission_cancelled": _about,
    "submission_message": _about,
    "submission_confirmed": _about,
    "submission_contradicted": _about,
}
"""What each letter needs, for `accounts.letters`."""

letters.learn(ADDS)
