"""Upgrade pathways: what the rows say of predecessors, and whether the whole stays a pathway.

Predecessors exist, are of the same manufacturer, and never lead back to where they started.
"""

from collections.abc import Iterable, Iterator

import networkx as nx

from cpl.actions.imports import ModelKey, Pathway
from cpl.choices import PathwayState, Source
from cpl.readings.cells import NOT_APPLICABLE
from cpl.spreadsheets.columns import SheetKind
from cpl.spreadsheets.plan.draft import Draft
from cpl.spreadsheets.plan.records import kept_words
from cpl.spreadsheets.row_form import Row

_WHICH = "Name entries of the list that may be upgraded to this one; write N/A where nothing comes before."


def named_entries(rows: Iterable[Row]) -> set[str]:
    """Every CPL Entry ID that some row names as a predecessor."""
    return {entry_id for row in rows for entry_id in _named(row)}


def propose(draft: Draft) -> None:
    """Gather what accepted rows say of predecessors; refuse a row that contradicts an earlier one."""
    draft.pathways = {}
    for row in (*draft.accepted_listed(), *draft.accepted_records()):
        if (pathway := _said(row, draft)) and not _is_kept(draft, row.entry_id, pathway):
            first, said = draft.pathways.setdefault(row.entry_id, (row, pathway))
            if set(said.predecessors) != set(pathway.predecessors) or said.state != pathway.state:
                row.refuse(
                    "predecessors",
                    f"Other previous entries are named for {row.entry_id} in {first.place}: {words(said)}.",
                    "Correct whichever is wrong, or leave one of the two cells empty.",
                )


def check(draft: Draft) -> bool:
    """Refuse rows whose predecessors cannot be; returns whether any row was refused.

    A refused row takes entries and makers with it, so this is asked again until nothing more is refused.
    """
    before = _refusals(draft)
    for row, pathway in draft.pathways.values():
        _check_ends(draft, row, pathway)
    if _refusals(draft) == before:
        _refuse_links_between_makers(draft)
    if _refusals(draft) == before:
        _refuse_cycles(draft)
    return _refusals(draft) != before


def changes(draft: Draft) -> dict[str, Pathway]:
    """The pathways that differ from what the repository knows, by CPL Entry ID; new entries included."""
    return {entry_id: pathway for entry_id, (_, pathway) in draft.pathways.items() if differs(draft, entry_id, pathway)}


def differs(draft: Draft, entry_id: str, pathway: Pathway) -> bool:
    """Whether this is not what the repository knows; who said it, and when, does not count."""
    known = draft.known.entries.get(entry_id)
    if known is None or known.pathway_state != pathway.state:
        return True
    return draft.known.links.get(entry_id, frozenset()) != frozenset(pathway.predecessors)


def warn_of_pathways_kept(draft: Draft) -> None:
    """Tell of rows that say otherwise than the manufacturer did in the portal, which goes before them."""
    for row in (*draft.accepted_listed(), *draft.accepted_records()):
        if (pathway := _said(row, draft)) and _is_kept(draft, row.entry_id, pathway):
            day = draft.known.entries[row.entry_id].pathway_given_on
            row.warn("predecessors", kept_words(day.isoformat() if day else ""))


def words(pathway: Pathway) -> str:
    """A pathway as people read it: *N/A* and *not yet provided* are different facts."""
    return described(pathway.state, pathway.predecessors)


def described(state: str, predecessors: Iterable[str]) -> str:
    """The entries, or in words why there are none."""
    if state == PathwayState.THESE_ENTRIES:
        return ", ".join(sorted(predecessors))
    return str(PathwayState(state).label)


def _named(row: Row) -> tuple[str, ...]:
    said = row.values.get("predecessors")
    return said if isinstance(said, tuple) else ()


def _said(row: Row, draft: Draft) -> Pathway | None:
    """What the row says; None where it leaves that open."""
    named, source = _named(row), Source.CPL_WORKBOOK
    if row.layout.kind is SheetKind.FIR:
        source = Source.FIR_WORKBOOK
    if named:
        return Pathway(PathwayState.THESE_ENTRIES.value, named, source.value, draft.given_on)
    if row.values.get("predecessors") is NOT_APPLICABLE:
        return Pathway(PathwayState.NOT_APPLICABLE.value, (), source.value, draft.given_on)
    return None


