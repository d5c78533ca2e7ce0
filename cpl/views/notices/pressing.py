"""The buttons of the page on which a notice is written that save nothing: each changes what the page shows."""

from collections.abc import Callable, Mapping
from typing import Final

from django.http import QueryDict

from cpl.choices import VersionStatus
from cpl.forms.notice_page import WritingPage
from cpl.forms.notices import number_of
from cpl.models import DeviceModel
from cpl.routes import Network
from cpl.selectors.known import known_model
from cpl.selectors.linked import Linked
from cpl.selectors.notice_versions import described
from cpl.selectors.stretch import NoStretchError, released_between, stretch


def button(data: QueryDict) -> str:
    """Which button was pressed. Enter in a box presses the first: it finds where something to find was typed anew."""
    then = data.get("then", "")
    if then == "enter":
        typed = data.get("find", "").strip()
        return "find" if typed and typed != data.get("looked", "") else "save"
    return then


def press(page: WritingPage, then: str, data: QueryDict) -> None:
    """Do what a button does; one that is not known does nothing."""
    act, _, key = then.partition("-")
    page.find = data.get("find", "").strip()[:100]
    page.has_looked = act in ("find", "open") and (act == "find" or bool(page.find))
    if act in _ACTS and number_of(key):
        _ACTS[act](page, number_of(key), data)


def _open(page: WritingPage, model: int, data: QueryDict) -> None:
    page.named.open(model)


def _close(page: WritingPage, model: int, data: QueryDict) -> None:
    page.named.close(model)


def _out(page: WritingPage, model: int, data: QueryDict) -> None:
    page.named.leave_out(model)


def _every(page: WritingPage, model: int, data: QueryDict) -> None:
    """Every version of the model."""
    chosen = _chosen(data, model)
    if not chosen["status"]:
        page.stretch[model] = {**chosen, "wrong": "Choose what the notice says of them."}
        return
    entries = page.named.of_model(model)
    page.named.fill(entries, chosen["status"])
    page.stretch[model] = {**chosen, "told": _told(len(entries), chosen["status"])}


def _stretch(page: WritingPage, model: int, data: QueryDict) -> None:
    """Every version on any way from one to another, both included; where no way is known, those released between the
    two are offered.
    """
    if (ends := _ends(page, model, data)) is None:
        return
    chosen, network = page.stretch[model], _network(page, model)
    try:
        _fill(page, model, stretch(network, *ends))
    except NoStretchError as error:
        chosen["wrong"] = str(error)
        chosen["between"] = _number_between(network, *ends)


def _between(page: WritingPage, model: int, data: QueryDict) -> None:
    """Every version released between the two, both included, whatever the pathway says."""
    if (ends := _ends(page, model, data)) is None:
        return
    try:
        _fill(page, model, released_between(_network(page, model), *ends))
    except NoStretchError as error:
        page.stretch[model]["wrong"] = str(error)


def _ends(page: WritingPage, model: int, data: QueryDict) -> tuple[int, int] | None:
    """The two versions chosen; None, with what to choose told, where something is missing."""
    chosen = page.stretch[model] = _chosen(data, model)
    first, last = (int(one) if one.isascii() and one.isdigit() else 0 for one in (chosen["first"], chosen["last"]))
    if chosen["status"] and all(page.named.models.get(end) == model for end in (first, last)):
        return first, last
    chosen["wrong"] = "Choose the first version, the last version, and what the notice says of them."
    return None


def _fill(page: WritingPage, model: int, entries: list[int]) -> None:
    chosen = page.stretch[model]
    page.named.fill(entries, chosen["status"])
    chosen["told"] = _told(len(entries), chosen["status"])


def _network(page: WritingPage, model: int) -> Network:
    found = described(page.user, [DeviceModel.objects.get(pk=model)], {})[0]
    return known_model(page.user, model, Linked(found.summary.versions, found.links, is_noticed=True)).network


def _number_between(network: Network, first: int, last: int) -> str:
    """How many versions were released between the two; '' where the first comes after the last."""
    try:
        return str(len(released_between(network, first, last)))
    except NoStretchError:
        return ""


def _chosen(data: QueryDict, model: int) -> dict[str, str]:
    status = data.get(f"as_{model}", "")
    return {
        "first": data.get(f"from_{model}", ""),
        "last": data.get(f"to_{model}", ""),
        "status": status if status in VersionStatus.values else "",
    }


def _told(number: int, status: str) -> str:
    words = str(VersionStatus(status).label).lower()
    return f"{number} {'version is' if number == 1 else 'versions are'} set to “{words}” below. Nothing is saved yet."


_ACTS: Final[Mapping[str, Callable[[WritingPage, int, QueryDict], None]]] = {
    "open": _open,
    "close": _close,
    "out": _out,
    "every": _every,
    "stretch": _stretch,
    "between": _between,
}
