"""The preview of a manufacturer's spreadsheet as its page shows it: what its rows ask for, by kind."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.paginator import Paginator

from cpl.choices import SubmissionKind
from cpl.models import SubmissionPreview

ROWS_A_PAGE: Final = 50
REFUSED: Final = "refused"
WARNINGS: Final = "warnings"

_KINDS: Final[Mapping[str, tuple[str, frozenset[str]]]] = {
    "new": ("New entries", frozenset({SubmissionKind.NEW_ENTRY.value})),
    "corrections": ("Corrections", frozenset({SubmissionKind.CORRECTION.value})),
    "hashes": ("Hashes", frozenset({SubmissionKind.HASH.value})),
    "information": ("Firmware information", frozenset({SubmissionKind.INFORMATION.value})),
    "pathways": ("Upgrade pathways", frozenset({SubmissionKind.PATHWAY.value})),
}


@dataclass(frozen=True)
class Tab:
    """One list of the preview: its name in the address, its label, its lines and whether it is open."""

    name: str
    label: str
    lines: list[dict[str, Any]]
    is_current: bool

    @property
    def number(self) -> int:
        """How many lines it has."""
        return len(self.lines)


def context(preview: SubmissionPreview, asked: str, page: str | None) -> dict[str, Any]:
    """Everything the page shows of the preview; `asked` is the name of a tab, `page` a page of it."""
    shown = preview.shown
    tabs = _tabs(shown, asked)
    tab = next((each for each in tabs if each.is_current), None)
    paginator = Paginator(tab.lines if tab else [], ROWS_A_PAGE)
    page_obj = paginator.get_page(page)
    requests = shown["requests"]
    return {
        "preview": preview,
        "tabs": tabs,
        "tab": tab,
        "page_obj": page_obj,
        "page_range": list(paginator.get_elided_page_range(page_obj.number)) if paginator.num_pages > 1 else [],
        "requests": len(requests),
        "refused": len(shown["refused"]),
        "unchanged": shown["unchanged"],
        "rows": sum(sheet["rows"] for sheet in shown["sheets"] if sheet["header_row"]),
        "has_corrections": any(request["kind"] == SubmissionKind.CORRECTION for request in requests),
        "ignored": [(sheet["name"], heading) for sheet in shown["sheets"] for heading in sheet["ignored"]],
        "not_read": [sheet["name"] for sheet in shown["sheets"] if not sheet["header_row"]],
    }


def _tabs(shown: Mapping[str, Any], asked: str) -> list[Tab]:
    """The lists that hold anything; the one asked for is open, else the first."""
    lines = {REFUSED: ("Refused", shown["refused"])}
    for name, (label, kinds) in _KINDS.items():
        lines[name] = (label, [request for request in shown["requests"] if request["kind"] in kinds])
    lines[WARNINGS] = ("Worth a look", shown["warnings"])
    filled = [name for name, (_, found) in lines.items() if found]
    current = asked if asked in filled else next(iter(filled), "")
    return [Tab(name, lines[name][0], lines[name][1], name == current) for name in filled]
