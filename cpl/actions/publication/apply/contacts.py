"""Contacts of manufacturers: a new one, or new details of one that records name already."""

from cpl.actions.publication.apply.run import Run, source_of
from cpl.choices import LogKind, Source
from cpl.models import Contact, Manufacturer, Submission
from cpl.proposals import Proposal
from cpl.readings.records import ContactDetails


def write(run: Run, submission: Submission, said: Proposal) -> None:
    """Make the contact, or change its details: every record that names it goes on naming it."""
    details, maker = said.contact, submission.manufacturer
    if details is None or maker is None:
        run.refuse(submission, "It gives no details of a contact.", "Refuse it, or query it.")
        return
    same = Contact.objects.filter(manufacturer=maker, **details._asdict()).first()
    if same is not None and submission.contact_id not in (None, same.pk):
        run.refuse(submission, "Another contact of the manufacturer has these very details.", "Refuse it, or query it.")
        return
    contact = same or _locked(submission) or Contact(manufacturer=maker)
    contact.team, contact.email, contact.telephone = details
    if source_of(submission) == Source.MANUFACTURER:
        contact.confirmed_on = run.fact_day
    submission_made = contact.pk is None
    contact.save()
    submission.contact = contact
    # Not one word of the contact: the log outlives every change of it and is read by many.
    run.tell(submission, LogKind.CONTACT_PUBLISHED, None, what="New contact" if submission_made else "Contact changed")


def contact_with(run: Run, submission: Submission, maker: Manufacturer, details: ContactDetails) -> Contact:
    """The contact with these details: one contact is one row, used by every record that names it.

    Its own manufacturer that gives it confirms it.
    """
    key = (maker.pk, details)
    if key not in run.contacts:
        run.contacts[key], _ = Contact.objects.get_or_create(manufacturer=maker, **details._asdict())
    contact = run.contacts[key]
    if source_of(submission) == Source.MANUFACTURER and contact.confirmed_on != run.fact_day:
        contact.confirmed_on = run.fact_day
        contact.save(update_fields=["confirmed_on"])
    return contact


def _locked(submission: Submission) -> Contact | None:
    return Contact.objects.select_for_update().filter(pk=submission.contact_id or 0).first()
