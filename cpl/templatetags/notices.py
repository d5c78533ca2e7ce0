"""What pages show of notices: tags that read without colour, and each notice once."""

from collections.abc import Iterable

from django import template
from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString

from cpl.choices import NoticeState, Severity, Urgency, VersionStatus
from cpl.selectors.notices import OpenNotice

register = template.Library()

_WORST_FIRST = tuple(VersionStatus)
_ACTS = {Urgency.URGENT: "Upgrade urgently", Urgency.SOON: "Upgrade soon", Urgency.ROUTINE: "Upgrade routinely"}


@register.simple_tag
def severity_tag(severity: str) -> SafeString:
    """How bad it is, in a word with a sign; nothing is said where a draft has not said it yet."""
    if not severity:
        return format_html('<span class="fir-state">{}</span>', "Severity not said yet")
    return _tag(f"severity-{severity}", Severity(severity).label)


@register.simple_tag
def version_status(status: str) -> SafeString:
    """What a notice says of a version, in the words of CSAF and VEX."""
    return _tag(f"version-{status}", VersionStatus(status).label)


@register.simple_tag
def notice_state(state: str) -> SafeString:
    """Draft, in force or withdrawn."""
    return _tag(f"notice-{state}", NoticeState(state).label)


@register.simple_tag
def upgrade_tag(urgency: str) -> SafeString:
    """How soon to leave an affected version."""
    return _tag(urgency, _ACTS[Urgency(urgency)])


@register.simple_tag
def duty_to_notify_url() -> str:
    """Where the formal channel of SEC G3.17 to G3.20 is explained."""
    return str(settings.DUTY_TO_NOTIFY_URL)


@register.filter
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


def _tag(name: str, words: object) -> SafeString:
    return format_html('<strong class="fir-tag fir-tag--{}">{}</strong>', name, words)
