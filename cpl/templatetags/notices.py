"""What pages show of notices: tags that read without colour, and each notice once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.models import User
from cpl.actions.notices import may
from cpl.choices import NoticeState, Severity, Urgency, VersionStatus
from cpl.models import DeviceModel
from cpl.querysets import OPEN_AGAINST
from cpl.selectors.notice_versions import is_gone
from cpl.selectors.notices import OpenNotice
from cpl.selectors.versions import Version

register = template.Library()

_WORST_FIRST = tuple(VersionStatus)
_ACTS = {Urgency.URGENT: "Upgrade urgently", Urgency.SOON: "Upgrade soon", Urgency.ROUTINE: "Upgrade routinely"}


_STATE_WITHDRAWN = NoticeState.WITHDRAWN.value


@register.simple_tag
def severity_tag(severity: str, state: str = "") -> SafeString:
    """How bad it is, in a word with a sign; nothing is said where a draft has not said it yet.

    Given the `state` withdrawn, this and the tags below are plain words: nothing is to look in force that is not.
    """
    if not severity:
        return format_html('<span class="fir-state">{}</span>', "Severity not said yet")
    return _tag(f"severity-{severity}", Severity(severity).label, state)


@register.simple_tag
def version_status(status: str, state: str = "") -> SafeString:
    """What a notice says of a version, in the words of CSAF and VEX."""
    return _tag(f"version-{status}", VersionStatus(status).label, state)


@register.simple_tag
def notice_state(state: str) -> SafeString:
    """Draft, in force or withdrawn."""
    return _tag(f"notice-{state}", NoticeState(state).label)


@register.simple_tag
def upgrade_tag(urgency: str, state: str = "") -> SafeString:
    """How soon to leave an affected version."""
    return _tag(urgency, _ACTS[Urgency(urgency)], state)


@register.simple_tag(takes_context=True)
def may_write_notice(context: template.Context, model: DeviceModel) -> bool:
    """Whether the reader may issue notices about this model's versions."""
    user = context["request"].user
    return isinstance(user, User) and may.may_issue(user, model.manufacturer)


@register.simple_tag
def duty_to_notify_url() -> str:
    """Where the formal channel of SEC G3.17 to G3.20 is explained."""
    return str(settings.DUTY_TO_NOTIFY_URL)


MOST_NAMED = 5
"""Versions named in a box: beyond, how many more there are."""


@dataclass(frozen=True)
class Spoken:
    """A notice with the worst that it says of any version, and of which versions it says what, in words."""

    worst: OpenNotice
    of: str


@register.simple_tag
def spoken(notices: Iterable[OpenNotice], versions: Sequence[Version] | str) -> list[Spoken]:
    """Each notice once. Where it names several of `versions`, newest first as the model's page has them, it says which:
    a box above them all must not read as if all were affected.
    """
    rows = list(notices)
    named = [version for version in versions if isinstance(version, Version)]
    return [Spoken(one, _of_versions([row for row in rows if row.pk == one.pk], named)) for one in each_once(rows)]


def _of_versions(said: Sequence[OpenNotice], versions: Sequence[Version]) -> str:
    """“3 versions affected: 02230B46, 0213163F, 02034238; fixed in 02433754”; '' where it is about one version."""
    status = {one.entry: one.status for one in said}
    groups = {each: [one for one in versions if status.get(one.pk) == each] for each in VersionStatus}
    if sum(map(len, groups.values())) < 2:
        return ""
    against = [_counted(groups[each], each) for each in OPEN_AGAINST if groups[each]]
    fixed = [f"fixed in {_listed(groups[VersionStatus.FIXED])}"] if groups[VersionStatus.FIXED] else []
    clear = [_counted(groups[each], each) for each in (VersionStatus.NOT_AFFECTED,) if groups[each]]
    return "; ".join([*against, *fixed, *clear])


def _counted(versions: Sequence[Version], status: VersionStatus) -> str:
    number = len(versions)
    return f"{number} version{'' if number == 1 else 's'} {str(status.label).lower()}: {_listed(versions)}"


def _listed(versions: Sequence[Version]) -> str:
    """At most a handful by name."""
    names = ", ".join(_name(version) for version in versions[:MOST_NAMED])
    rest = len(versions) - MOST_NAMED
    return f"{names} and {rest} more" if rest > 0 else names


def _name(version: Version) -> str:
    name = version.firmware_version or version.entry_id
    if not is_gone(version):
        return name
    return f"{name} ({'withdrawn' if version.withdrawn_on else 'removed'})"


@register.filter
def sentence(words: str) -> str:
    """The words with a full stop, where they end without any sign."""
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def each_once(notices: Iterable[OpenNotice]) -> list[OpenNotice]:
    """Each notice once, with the worst that it says of any version: a model's list names it for every version."""
    worst: dict[int, OpenNotice] = {}
    for notice in notices:
        held = worst.get(notice.pk)
        if held is None or _badness(notice) < _badness(held):
            worst[notice.pk] = notice
    return list(worst.values())


def _badness(notice: OpenNotice) -> int:
    return _WORST_FIRST.index(VersionStatus(notice.status))


def _tag(name: str, words: object, state: str = "") -> SafeString:
    if state == _STATE_WITHDRAWN:
        return format_html('<span class="fir-quiet">{}</span>', words)
    return format_html('<strong class="fir-tag fir-tag--{}">{}</strong>', name, words)
