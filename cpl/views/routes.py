"""The whole way from the version in the house to the recommended one, or to another, of one Device Model."""

import re
from dataclasses import dataclass
from functools import cached_property

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import require
from accounts.models import User
from accounts.permissions import READ_REPOSITORY
from accounts.tokens import token_allowed
from cpl.actions.exports import note_export
from cpl.actions.interest import note_check
from cpl.actions.search_misses import record_miss
from cpl.forms.routes import Named, RouteRequest, read_version
from cpl.identifiers import FIRMWARE_VERSION, IdentifierError, squash
from cpl.models import CPLEntry, DeviceModel
from cpl.pathway_picture import draw
from cpl.presenters import route_export
from cpl.presenters.onward import onward
from cpl.presenters.routes import (
    ASK,
    MISREAD,
    NO_TARGET,
    UNKNOWN,
    RoutePresenter,
    further_silent,
    headline,
    kind_of,
    name_of,
    route_address,
    whom_to_ask,
)
from cpl.routes import Answer, NotKnown
from cpl.search import understand
from cpl.selectors.known import KnownModel
from cpl.selectors.model_entries import linked_entries, model_entries
from cpl.selectors.urgency import PairUrgency
from cpl.selectors.versions import Version
from cpl.spreadsheets.exporter import download
from cpl.suggestions import near_versions
from cpl.views.looking import is_looked_at, known_on_looking

MOST_ELSEWHERE = 4


@dataclass(frozen=True)
class Asked:
    """What was asked about one Device Model, and everything the person may know of it."""

    request: RouteRequest
    model: DeviceModel
    entries: dict[int, CPLEntry]
    known: KnownModel
    start: Named | None
    target: Named | None

    @property
    def trouble(self) -> Named | None:
        """What was typed and is no version of the model here."""
        return next((named for named in (self.start, self.target) if named and not named.version), None)

    @property
    def ends(self) -> tuple[Version, Version | None] | None:
        """The version in the house and the one aimed at; None for the second where none is recommended."""
        if self.trouble or self.start is None or self.start.version is None:
            return None
        return self.start.version, self.target.version if self.target else self.known.summary.recommended

    @cached_property
    def answer(self) -> Answer | None:
        """The ways, or why there is none; None where there is nothing to look for yet."""
        return self.known.route(self.ends[0].pk, self.ends[1].pk) if self.ends and self.ends[1] else None

    @property
    def kind(self) -> str:
        """Which of the answers the page gives."""
        if self.trouble:
            return MISREAD if self.trouble.error else UNKNOWN
        if self.answer:
            return kind_of(self.answer)
        return NO_TARGET if self.ends else ASK

    @property
    def aims_at_recommended(self) -> bool:
        """Whether the version aimed at is the recommended one, chosen or not."""
        return bool(self.ends and self.ends[1] and self.ends[1] == self.known.summary.recommended)


@require_safe
def route(request: HttpRequest, code: str, duis: str) -> HttpResponse:
    """The ordered steps with what happens on them, best way first; or which of the other answers it is, and why."""
    user = require(request, READ_REPOSITORY)
    asked = _asked(user, request, code, duis)
    trouble = asked.trouble
    context = {**_of_model(asked), **(_of_trouble(user, asked, trouble) if trouble else _of_answer(asked))}
    return render(request, "cpl/route.html", context)


def _asked(user: User, request: HttpRequest, code: str, duis: str) -> Asked:
    """What the address asks for; 404 where the person sees nothing of the model."""
    found = model_entries(user, code, duis)
    if found is None:
        raise Http404
    (model, entries), wanted = found, RouteRequest.from_address(request.GET)
    linked = linked_entries(entries)
    start, target = (read_version(text, linked.versions) if text else None for text in (wanted.start, wanted.target))
    if start and start.version and is_looked_at(request):
        # First, for who has checked a model may read what is told to the concerned alone.
        note_check(model=model, by=user)
    return Asked(wanted, model, entries, known_on_looking(user, model, linked), start, target)


def _of_model(asked: Asked) -> dict[str, object]:
    known, target = asked.known, asked.target
    ends, answer = asked.ends, asked.answer
    silent = answer.silent if isinstance(answer, NotKnown) else ()
    first = [*silent, *(version.pk for version in reversed(ends or ()) if version)]
    return {
        "model": asked.model,
        "summary": known.summary,
        "versions": known.summary.versions,
        "kind": asked.kind,
        "route_from": asked.request.start,
        "route_to": name_of(target.version) if target and target.version else "",
        "contact_from": whom_to_ask(known, asked.entries, first),
    }


