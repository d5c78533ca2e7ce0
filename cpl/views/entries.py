"""One CPL Entry: every field with its state and source, where one can go from here, and its history."""

from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.access import require
from accounts.models import User
from accounts.permissions import READ_REPOSITORY
from cpl.actions.submissions import may
from cpl.actions.submissions.drafts import ABOUT_AN_ENTRY
from cpl.models import CPLEntry, CPLIssue
from cpl.presenters.contacts import contact_on_page
from cpl.presenters.fields import list_fields, pathway_state, provenance, voluntary_fields
from cpl.presenters.onward import onward, to_recommended
from cpl.presenters.routes import whom_to_ask
from cpl.selectors import history, supplied
from cpl.selectors.certificates import lapsed_on
from cpl.selectors.issues import load_due
from cpl.selectors.known import KnownModel
from cpl.selectors.linked import Linked, linked_versions
from cpl.selectors.model_entries import entries_of, linked_entries
from cpl.selectors.own_submissions import underway
from cpl.selectors.pathways import Links
from cpl.views.looking import known_on_looking

_WITH = ("device_model__manufacturer", "device_model__identifier")


def entry(request: HttpRequest, entry_id: str) -> HttpResponse:
    """The entry today, or as it stood at the end of a day (`?as_at=2026-11-01`)."""
    user = require(request, READ_REPOSITORY)
    visible = CPLEntry.objects.visible_to(user).with_information(user).with_contacts(user).with_notes(user)
    found = get_object_or_404(visible.select_related(*_WITH).defer("search_text"), cpl_entry_id=entry_id)
    as_at, unclear = history.day_asked(request.GET.get("as_at", ""))
    if as_at:
        return render(request, "cpl/entry_as_at.html", _then(user, found, as_at))
    return render(request, "cpl/entry.html", {**_now(user, found), "as_at_unclear": unclear})


def _now(user: User, entry: CPLEntry) -> dict[str, object]:
    entries, versions = _siblings(user, entry)
    known = known_on_looking(user, entry.device_model, versions)
    summary, by_key, links = known.summary, known.versions, known.network.links
    may_submit = any(may.parties_for(user, kind, entry.device_model.manufacturer) for kind in ABOUT_AN_ENTRY)
    submitted = supplied.supplied(entry, user, pathway_known=not _hides_pathway(entry, links))
    loading = _loading(entry, supplied.issue_of(submitted))
    since = supplied.said_since(submitted)
    made = supplied.made_by(submitted)
    contact_from = _contact_from(entry, entries, known)
    return {
        "entry": entry,
        "certificate_flag": "" if entry.is_removed else lapsed_on(entry.cpa_date, entry.cpa_date_kind),
        "information": entry.information,
        "list_fields": list_fields(entry, blank={"loaded_on": loading} if made else {}),
        "loading": loading,
        "list_source": supplied.source_words(made) if made else _in_sentence(entry.get_source_display()),
        "said_since": since,
        "voluntary_fields": voluntary_fields(entry.information, contact_on_page(entry)),
        "notes_source": _notes_source(entry),
        "predecessors": [by_key[old] for old, new in links if new == entry.pk],
        "pathway_source": _pathway_source(entry, links),
        "supplied": submitted,
        "from_first_load": supplied.from_first_load(entry, since),
        "onward": onward(known, entry.device_model, by_key[entry.pk]),
        "to_recommended": to_recommended(known, entry.device_model, by_key[entry.pk]),
        "open_notices": known.notices.on(entry.pk),
        "contact_from": contact_from,
        "contact_is_of_another": contact_from != entry,
        "summary": summary,
        "is_recommended": summary.recommended is not None and summary.recommended.pk == entry.pk,
        "is_newest": summary.newest is not None and summary.newest.pk == entry.pk,
        "history": history.history_of(entry, user),
        "may_submit": may_submit,
        "underway": underway(user, entry) if may_submit else [],
    }


def _siblings(user: User, entry: CPLEntry) -> tuple[dict[int, CPLEntry], Linked]:
    """The versions of the model with their links; with the entries of all where this one names nobody to ask."""
    if entry.contact:
        visible = CPLEntry.objects.visible_to(user).with_information(user)
        return {entry.pk: entry}, linked_versions(visible, entry.device_model_id)
    entries = entries_of(user, entry.device_model_id)
    return entries, linked_entries(entries)


def _contact_from(entry: CPLEntry, entries: dict[int, CPLEntry], known: KnownModel) -> CPLEntry:
    """The entry itself where it names a contact that the person may see; else whom the page of its model names."""
    if entry.contact:
        return entry
    recommended = known.summary.recommended
    return whom_to_ask(known, entries, [entry.pk, *([recommended.pk] if recommended else [])])


def _in_sentence(words: str) -> str:
    return words[:1].lower() + words[1:]


def _loading(entry: CPLEntry, issue: CPLIssue | None) -> str:
    """Whether the DCC has loaded the entry, in a sentence: known of what an issue of this portal published."""
    if entry.loaded_on:
        return f"Loaded by the DCC on {entry.loaded_on.day} {entry.loaded_on:%B %Y}."
    due = load_due(issue) if issue else None
    if due is None:
        return "Whether the DCC has loaded it is not recorded here."
    local = timezone.localtime(due)
    told = "was due" if due < timezone.now() else "due"
    return f"Published, not yet loaded by the DCC, {told} by {local:%H:%M} on {local.day} {local:%B %Y}."


def _pathway_source(entry: CPLEntry, links: Links) -> str:
    """Who named the predecessors; silent where they are all hidden, for then none are known here."""
    return "" if _hides_pathway(entry, links) else provenance(entry.pathway_source, entry.pathway_given_on)


def _hides_pathway(entry: CPLEntry, links: Links) -> bool:
    """Whether there are predecessors and the person may see none of them."""
    known = any(after == entry.pk for _, after in links)
    return entry.pathway_state != pathway_state(entry.pathway_state, known=known)


def _notes_source(entry: CPLEntry) -> str:
    notes = entry.restricted_notes
    return provenance(notes.source, notes.given_on) if notes else ""


def _then(user: User, entry: CPLEntry, day: date) -> dict[str, object]:
    moment: datetime = history.end_of(day)
    row = history.entry_as_at(entry, moment, user)
    information = history.information_as_at(entry, moment, user) if row else None
    before = CPLEntry.objects.visible_to(user).filter(pk__in=history.predecessors_as_at(entry, moment))
    return {
        "entry": entry,
        "day": day,
        "then": row,
        "information": information,
        "list_fields": list_fields(row) if row else [],
        "voluntary_fields": voluntary_fields(information) if information else [],
        "predecessors": list(before.only("cpl_entry_id", "firmware_version")),
    }
