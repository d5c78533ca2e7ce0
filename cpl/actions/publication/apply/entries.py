"""New entries, and Device Models added under a certificate that another entry has."""

from typing import Any, Final

from cpl.actions import visibility
from cpl.actions.publication.apply import information, pathways
from cpl.actions.publication.apply.models import model_of
from cpl.actions.publication.apply.run import Run, as_told, source_of
from cpl.choices import Audience, LogKind, SubmissionKind
from cpl.models import CPLEntry, DeviceModel, Submission
from cpl.proposals import CERTIFICATE_FIELDS, VERSION_FIELDS, Proposal
from cpl.selectors.inherited import Inherited

_FACTS: Final = ("model_name", *VERSION_FIELDS, *CERTIFICATE_FIELDS)


def write(run: Run, submission: Submission, said: Proposal) -> None:
    """Make the entry, with its Device Model where that is new; it is saved with all the others."""
    model = model_of(run, submission, said)
    if model is None:
        return
    facts = _facts(run, submission, said, model)
    if _is_there(run, submission, model, facts.get("firmware_version", "")):
        return
    entry = CPLEntry(
        cpl_entry_id=next(run.ids),
        device_model=model,
        manufacturer=model.manufacturer,
        device_type=model.device_type,
        published_on=run.day,
        source=source_of(submission),
        audience=_audience(run.audiences_of(model, submission).entry),
        **facts,
    )
    run.made[submission.pk] = entry
    _tell(run, submission, entry, facts)
    if said.pathway:
        pathways.begin_pathway(run, submission, entry, said.pathway)
    submission.device_model = model


def save(run: Run, submissions: list[Submission]) -> None:
    """Save the new entries and their pathways, all at once: hundreds in as many statements as one."""
    new = {one.pk: run.made[one.pk] for one in submissions if one.pk in run.made and run.made[one.pk].pk is None}
    CPLEntry.objects.bulk_create(new.values())
    for one in submissions:
        if one.pk in new:
            one.entry = run.entries[new[one.pk].pk] = new[one.pk]
            run.touched_models.add(new[one.pk].device_model_id)
            run.fresh.add(new[one.pk].pk)
            _name_parties(run, new[one.pk])
    pathways.save_begun(run)


def _audience(inherited: Inherited) -> Audience:
    return Audience.ALL_PARTIES if inherited.parties is None else Audience.NAMED_PARTIES


def _name_parties(run: Run, entry: CPLEntry) -> None:
    inherited = run.audiences[entry.device_model_id].entry
    if inherited.parties is not None:
        visibility.inherit(record=entry, parties=inherited.parties, like=inherited.like, by=run.issue.published_by)


def write_the_rest(run: Run, submission: Submission, said: Proposal) -> None:
    """Firmware information of an entry that was just made."""
    entry = run.made.get(submission.pk)
    if entry is not None and said.answers:
        information.write_answers(run, submission, entry, said)


def _tell(run: Run, submission: Submission, entry: CPLEntry, facts: dict[str, Any]) -> None:
    model = entry.device_model
    identity = {
        "manufacturer_identifier": model.identifier.code,
        "device_model": model.model_identifier + model.hardware_version + model.hardware_revision,
        "device_type": model.device_type,
        "esme_variant": model.esme_variant,
    }
    told = {**identity, **facts, "published_on": entry.published_on}
    fields = {name: {"after": as_told(value)} for name, value in told.items() if value not in ("", None)}
    run.tell(submission, LogKind.ENTRY_PUBLISHED, entry, fields=fields)


def _facts(run: Run, submission: Submission, said: Proposal, model: DeviceModel) -> dict[str, Any]:
    """What the list says of the entry. An added model has the certificates of the entry that it is added to."""
    facts = {name: said.values[name] for name in _FACTS if name in said.values}
    if submission.kind == SubmissionKind.ADDED_MODEL and (basis := run.entry_of(submission)):
        facts |= {name: getattr(basis, name) for name in CERTIFICATE_FIELDS}
    return {"model_name": model.name, **facts}


def _is_there(run: Run, submission: Submission, model: DeviceModel, version: str) -> bool:
    """Whether the list has this version already, or gets it from this very issue; that is an obstacle."""
    versions = run.versions_of(model)
    if version in versions:
        run.refuse(
            submission,
            f"{model} has an entry of firmware version {version or '(none)'} already.",
            "Refuse it, or query it for the right version.",
        )
        return True
    versions.add(version)
    return False
