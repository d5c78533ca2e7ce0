"""What changes on entries of the list: corrections, hashes, removals."""

from cpl.actions.publication.apply.run import Run, as_told, change
from cpl.actions.publication.dates import shown
from cpl.choices import LogKind
from cpl.models import Submission
from cpl.proposals import CORRECTABLE, Proposal


def correct(run: Run, submission: Submission, said: Proposal) -> None:
    """Change the facts that differ; at least one does."""
    entry = run.entry_of(submission)
    if entry is None:
        return
    given = {name: said.values[name] for name in CORRECTABLE if name in said.values}
    fields = {name: change(getattr(entry, name), value) for name, value in given.items()}
    fields = {name: both for name, both in fields.items() if both["before"] != both["after"]}
    if not fields:
        run.refuse(submission, "It changes nothing: the list says so already.", "Refuse it, or query it.")
        return
    for name in fields:
        setattr(entry, name, given[name])
    entry.save(update_fields=list(fields))
    run.touched_models.add(entry.device_model_id)
    run.tell(submission, LogKind.ENTRY_CORRECTED, entry, fields=fields, reason=said.values.get("reason", ""))


def add_hash(run: Run, submission: Submission, said: Proposal) -> None:
    """Give the entry its hash, which is final from then on."""
    entry, given = run.entry_of(submission), said.values.get("firmware_hash", "")
    if entry is None:
        return
    if not given or entry.firmware_hash:
        words = f"{entry.cpl_entry_id} has a hash already, which is final." if given else "It gives no hash."
        run.refuse(submission, words, "Refuse it, or query it.")
        return
    entry.firmware_hash = given
    entry.save(update_fields=["firmware_hash"])
    run.tell(submission, LogKind.ENTRY_CORRECTED, entry, fields={"firmware_hash": change("", given)})


def remove(run: Run, submission: Submission, said: Proposal) -> None:
    """Take the entry off the list, with reason, date and reference; it stays on record."""
    entry = run.entry_of(submission)
    if entry is None:
        return
    if entry.removed_on:
        run.refuse(submission, f"{entry.cpl_entry_id} was removed already.", "Refuse it.")
        return
    day = said.values.get("removed_on", run.fact_day)
    if entry.published_on and day < entry.published_on:
        days = f"on {shown(day)}, before it was published: {shown(entry.published_on)}"
        message = f"It removes {entry.cpl_entry_id} {days}."
        run.refuse(submission, message, "Publish it on that day or later, or query it for the right date.")
        return
    entry.removed_on = day
    entry.removal_reason = said.values.get("reason", "")
    entry.removal_reference = said.values.get("reference", "")
    entry.save(update_fields=["removed_on", "removal_reason", "removal_reference"])
    run.touched_models.add(entry.device_model_id)
    run.tell(
        submission, LogKind.ENTRY_REMOVED, entry, fields={"removed_on": {"after": as_told(entry.removed_on)}},
        reason=entry.removal_reason, reference=entry.removal_reference,
    )  # fmt: skip
