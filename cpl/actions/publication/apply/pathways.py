"""Upgrade pathways: which entries may be upgraded to an entry, or that nothing comes before, or is not yet said."""

import networkx as nx

from cpl.actions.publication.apply.order import referred
from cpl.actions.publication.apply.run import Run, change, source_of
from cpl.choices import LogKind
from cpl.models import CPLEntry, Submission, UpgradePathLink
from cpl.proposals import Pathway, Proposal


def write(run: Run, submission: Submission, said: Proposal) -> None:
    """Replace what is said of the predecessors of an entry."""
    entry = run.entry_of(submission)
    if entry is not None and said.pathway is None:
        run.refuse(submission, "It does not say what may be upgraded to the entry.", "Refuse it, or query it.")
    elif entry is not None and said.pathway is not None:
        set_pathway(run, submission, entry, said.pathway)


def set_pathway(run: Run, submission: Submission, entry: CPLEntry, pathway: Pathway) -> None:
    """State, links, source and date; an obstacle for a predecessor that cannot be one."""
    ends = _ends(run, submission, entry, pathway)
    if ends is None:
        return
    before = _names(entry)
    _say(run, submission, entry, pathway)
    _link(entry, ends)
    entry.save(update_fields=["pathway_state", "pathway_source", "pathway_given_on"])
    run.linked[entry.pk] = submission
    _tell(run, submission, entry, pathway, before, ends)


def begin_pathway(run: Run, submission: Submission, entry: CPLEntry, pathway: Pathway) -> None:
    """The same for an entry that is not saved yet: predecessors in this issue are made before it."""
    ends = _ends(run, submission, entry, pathway)
    if ends is not None:
        _say(run, submission, entry, pathway)
        run.begun.append((submission, entry, ends))
        _tell(run, submission, entry, pathway, [], ends)


def save_begun(run: Run) -> None:
    """Link the new entries, all at once, now that they have keys."""
    UpgradePathLink.objects.bulk_create(
        UpgradePathLink(entry=entry, predecessor=end, manufacturer_id=entry.manufacturer_id)
        for _, entry, ends in run.begun
        for end in ends
    )
    run.linked |= {entry.pk: submission for submission, entry, _ in run.begun}


def _say(run: Run, submission: Submission, entry: CPLEntry, pathway: Pathway) -> None:
    entry.pathway_state, entry.pathway_source = pathway.state, source_of(submission)
    entry.pathway_given_on = run.fact_day


def _tell(
    run: Run, submission: Submission, entry: CPLEntry, pathway: Pathway, before: list[str], ends: list[CPLEntry]
) -> None:
    after = sorted(end.cpl_entry_id for end in ends)
    fields = {"pathway_state": {"after": pathway.state.value}, "predecessors": change(before, after)}
    run.tell(submission, LogKind.PATHWAY_PUBLISHED, entry, fields=fields)


def _ends(run: Run, submission: Submission, entry: CPLEntry, pathway: Pathway) -> list[CPLEntry] | None:
    """The predecessors; None with obstacles noted where one of them cannot be one."""
    ends = [end for name in pathway.predecessors if (end := _end(run, submission, entry, name))]
    return ends if len(ends) == len(pathway.predecessors) else None


def refuse_circles(run: Run) -> None:
    """Note an obstacle for each pathway of this issue that leads back to where it started: nobody could follow it."""
    makers = {run.entries[key].manufacturer_id for key in run.linked}
    links = UpgradePathLink.objects.filter(manufacturer__in=makers).values_list("predecessor", "entry")
    for circle in nx.strongly_connected_components(nx.DiGraph(list(links.order_by()))):
        for key in sorted(circle & run.linked.keys()) if len(circle) > 1 else ():
            names = CPLEntry.objects.filter(pk__in=circle).order_by("cpl_entry_id")[:5]
            run.refuse(
                run.linked[key],
                f"The previous versions lead in a circle: {', '.join(map(str, names))}.",
                "Query it: its author has to say which version comes first.",
            )


def _end(run: Run, submission: Submission, entry: CPLEntry, name: str) -> CPLEntry | None:
    """The entry that a predecessor's name means; None with an obstacle noted."""
    key = referred(name)
    found = run.made.get(key) if key is not None else CPLEntry.objects.filter(cpl_entry_id=name).first()
    if found is None:
        run.refuse(submission, f"The previous entry {name} exists nowhere.", "Query it for the right entry.")
    elif found is entry or found.cpl_entry_id == entry.cpl_entry_id:
        run.refuse(submission, f"{name} names itself as its previous version.", "Query it for the right entry.")
    elif found.manufacturer_id != entry.manufacturer_id:
        run.refuse(submission, f"The previous entry {name} is another manufacturer’s.", "Query it for the right entry.")
    else:
        return found
    return None


def _names(entry: CPLEntry) -> list[str]:
    rows = UpgradePathLink.objects.filter(entry=entry).order_by("predecessor__cpl_entry_id")
    return list(rows.values_list("predecessor__cpl_entry_id", flat=True))


def _link(entry: CPLEntry, ends: list[CPLEntry]) -> None:
    """Make the links what is wanted; those that stay are not touched."""
    wanted = {end.pk for end in ends}
    links = UpgradePathLink.objects.filter(entry=entry)
    there = set(links.values_list("predecessor", flat=True))
    links.exclude(predecessor__in=wanted).delete()
    UpgradePathLink.objects.bulk_create(
        UpgradePathLink(entry=entry, predecessor_id=end, manufacturer_id=entry.manufacturer_id)
        for end in sorted(wanted - there)
    )