def _is_kept(draft: Draft, entry_id: str, pathway: Pathway) -> bool:
    """Whether the manufacturer itself gave the pathway that this one would replace."""
    known = draft.known.entries.get(entry_id)
    from_maker = known is not None and known.pathway_source == Source.MANUFACTURER and not draft.known.scope.is_own
    return from_maker and differs(draft, entry_id, pathway)


def _refusals(draft: Draft) -> int:
    return sum(1 for row in (*draft.listed, *draft.records) if row.problems)


def _check_ends(draft: Draft, row: Row, pathway: Pathway) -> None:
    for end in pathway.predecessors:
        if end == row.entry_id:
            row.refuse("predecessors", f"{end} names itself as its previous version.", _WHICH)
        elif not draft.exists(end):
            row.refuse("predecessors", _unknown(draft, end), _cure_of_unknown(draft, end))
        elif draft.maker_of(end) != draft.maker_of(row.entry_id):
            row.refuse("predecessors", _other_maker(draft, end, row.entry_id), _WHICH)


def _unknown(draft: Draft, end: str) -> str:
    if first := draft.claims.get(end):
        return f"The previous entry {end} stands in {first.place}, which is refused."
    return f"The previous entry {end} exists nowhere: neither in this workbook nor in the repository."


def _cure_of_unknown(draft: Draft, end: str) -> str:
    return "Correct that row first." if end in draft.claims else _WHICH


def _other_maker(draft: Draft, end: str, entry_id: str) -> str:
    theirs, ours = (draft.maker_name(draft.maker_of(name)) for name in (end, entry_id))
    return f"The previous entry {end} is of another manufacturer: {theirs}, not {ours}."


def _refuse_links_between_makers(draft: Draft) -> None:
    """A Device Model that gets another manufacturer must not leave pathways that lead to the old one."""
    moved = {key for key, facts in draft.models.items() if _is_moved(draft, key, facts.maker)}
    for entry, end in _known_links(draft) if moved else ():
        if draft.maker_of(entry) != draft.maker_of(end):
            for row in _rows_of(draft, {entry, end}, moved):
                row.refuse(
                    "manufacturer",
                    f"The manufacturer of this Device Model would change, but its pathway {end} to {entry} "
                    f"would then lead to another manufacturer.",
                    "Change the manufacturer of both Device Models in one workbook, or correct the name.",
                )


def _is_moved(draft: Draft, key: ModelKey, maker: str) -> bool:
    known = draft.known.models.get(key)
    return known is not None and known.maker != maker


def _rows_of(draft: Draft, entries: set[str], moved: set[ModelKey]) -> list[Row]:
    keys = {key for entry in entries if (key := draft.model_of(entry)) in moved}
    return [row for row in draft.accepted_listed() if draft.key(row) in keys]


def _known_links(draft: Draft) -> Iterator[tuple[str, str]]:
    """Links of the repository that no row replaces."""
    for entry, ends in draft.known.links.items():
        if entry not in draft.pathways:
            yield from ((entry, end) for end in ends)


def _refuse_cycles(draft: Draft) -> None:
    """Refuse every row that closes a cycle: nobody could upgrade along it to its end."""
    new = {entry: said for entry, said in draft.pathways.items() if differs(draft, entry, said[1])}
    if not any(pathway.predecessors for _, pathway in new.values()):
        return
    graph = nx.DiGraph(_known_links(draft))
    graph.add_edges_from((entry, end) for entry, (_, p) in draft.pathways.items() for end in p.predecessors)
    for cycle in nx.strongly_connected_components(graph):
        for entry in cycle & new.keys() if len(cycle) > 1 else ():
            row, pathway = new[entry]
            if cycle.intersection(pathway.predecessors):
                others = ", ".join(sorted(cycle - {entry})[:5])
                row.refuse("predecessors", f"The previous versions lead in a circle: {entry} and {others}.", _WHICH)
