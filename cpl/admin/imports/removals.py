"""Which proposed removals a person ticked, kept over the pages of the list until the decision."""

from typing import Final

from django.http import HttpRequest

from cpl.choices import Outcome
from cpl.models import ImportRow, ImportRun

_KEY: Final = "import-removals"


def ticked(request: HttpRequest, run: ImportRun) -> list[str]:
    """The CPL Entry IDs ticked so far, none unless the person ticked some."""
    return list(request.session.get(_KEY, {}).get(str(run.pk), []))


def keep_ticks(request: HttpRequest, run: ImportRun) -> list[str]:
    """Merge what the posted page shows and ticks with what was ticked on other pages."""
    on_page, chosen = request.POST.getlist("shown"), request.POST.getlist("remove")
    before = [entry for entry in ticked(request, run) if entry not in set(on_page)]
    return _keep(request, run, sorted({*before, *chosen}))


def tick_all(request: HttpRequest, run: ImportRun) -> list[str]:
    """Tick every proposed removal of the import."""
    absent = ImportRow.objects.filter(run=run, outcome=Outcome.ABSENT)
    return _keep(request, run, sorted(absent.values_list("cpl_entry_id", flat=True)))


def untick_all(request: HttpRequest, run: ImportRun) -> list[str]:
    """Forget every tick."""
    return _keep(request, run, [])


def _keep(request: HttpRequest, run: ImportRun, entries: list[str]) -> list[str]:
    kept = {key: value for key, value in request.session.get(_KEY, {}).items() if key != str(run.pk)}
    request.session[_KEY] = {**kept, str(run.pk): entries} if entries else kept
    return entries
