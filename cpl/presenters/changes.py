"""What a submission would change, field by field, beside what is published now."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from accounts.access import Person, can
from accounts.models import User
from accounts.permissions import READ_EVERY_RECORD
from cpl import proposals
from cpl.choices import FieldState, PathwayState, SubmissionKind, SubmissionState
from cpl.models import VOLUNTARY_FIELDS, CPLEntry, DeviceModel, Submission, UpgradePathLink
from cpl.presenters.contacts import contact_on_page
from cpl.presenters.field_words import LABELS, kind_of, words_of
from cpl.presenters.fields import pathway_state
from cpl.proposals import CONTACT_FIELDS, FIELDS, MODEL_FIELDS, PATHWAY_FIELDS, Proposal
from cpl.readings.records import ContactDetails
from cpl.selectors import history

Kind = SubmissionKind

CONTACT_KEPT: Final = "Given; shown to its author and SECAS only"
ON_ITS_PAGE: Final = "On the contact’s own page"
_BRINGS_ITS_OWN: Final = frozenset({Kind.NEW_ENTRY, Kind.ADDED_MODEL})
"""Kinds that make a new entry: what they leave blank stays blank. Elsewhere it stays as published."""


@dataclass(frozen=True)
class Line:
    """One field. `now` and `proposed` are words; '' is nothing, and the state beside it may say why.

    `now_state` and `state` are values of FieldState for voluntary fields without a value, or '' (for the template tag
    `field_state`). `wrong` says why what was typed cannot be read: `proposed` is then as it was typed.
    """

    name: str
    label: str
    now: str
    proposed: str
    changed: bool
    now_state: str = ""
    state: str = ""
    kind: str = "text"
    wrong: str = ""
    remark: str = ""
    voluntary: bool = False


@dataclass(frozen=True)
class _Side:
    """What stands on one side of a line: the value to compare, its words, and the state where there is no value."""

    value: Any = None
    words: str = ""
    state: str = ""


def changes_of(submission: Submission, viewer: Person) -> list[Line]:
    """Every field of the kind, in the order of its form, as far as this viewer may know what is published.

    Details of a contact that is proposed are told to the author's Party and to SECAS (with its auditors) alone;
    those of a published contact to nobody here: they are on its own page, where each look is recorded.
    Of what is published already the side `now` is what stood there before.
    """
    proposal = proposals.read(submission)
    sides = _Before(submission, viewer) if is_published(submission) else _Published(submission, viewer)
    told = _may_read_contact(submission, viewer)
    return [_line(name, proposal, submission.content, sides, told) for name in _names(proposal.kind)]


def is_published(submission: Submission) -> bool:
    """Whether what it says stands on the list, so that its table tells what it changed."""
    return submission.state in (SubmissionState.PUBLISHED, SubmissionState.LOADED)


def is_new(submission: Submission) -> bool:
    """Whether it makes a new entry, so that nothing of it is published yet."""
    return submission.kind in _BRINGS_ITS_OWN


def left_for_later(lines: Iterable[Line]) -> list[str]:
    """The labels of voluntary fields that neither say nor hold anything."""
    return [line.label for line in lines if _is_left(line)]


def told(lines: Iterable[Line]) -> list[Line]:
    """The lines without those that are left for later."""
    return [line for line in lines if not _is_left(line)]


def _is_left(line: Line) -> bool:
    empty = FieldState.NOT_SUPPLIED
    unsaid = not line.proposed and not line.wrong and line.state in ("", empty)
    return line.voluntary and unsaid and not line.now and line.now_state in ("", empty)


def what_changes(submission: Submission, viewer: Person) -> list[Line]:
    """The lines that say something: changed, or not readable."""
    return [line for line in changes_of(submission, viewer) if line.changed or line.wrong]


def _names(kind: SubmissionKind) -> Iterator[str]:
    """The fields of a kind with one line for the contact among voluntary fields, and one for the pathway."""
    voluntary = kind in (Kind.NEW_ENTRY, Kind.INFORMATION)
    for name in FIELDS[kind]:
        if name != "predecessors" and not (voluntary and name in CONTACT_FIELDS):
            yield name


def _may_read_contact(submission: Submission, viewer: Person) -> bool:
    if can(viewer, READ_EVERY_RECORD):
        return True
    return isinstance(viewer, User) and submission.party_id in {acting.party for acting in viewer.active_memberships}


def _line(name: str, proposal: Proposal, content: Mapping[str, Any], published: "_Published", told: bool) -> Line:
    voluntary = proposal.kind in (Kind.NEW_ENTRY, Kind.INFORMATION) and name in VOLUNTARY_FIELDS
    now, then = published.side(name), _proposed(name, proposal, voluntary)
    wrong, typed = _wrong(name, proposal, content)
    keeps_quiet = not told and (name in CONTACT_FIELDS or name == "contact") and bool(then.words or wrong)
    return Line(
        name,
        LABELS[name],
        now.words,
        CONTACT_KEPT if keeps_quiet else (typed if wrong else then.words),
        changed=_differs(now, then, proposal.kind),
        now_state=now.state,
        state=then.state,
        kind=kind_of(name),
        wrong="" if keeps_quiet else wrong,
        remark=proposal.remarks.get(name, ""),
        voluntary=voluntary,
    )


def _differs(now: _Side, then: _Side, kind: SubmissionKind) -> bool:
    """Nothing said changes nothing; for a new entry all that is said is new."""
    if not then.words and then.state in ("", FieldState.NOT_SUPPLIED):
        return False
    return kind in _BRINGS_ITS_OWN or (then.value, then.state) != (now.value, now.state)


def _proposed(name: str, proposal: Proposal, voluntary: bool) -> _Side:
    if name == "pathway_state":
        return _pathway_side(proposal.pathway)
    if voluntary:
        value, state = proposal.answers.get(name, (None, FieldState.NOT_SUPPLIED))
        return _Side(value, words_of(name, value), "" if value is not None else str(state))
    value = proposal.values.get(name)
    return _Side(value, words_of(name, value))


def _pathway_side(pathway: proposals.Pathway | None) -> _Side:
    if pathway is None:
        return _Side()
    named = frozenset(pathway.predecessors)
    words = ", ".join(pathway.predecessors) if named else str(pathway.state.label)
    return _Side((pathway.state, named), words)


def _wrong(name: str, proposal: Proposal, content: Mapping[str, Any]) -> tuple[str, str]:
    """Why a line cannot be read, and what was typed there; a line may stand for several fields."""
    parts = {"contact": CONTACT_FIELDS, "pathway_state": PATHWAY_FIELDS}.get(name, (name,))
    found = [one for one in proposal.unreadable if one.field in parts]
    typed = ", ".join(str(content.get(part, "")) for part in parts if part != "pathway_state" and content.get(part))
    return " ".join(one.message for one in found), typed


_REMOVAL: Final = {"reason": "removal_reason", "reference": "removal_reference"}
"""Columns of an entry that are called otherwise in a submission; a reason is published of a removal alone."""


class _Published:
    """What is published now, read once for all lines; nothing of what the viewer may not see."""

    def __init__(self, submission: Submission, viewer: Person) -> None:
        self._submission, self._viewer = submission, viewer
        self._entry = _entry(submission, viewer)
        self._model = _model(submission, self._entry)

    def side(self, name: str) -> _Side:
        """The published side of a line."""
        if self._submission.kind == Kind.CONTACT:
            return self._of_contact(name)
        if name in MODEL_FIELDS and self._submission.kind in _BRINGS_ITS_OWN:
            return self._of_model(name)
        entry = self._entry
        if entry is None or self._submission.kind in _BRINGS_ITS_OWN:
            return _Side()
        if name == "pathway_state":
            return self._of_pathway(entry)
        if name in VOLUNTARY_FIELDS:
            return self._voluntary(entry, name)
        return _of_entry(entry, _REMOVAL.get(name, name)) if self._removes or name != "reason" else _Side()

    @property
    def _removes(self) -> bool:
        return self._submission.kind == Kind.REMOVAL

    def _of_model(self, name: str) -> _Side:
        model = self._model
        if model is None:
            return _Side()
        value = {
            "manufacturer_identifier": model.identifier.code,
            "device_model": model.duis_model,
            "model_name": model.name,
        }.get(name) or getattr(model, name, "")
        return _Side(value, words_of(name, value))

    def _of_contact(self, name: str) -> _Side:
        contact = self._submission.contact
        if contact is None:
            return _Side()
        column = name.removeprefix("contact_")
        value = getattr(contact, column)
        shown = value if column == "team" else ON_ITS_PAGE
        return _Side(value, shown if value else "")

    def _of_pathway(self, entry: CPLEntry) -> _Side:
        seen = CPLEntry.objects.visible_to(self._viewer)
        links = UpgradePathLink.objects.filter(entry=entry, predecessor__in=seen).order_by("predecessor__cpl_entry_id")
        named = list(links.values_list("predecessor__cpl_entry_id", flat=True))
        state = PathwayState(pathway_state(entry.pathway_state, known=bool(named)))
        return _Side((state, frozenset(named)), ", ".join(named) or str(state.label))

    def _voluntary(self, entry: CPLEntry, name: str) -> _Side:
        record = entry.information
        if record is None:
            return _Side(state=FieldState.NOT_SUPPLIED.value)
        state = getattr(record, f"{name}_state")
        if state != FieldState.SUPPLIED:
            return _Side(state=state)
        if name == "contact":
            return _Side(_details(entry), contact_on_page(entry))
        value = getattr(record, name)
        return _Side(value, words_of(name, value))


class _Before(_Published):
    """What was published before this submission was, from the append-only row history."""

    def __init__(self, submission: Submission, viewer: Person) -> None:
        super().__init__(submission, viewer)
        entry, moment = self._entry, submission.published_at
        self._then = history.entry_before(entry, moment, viewer) if entry and moment else None
        self._record = history.information_before(entry, moment, viewer) if entry and moment else None

    def side(self, name: str) -> _Side:
        """The side of a line as it stood then; a contact and a Device Model are not told: they are on their pages."""
        entry, kind = self._entry, self._submission.kind
        if entry is None or kind == Kind.CONTACT or kind in _BRINGS_ITS_OWN:
            return _Side()
        if name == "pathway_state":
            return self._of_pathway(entry)
        if name in VOLUNTARY_FIELDS:
            return self._voluntary(entry, name)
        return _of_entry(self._then, name) if name not in _REMOVAL else _Side()

    def _of_pathway(self, entry: CPLEntry) -> _Side:
        moment = self._submission.published_at
        keys = history.predecessors_before(entry, moment) if moment else []
        seen = CPLEntry.objects.visible_to(self._viewer).filter(pk__in=keys).order_by("cpl_entry_id")
        named = list(seen.values_list("cpl_entry_id", flat=True))
        stood = getattr(self._then, "pathway_state", PathwayState.NOT_PROVIDED)
        state = PathwayState(pathway_state(stood, known=bool(named)))
        return _Side((state, frozenset(named)), ", ".join(named) or str(state.label))

    def _voluntary(self, entry: CPLEntry, name: str) -> _Side:
        state = getattr(self._record, f"{name}_state", FieldState.NOT_SUPPLIED.value)
        if state != FieldState.SUPPLIED:
            return _Side(state=state)
        if name == "contact":
            return _Side(words=ON_ITS_PAGE)
        value = getattr(self._record, name)
        return _Side(value, words_of(name, value))


def _entry(submission: Submission, viewer: Person) -> CPLEntry | None:
    if submission.entry_id is None:
        return None
    visible = CPLEntry.objects.visible_to(viewer).with_information(viewer).with_contacts(viewer)
    return visible.defer("search_text").filter(pk=submission.entry_id).first()


def _model(submission: Submission, entry: CPLEntry | None) -> DeviceModel | None:
    """The Device Model that a new entry is about; of an added model there is none yet."""
    key = submission.device_model_id if submission.kind == Kind.NEW_ENTRY else None
    return DeviceModel.objects.select_related("identifier").filter(pk=key).first() if key else None


def _of_entry(entry: Any, name: str) -> _Side:
    value = getattr(entry, name, None)
    return _Side(value or None, words_of(name, value))


def _details(entry: CPLEntry) -> ContactDetails | None:
    contact = entry.contact
    return ContactDetails(contact.team, contact.email, contact.telephone) if contact else None
