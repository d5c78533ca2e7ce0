"""What the rows of a manufacturer's spreadsheet ask SECAS to publish: a submission for each change."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from graphlib import TopologicalSorter
from typing import Any, Final

from accounts.cells import RUNNABLE
from cpl.actions.imports import Pathway
from cpl.choices import FieldState, PathwayState, SubmissionKind
from cpl.proposals import ANSWERS, CERTIFICATE_FIELDS, CORRECTABLE
from cpl.readings.cells import protected_word
from cpl.readings.records import ContactDetails
from cpl.spreadsheets.columns import title
from cpl.spreadsheets.plan import pathways, records
from cpl.spreadsheets.plan.draft import Draft
from cpl.spreadsheets.row_form import Row, shown

Kind = SubmissionKind
Answers = Mapping[str, tuple[Any, str]]

_FACTS: Final = (
    "device_type", "esme_variant", "manufacturer_identifier", "model_name", "firmware_version", "firmware_label",
    "firmware_hash", "smets_chts_version", "gbcs_version", *CERTIFICATE_FIELDS,
)  # fmt: skip
_MODEL: Final = ("model_identifier", "hardware_version", "hardware_revision")
_DATE_AND_KIND: Final = frozenset({"cpa_date", "cpa_date_kind"})
_KEPT_BY_SECAS: Final = ("published_on", "loaded_on", "removed_on", "removal_reason", "removal_reference")
_WORD_OF: Final = {state.value: word for word, state in ANSWERS.items()}
_CONTACT_TITLE: Final = "Contact"


@dataclass(frozen=True)
class Request:
    """One submission to be: `label` is the CPL Entry ID in the file, of a new entry a label and no more.

    `named` are the predecessors that its pathway names; they may be labels of new entries of the same file.
    """

    kind: SubmissionKind
    label: str
    maker: str
    content: Mapping[str, str]
    changes: tuple[tuple[str, str, str], ...]
    places: tuple[str, ...]
    named: tuple[str, ...] = ()


def requests_of(draft: Draft) -> list[Request]:
    """Every request of the accepted rows: new entries first, each after those that it names as predecessors."""
    said = {row.entry_id: row for row in draft.accepted_records()}
    changed = pathways.changes(draft)
    fresh: dict[str, Request] = {}
    known: list[Request | None] = []
    for row in draft.accepted_listed():
        if row.entry_id in draft.known.entries:
            known += _about_known(draft, row)
        else:
            fresh[row.entry_id] = _new_entry(draft, row, said.get(row.entry_id))
    known += [_label(draft, row) for row in said.values()]
    known += [_information(draft, row, changed) for row in said.values() if row.entry_id not in fresh]
    told = {request.label for request in known if request and request.kind is Kind.INFORMATION}
    known += [_pathway(draft, name, way) for name, way in changed.items() if name not in fresh and name not in told]
    return [*_in_order(fresh), *filter(None, known)]


def typed(name: str, value: Any) -> str:
    """A value as somebody would type it into the field of a submission: read there, it is the value again."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, date):
        return value.isoformat()
    text = protected_word(str(value)) if name in _FREE_TEXT else str(value)
    return f"'{text}" if text.startswith("'") and RUNNABLE.match(text) else text


_FREE_TEXT: Final = frozenset({"notes", "vulnerabilities", "contact_team"})


def _in_order(fresh: Mapping[str, Request]) -> list[Request]:
    """The rows form no circle: the checks have seen to that."""
    graph = {label: [name for name in request.named if name in fresh] for label, request in fresh.items()}
    return [fresh[label] for label in TopologicalSorter(graph).static_order()]


def _new_entry(draft: Draft, row: Row, record: Row | None) -> Request:
    facts = {name: value for name in _FACTS if (value := row.given(name))}
    said = records.news(draft, record) if record else {}
    if record and (label := record.given("firmware_label")):
        facts["firmware_label"] = label
    _, way = draft.pathways.get(row.entry_id, (row, None))
    content = {name: typed(name, value) for name, value in facts.items()}
    content["device_model"] = "".join(row.values[name] for name in _MODEL)
    changes = [(title(name), "", _fact_words(name, value)) for name, value in facts.items()]
    changes.insert(2, (title("device_model"), "", content["device_model"]))
    return Request(
        Kind.NEW_ENTRY,
        row.entry_id,
        draft.maker_of(row.entry_id),
        {**content, **_typed_answers(said), **_typed_pathway(way)},
        (*changes, *_told_answers(draft, row.entry_id, said), *_told_pathway(draft, row.entry_id, way)),
        tuple(each.place for each in (row, record) if each),
        way.predecessors if way else (),
    )


