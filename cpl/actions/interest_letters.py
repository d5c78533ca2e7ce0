"""Telling whoever is concerned by a Device Model what became of its versions, by e-mail.

Queued in the transaction that publishes or removes, one letter for each person, so that it comes once however often
the work is tried. What it says is looked up when it is written: entries that its reader may see then, of models that
concern them still.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.urls import reverse

from accounts import letters, mail
from accounts.links import absolute
from accounts.models import User
from cpl.actions.publication.letters import MOST_LINES
from cpl.choices import InterestKind
from cpl.models import CPLEntry, ModelInterest
from cpl.querysets import CPLEntryQuerySet
from cpl.selectors.concerned import interests_in

Context = dict[str, Any]
_LONGEST_REASON: Final = 300


def retracted(entries: QuerySet[CPLEntry]) -> None:
    """To everybody who watches or has checked their models: these versions were withdrawn or removed."""
    _write("version_retracted", entries)


def published(entries: QuerySet[CPLEntry]) -> None:
    """To everybody who watches their models: these versions were published; nothing of what is removed already."""
    _write("watched_published", entries.filter(removed_on__isnull=True), InterestKind.WATCHED)


def _write(template: str, entries: QuerySet[CPLEntry], kind: InterestKind | None = None) -> None:
    """Queue one letter for each person, with the keys of the entries of the models that concern them."""
    if not ModelInterest.objects.exists():
        return
    by_model: dict[int, list[int]] = defaultdict(list)
    for model, key in entries.order_by("pk").values_list("device_model_id", "pk"):
        by_model[model].append(key)
    theirs: dict[tuple[int, str], set[int]] = defaultdict(set)
    rows = interests_in(by_model, kind).order_by("person_id").values_list("person_id", "person__email", "device_model")
    for person, email, model in rows:
        theirs[person, email].update(by_model[model])
    for (person, email), keys in theirs.items():
        mail.later(template, to=email, person=person, entries=sorted(keys))


# How ---------------------------------------------------------------------------------------------------------


def _retracted(context: Context) -> Context | None:
    return _written(context, _retraction)


def _published(context: Context) -> Context | None:
    return _written(context, _publication, kind=InterestKind.WATCHED)


def _written(context: Context, words: Callable[[CPLEntry], str], kind: InterestKind | None = None) -> Context | None:
    """The lines of a letter; None where nothing is left that its reader may be told."""
    reader = User.objects.filter(pk=context["person"], is_active=True).first()
    if reader is None:
        return None
    told = [(entry, said) for entry in _still(reader, context["entries"], kind) if (said := words(entry))]
    if not told:
        return None
    lines = [_line(entry, said) for entry, said in told[:MOST_LINES]]
    watching = absolute(reverse("cpl:watching"))
    return {**context, "lines": lines, "number": len(told), "more": len(told) - len(lines), "watching": watching}


def _still(reader: User, keys: list[int], kind: InterestKind | None) -> CPLEntryQuerySet:
    """Of these entries those that the reader may see, of models that concern them still."""
    own = ModelInterest.objects.visible_to(reader)
    models = (own.filter(kind=kind) if kind else own).values("device_model")
    seen = CPLEntry.objects.visible_to(reader).with_information(reader).filter(pk__in=keys, device_model__in=models)
    named = seen.select_related("device_model__identifier", "device_model__manufacturer")
    return named.defer("search_text").order_by("device_model__name", "device_model_id", "cpl_entry_id")


def _line(entry: CPLEntry, said: str) -> Context:
    """One entry in words, with the page that tells the way on from it: behind sign-in, so that it opens nothing."""
    model = entry.device_model
    version = f", firmware version {entry.firmware_version}" if entry.firmware_version else ""
    route = reverse("cpl:route", args=[model.identifier.code, model.duis_model])
    return {
        "name": f"{_plain(model.name)} ({_plain(model.manufacturer.name)}){version}, {entry.cpl_entry_id}",
        "said": said,
        "page": absolute(entry.get_absolute_url()),
        "route": absolute(f"{route}?{urlencode({'from': entry.cpl_entry_id})}"),
    }


def _retraction(entry: CPLEntry) -> str:
    """What became of it, with day and reason; '' where the reader sees nothing of the kind."""
    record = entry.information
    said = []
    if entry.removed_on:
        said.append(_happened("Removed from the list", entry.removed_on, entry.removal_reason))
    if record and record.withdrawn_on:
        said.append(_happened("Withdrawn by its manufacturer", record.withdrawn_on, record.withdrawal_reason))
    return " ".join(said)


def _happened(what: str, day: Any, reason: str) -> str:
    why = _plain(reason)
    why = why if len(why) <= _LONGEST_REASON else f"{why[: _LONGEST_REASON - 1]}…"
    return (
        f"{what} on {day.day} {day:%B %Y}. Reason: {why or 'not given'}{'' if why.endswith(('.', '!', '?')) else '.'}"
    )


def _publication(entry: CPLEntry) -> str:
    day = entry.published_on
    return f"Published on {day.day} {day:%B %Y}." if day else ""


def _plain(words: str) -> str:
    """In one line, as letters need it."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in words).split())


ADDS: Final = {"version_retracted": _retracted, "watched_published": _published}
"""What each letter needs, for `accounts.letters`."""

letters.learn(ADDS)
