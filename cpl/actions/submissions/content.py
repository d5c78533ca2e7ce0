"""What a submission says, as it is kept: words by field, and what of them goes on record."""

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.utils import timezone
from django.utils.crypto import salted_hmac

from cpl.choices import SubmissionKind
from cpl.models import VOLUNTARY_FIELDS, DeviceModel, Submission
from cpl.proposals import CONTACT_FIELDS, FIELDS
from cpl.rules import Problem, problems_of
from cpl.rules.others import key_in

GIVEN: Final = "(given, not kept here)"
"""Stands in the record of a step for a contact's details, which must not spread."""

LONGEST_VALUE: Final = 20_000
LONGEST_WORDS: Final = 5_000


def names_of(kind: SubmissionKind) -> list[str]:
    """The keys that the content of this kind may have: its fields, and how each voluntary one was answered."""
    fields = FIELDS[kind]
    owners = {"contact" if name in CONTACT_FIELDS else name for name in fields}
    return [*fields, *(f"{name}_answer" for name in VOLUNTARY_FIELDS if name in owners)]


def kept(kind: SubmissionKind, content: Mapping[str, Any]) -> dict[str, str]:
    """Of what came in, the fields of the kind that say something, as words that the database can hold."""
    words = {name: plain(content.get(name)) for name in names_of(kind)}
    return {name: value for name, value in words.items() if value.strip()}


def plain(value: Any) -> str:
    """Words as they were typed, but for what no database keeps: NUL and halves of surrogate pairs."""
    text = "" if value is None else str(value)[:LONGEST_VALUE]
    return text.replace("\0", "\ufffd").encode(errors="surrogatepass").decode(errors="replace")


def words_of(value: Any) -> str:
    """The same without space around it; '' where there is nothing to be read in it: only space and control characters,
    or what stands for what was lost.
    """
    text = plain(value).strip()
    return text if any(map(_is_read, text)) else ""


def _is_read(sign: str) -> bool:
    return sign != "\ufffd" and unicodedata.category(sign)[0] not in "CZ"


def name_models(drafts: Sequence[Submission]) -> None:
    """Let each new entry among them stand under the Device Model of its manufacturer that it names, and no other.

    What was chosen when it was begun counts no more once something else is typed. The caller saves.
    """
    keys = {id(draft): key_in(draft.content) for draft in drafts if draft.kind == SubmissionKind.NEW_ENTRY}
    joined = {key[1] for key in keys.values() if key}
    makers = {draft.manufacturer_id for draft in drafts}
    rows = DeviceModel.objects.filter(manufacturer__in=makers, duis_model__in=joined).select_related("identifier")
    known = {(row.manufacturer_id, row.identifier.code, row.duis_model): row for row in rows} if joined else {}
    for draft in drafts:
        if id(draft) in keys:
            key = keys[id(draft)]
            draft.device_model = known.get((draft.manufacturer_id or 0, *key)) if key else None


def check(held: Submission) -> list[Problem]:
    """Run the named checks and keep what they found with the submission, which the caller saves."""
    problems = problems_of(held)
    held.problems = [dict(problem.as_json()) for problem in problems]
    held.checked_at = timezone.now()
    return problems


def snapshot(held: Submission) -> dict[str, Any]:
    """What the step of sending it keeps: the content without contact details, and what changed since last time.

    Details are compared by a keyed digest, so that a change of a telephone number shows and the number does not.
    """
    content = {name: GIVEN if name in CONTACT_FIELDS else value for name, value in held.content.items()}
    seals = {name: _seal(held, name) for name in CONTACT_FIELDS if name in held.content}
    before = held.steps.filter(details__has_key="content").last()
    changed = _changed({**content, **seals}, before.details) if before else []
    return {"edition": held.edition, "content": content, "seals": seals, "changed": changed}


def _changed(now: Mapping[str, str], before: Mapping[str, Any]) -> list[str]:
    then = {**before["content"], **before["seals"]}
    return sorted(name for name in {*now, *then} if now.get(name, "") != then.get(name, ""))


def _seal(held: Submission, name: str) -> str:
    value = f"{held.pk}:{name}:{held.content[name]}"
    return salted_hmac("cpl.submissions.contact", value, algorithm="sha256").hexdigest()[:32]