def _about_known(draft: Draft, row: Row) -> Iterator[Request | None]:
    """A correction of listed facts, and a hash where the list has none yet."""
    known = draft.known.entries[row.entry_id]
    _warn_of_what_stays(row, known.fact)
    yield _correction(draft, row, _corrected(row, known.fact))
    given = row.given("firmware_hash")
    if given and not known.fact("firmware_hash"):
        change = (title("firmware_hash"), "", given)
        yield _request(draft, Kind.HASH, row, {"firmware_hash": given}, (change,))


def _corrected(row: Row, listed: Any) -> dict[str, Any]:
    """The facts that differ; the date of a certificate and its kind go together."""
    given = {name: value for name in CORRECTABLE if (value := row.given(name))}
    changed = {name for name, value in given.items() if value != listed(name)}
    if changed & _DATE_AND_KIND:
        changed |= _DATE_AND_KIND & given.keys()
    return {name: given[name] for name in given if name in changed}


def _correction(draft: Draft, row: Row, facts: Mapping[str, Any]) -> Request | None:
    if not facts:
        return None
    listed = draft.known.entries[row.entry_id].fact
    changes = [(title(name), _fact_words(name, listed(name)), _fact_words(name, new)) for name, new in facts.items()]
    content = {name: typed(name, value) for name, value in facts.items()}
    return _request(draft, Kind.CORRECTION, row, content, tuple(change for change in changes if change[1] != change[2]))


def _label(draft: Draft, row: Row) -> Request | None:
    """The manufacturer's own label is a fact of the list, though the sheet FIR may give it."""
    label, known = row.given("firmware_label"), draft.known.entries.get(row.entry_id)
    listed = draft.claims.get(row.entry_id)
    said_there = listed is not None and not listed.refused and listed.given("firmware_label")
    if not label or known is None or said_there or label == known.fact("firmware_label"):
        return None
    return _correction(draft, row, {"firmware_label": label})


def _information(draft: Draft, row: Row, changed: Mapping[str, Pathway]) -> Request | None:
    said = records.news(draft, row)
    if not said:
        return None
    way = changed.get(row.entry_id)
    changes = (*_told_answers(draft, row.entry_id, said), *_told_pathway(draft, row.entry_id, way))
    content = {**_typed_answers(said), **_typed_pathway(way)}
    return _request(draft, Kind.INFORMATION, row, content, changes, way.predecessors if way else ())


def _pathway(draft: Draft, name: str, way: Pathway) -> Request:
    row, _ = draft.pathways[name]
    return _request(
        draft, Kind.PATHWAY, row, _typed_pathway(way), _told_pathway(draft, name, way), way.predecessors
    )  # fmt: skip


def _request(
    draft: Draft,
    kind: SubmissionKind,
    row: Row,
    content: Mapping[str, str],
    changes: tuple[tuple[str, str, str], ...],
    named: tuple[str, ...] = (),
) -> Request:
    return Request(kind, row.entry_id, draft.maker_of(row.entry_id), content, changes, (row.place,), named)


def _warn_of_what_stays(row: Row, listed: Any) -> None:
    for name in _KEPT_BY_SECAS:
        if row.given(name) and row.given(name) != listed(name):
            row.warn(name, "SECAS keeps this field; what is listed stays.")
    for name in (*CORRECTABLE, "firmware_hash"):
        if name in row.values and listed(name) and not row.values[name]:
            row.warn(name, f"The cell is blank; what is listed stays: {_fact_words(name, listed(name))}.")


def _typed_answers(said: Answers) -> dict[str, str]:
    content = {f"{name}_answer": _WORD_OF[state] for name, (_, state) in said.items()}
    for name, (value, _) in said.items():
        if isinstance(value, ContactDetails):
            content |= {f"contact_{part}": typed(f"contact_{part}", text) for part, text in value._asdict().items()}
        elif value is not None:
            content[name] = typed(name, value)
    return content


def _typed_pathway(way: Pathway | None) -> dict[str, str]:
    """The state; the predecessors are added when their submissions have references."""
    return {"pathway_state": way.state} if way else {}


def _told_answers(draft: Draft, label: str, said: Answers) -> Iterator[tuple[str, str, str]]:
    known = draft.known.records.get(label)
    for name, answer in said.items():
        before = records.described(*known.answers[name]) if known else str(FieldState.NOT_SUPPLIED.label)
        yield records.title_of(name), before, records.described(*answer)


def _told_pathway(draft: Draft, label: str, way: Pathway | None) -> tuple[tuple[str, str, str], ...]:
    if way is None:
        return ()
    known = draft.known.entries.get(label)
    state = known.pathway_state if known else PathwayState.NOT_PROVIDED.value
    before = pathways.described(state, draft.known.links.get(label, ()))
    return ((title("predecessors"), before, pathways.words(way)),)


def _fact_words(name: str, value: Any) -> str:
    return str(value).title() if name == "cpa_date_kind" else shown(value)
