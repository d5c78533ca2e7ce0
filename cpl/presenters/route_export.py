"""A route as rows of a spreadsheet: every way that is offered, step by step, with the releases passed over."""

from collections.abc import Iterator
from typing import Final

from accounts.links import absolute
from cpl.presenters.routes import Place, RoutePresenter, Step, in_question, name_of, urgency_words
from cpl.routes import Answer, Routes
from cpl.selectors.notices import OpenNotice
from cpl.selectors.versions import Version

HEADINGS: Final = (
    "Way", "Step", "What", "Upgrade from", "Firmware version", "CPL Entry ID", "Flags", "Stands against it",
    "Urgency from the installed version", "Open notices", "Release date", "Published on", "Removed on",
    "SMETS / CHTS version", "GBCS version", "CPA certificate", "CPA date type", "CPA date", "CPA date passed",
    "Firmware hash (SHA-256)", "What the manufacturer says of it", "Page",
)  # fmt: skip


def rows_of(presenter: RoutePresenter, start: Version, answer: Answer | None, words: str) -> Iterator[list[object]]:
    """In the order of HEADINGS: for each way the version installed, and each step after what it passes over.

    Without a way one row says why, in `words`, after what stands against the version installed.
    """
    if not isinstance(answer, Routes):
        place = presenter.place(start.pk)
        yield _row("", "", ". ".join(filter(None, (in_question(place), words))), None, place, "")
        return
    for number, way in enumerate(answer.ways, 1):
        yield _row(number, 0, "Installed", None, presenter.place(start.pk), "")
        for step in presenter.steps(way):
            yield from _of_step(number, step)


def _of_step(way: int, step: Step) -> Iterator[list[object]]:
    for place in step.passed:
        yield _row(way, step.number, "Passed over", None, place, "")
    what = "Upgrade to the target" if step.is_last else "Upgrade"
    yield _row(way, step.number, what, step.old, step.place, urgency_words(step.urgency))


def _row(way: object, step: object, what: str, old: Version | None, place: Place, urgency: str) -> list[object]:
    version, entry, record = place.version, place.entry, place.entry.information
    return [
        way, step, what, name_of(old) if old else "", version.firmware_version, version.entry_id,
        "; ".join(version.flags), "; ".join(mark.words or mark.label for mark in place.marks), urgency,
        "; ".join(map(_notice, place.notices)), version.release_date, version.published_on, version.removed_on,
        entry.smets_chts_version, entry.gbcs_version, entry.cpa_certificate,
        entry.get_cpa_date_kind_display() if entry.cpa_date_kind else "", entry.cpa_date,
        version.certificate_flag_with_date, entry.firmware_hash, record.notes if record else "",
        absolute(version.get_absolute_url()),
    ]  # fmt: skip


def _notice(notice: OpenNotice) -> str:
    return f"{notice.reference} {notice.title} ({notice.status_words.lower()})"