def _of_trouble(user: User, asked: Asked, named: Named) -> dict[str, object]:
    """What was typed could not be read, or is not known here: what may have been meant, and where else it is."""
    field = "from" if named is asked.start else "to"
    return {
        "trouble": named,
        "trouble_field": field,
        "trouble_errors": [_error(named.error, field)] if named.error else [],
        "near": _near(asked, named, field),
        "elsewhere": _elsewhere(user, asked, named) if named.is_unknown else [],
        "picture": draw(asked.known),
    }


def _error(error: IdentifierError, field: str) -> dict[str, str]:
    return {"text": f"{error.message} {error.cure}".strip(), "href": f"#route-{field}"}


def _near(asked: Asked, named: Named, field: str) -> list[tuple[Version, str]]:
    """Versions of the model that may have been meant, each with the address that asks for it instead."""
    if not named.is_unknown or len(squash(named.read_as)) != FIRMWARE_VERSION:
        return []
    versions = {version.firmware_version: version for version in asked.known.versions.values()}
    near = [versions[name] for name in near_versions(named.read_as, versions)]
    if field == "from":
        target = asked.target.version if asked.target else None
        return [(version, route_address(asked.model, version, target)) for version in near]
    start = asked.start.version if asked.start else None
    return [(version, route_address(asked.model, start, version)) for version in near] if start else []


def _elsewhere(user: User, asked: Asked, named: Named) -> list[CPLEntry]:
    """Entries of other models with this version or Entry ID; a version that is nowhere on this model is noted."""
    if named is asked.start:
        text = f"{asked.model.identifier.code}-{asked.model.duis_model} {named.read_as}"
        record_miss(text=text, terms=understand(text), by=user)
    visible = CPLEntry.objects.visible_to(user).select_related("device_model__manufacturer", "device_model__identifier")
    column = "firmware_version" if squash(named.read_as) else "cpl_entry_id"
    return list(visible.filter(**{column: named.read_as}).defer("search_text")[:MOST_ELSEWHERE])


def _of_answer(asked: Asked) -> dict[str, object]:
    if not asked.ends:
        return {"picture": draw(asked.known)}
    start, target = asked.ends
    presenter = RoutePresenter(asked.model, asked.known, asked.entries)
    found = presenter.route(asked.answer, asked.request.way) if asked.answer else None
    silent = asked.answer.silent if isinstance(asked.answer, NotKnown) else ()
    return {
        "start": presenter.place(start.pk),
        "target": presenter.place(target.pk) if target else None,
        "aims_at_recommended": asked.aims_at_recommended,
        "headline": headline(asked.kind, start, target, is_recommended=asked.aims_at_recommended),
        "urgency": _urgency(asked.known, start, target),
        "route": found,
        "silent": presenter.places(silent),
        "further_silent": presenter.places(further_silent(asked.known.network, start.pk, silent)),
        "befores": presenter.places(old for old, new in asked.known.network.links if target and new == target.pk),
        "onward": [] if found else onward(asked.known, asked.model, start),
        "yours_is_newer": target and asked.known.network.rank[start.pk] > asked.known.network.rank[target.pk],
        "picture": draw(
            asked.known, installed=start.pk, target=target.pk if target else None, way=found.keys if found else ()
        ),
    }


def _urgency(known: KnownModel, start: Version, target: Version | None) -> PairUrgency | None:
    return known.urgency(start.pk, target.pk) if target and target != start else None


@token_allowed
@require_safe
def export(request: HttpRequest, code: str, duis: str, file_format: str) -> HttpResponse:
    """Every way that the page offers, step by step, as a spreadsheet; 404 where the page has no versions to tell of."""
    user = require(request, READ_REPOSITORY)
    asked = _asked(user, request, code, duis)
    if not asked.ends:
        raise Http404
    start, target = asked.ends
    words = headline(asked.kind, start, target, is_recommended=asked.aims_at_recommended)
    presenter = RoutePresenter(asked.model, asked.known, asked.entries)
    rows = list(route_export.rows_of(presenter, start, asked.answer, words))
    model, there = asked.model, name_of(target) if target else "none"
    # Which version is in whose houses is nobody else's business, and what is recorded has readers.
    note_export(what=f"Routes of {model}", rows=len(rows), file_format=file_format, by=user)
    name = re.sub("[^0-9A-Za-z-]", "_", f"{model.identifier.code}-{model.duis_model}-route-{name_of(start)}-{there}")
    return download(file_format, name, route_export.HEADINGS, rows)
