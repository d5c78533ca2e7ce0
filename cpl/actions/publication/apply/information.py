"""FIR records: what the manufacturer says of a version, and that it withdraws it."""

from typing import Any, Final

from cpl.actions import visibility
from cpl.actions.publication.apply.contacts import contact_with
from cpl.actions.publication.apply.pathways import set_pathway
from cpl.actions.publication.apply.run import Run, as_told, change, given_by
from cpl.choices import Audience, FieldState, LogKind
from cpl.models import VOLUNTARY_FIELDS, CPLEntry, FirmwareInformation, Submission
from cpl.proposals import Proposal
from cpl.readings.records import ContactDetails

_EMPTY: Final = {name: None if FirmwareInformation._meta.get_field(name).null else "" for name in VOLUNTARY_FIELDS}


def write(run: Run, submission: Submission, said: Proposal) -> None:
    """Make the record or change it; what the submission leaves open stays as it is."""
    entry = run.entry_of(submission)
    if entry is None:
        return
    if not said.answers and said.pathway is None:
        run.refuse(submission, "It answers no field.", "Refuse it, or query it.")
        return
    if said.answers:
        write_answers(run, submission, entry, said)
    if said.pathway:
        set_pathway(run, submission, entry, said.pathway)


def write_answers(run: Run, submission: Submission, entry: CPLEntry, said: Proposal) -> None:
    """The voluntary fields that were answered, each with where it comes from, since when and by whom."""
    record = _new_record(run, entry) if entry.pk in run.fresh else _record(entry)
    fields, provenance = {}, given_by(submission, run)
    for name, (value, state) in said.answers.items():
        before = _told(record, name)
        setattr(record, name, _EMPTY[name] if value is None else _stored(run, submission, entry, value))
        setattr(record, f"{name}_state", state.value)
        record.provenance[name] = provenance
        fields[name] = change(before, _told(record, name))
    if entry.pk in run.fresh:
        run.new_records.append(record)
    else:
        record.save()
    run.tell(submission, LogKind.INFORMATION_PUBLISHED, entry, fields=fields)


def withdraw(run: Run, submission: Submission, said: Proposal) -> None:
    """The manufacturer withdraws the version, with its reason; that stays on record for good."""
    entry = run.entry_of(submission)
    if entry is None:
        return
    record, reason = _record(entry), said.values.get("reason", "")
    if record.withdrawn_on or not reason:
        words = f"{entry.cpl_entry_id} was withdrawn already." if reason else "It gives no reason."
        run.refuse(submission, words, "Refuse it, or query it.")
        return
    record.withdrawn_on, record.withdrawal_reason = run.fact_day, reason
    record.save()
    run.tell(
        submission, LogKind.VERSION_WITHDRAWN, entry,
        fields={"withdrawn_on": {"after": as_told(record.withdrawn_on)}}, reason=reason,
    )  # fmt: skip


def _record(entry: CPLEntry) -> FirmwareInformation:
    return FirmwareInformation.objects.filter(entry=entry).first() or FirmwareInformation(entry=entry)


def _new_record(run: Run, entry: CPLEntry) -> FirmwareInformation:
    """The record of a new entry, for whoever is to see it."""
    inherited = run.audiences[entry.device_model_id].record
    audience = Audience.ALL_PARTIES if inherited.parties is None else Audience.NAMED_PARTIES
    return FirmwareInformation(entry=entry, audience=audience)


def save_new(run: Run) -> None:
    """Save the records of new entries, all at once."""
    FirmwareInformation.objects.bulk_create(run.new_records)
    for record in run.new_records:
        inherited = run.audiences[record.entry.device_model_id].record
        if inherited.parties is not None:
            visibility.inherit(record=record, parties=inherited.parties, like=inherited.like, by=run.issue.published_by)


def _stored(run: Run, submission: Submission, entry: CPLEntry, value: Any) -> Any:
    is_contact = isinstance(value, ContactDetails)
    return contact_with(run, submission, entry.manufacturer, value) if is_contact else value


def _told(record: FirmwareInformation, name: str) -> Any:
    """A field as the log tells it: how it was answered, or its value; of a contact only that there is one."""
    state = FieldState(getattr(record, f"{name}_state"))
    if state != FieldState.SUPPLIED:
        return str(state.label)
    return "Given" if name == "contact" else as_told(getattr(record, name))
