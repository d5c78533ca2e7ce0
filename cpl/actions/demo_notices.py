"""Notices of the demo, one for each thing that can happen to them, made by the real actions of known people.

As the demo's submissions: each is made in one transaction, found again by who began it and its title, and left alone
once it is there.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from cpl.actions import interest
from cpl.actions.demo_submissions import no_letters
from cpl.actions.notices import drafts, publishing
from cpl.choices import NoticeAudience, NoticeKind, Severity, Urgency, VersionStatus
from cpl.models import CPLEntry, DeviceModel, ModelInterest, Notice

MEI, SOL = "mei@northmoor.example", "sol@ssc.example"
Named = Mapping[str, tuple[VersionStatus, str]]
Step = Callable[[Notice, User], object]

AFFECTED, LOOKED_INTO, FIXED, CLEAR = (
    VersionStatus.AFFECTED, VersionStatus.UNDER_INVESTIGATION, VersionStatus.FIXED, VersionStatus.NOT_AFFECTED,
)  # fmt: skip


@dataclass(frozen=True)
class Scene:
    """One notice: who writes it, what it says of which entries, how many days they have, and what follows."""

    by: str
    content: Mapping[str, Any]
    versions: Named
    days: int = 0
    then: Step | None = None

    def is_made(self) -> bool:
        """Whether an earlier start made it."""
        return Notice.objects.filter(created_by__email=self.by, title=self.content["title"]).exists()

    def said(self) -> dict[str, Any]:
        """The fields, with the deadline counted from today."""
        deadline: date | None = timezone.localdate() + timedelta(days=self.days) if self.days else None
        return {**self.content, "deadline": deadline}


def _keys(named: Named) -> dict[int, tuple[VersionStatus, str]]:
    found = dict(CPLEntry.objects.filter(cpl_entry_id__in=named).values_list("cpl_entry_id", "pk"))
    return {found[entry]: said for entry, said in named.items()}


def _withdraw(notice: Notice, by: User) -> None:
    reason = "It was seen in a test set-up only: the cable there was to blame, and no meter is affected."
    publishing.withdraw(notice=notice, reason=reason, by=by, edition=notice.edition)


def _find_out(notice: Notice, by: User) -> None:
    publishing.revise(
        notice=notice,
        content={"severity": Severity.MEDIUM, "urgency": Urgency.SOON,
                 "action": "Upgrade to 02132C3F or later with the next visit or campaign."},
        versions=_keys({"CPL-001183": (AFFECTED, "After more than 200 days without a restart."),
                        "CPL-001184": (FIXED, "")}),
        words="The cause is found: 02032138 is affected, 02132C3F has the cure.", by=by, edition=notice.edition,
    )  # fmt: skip


SCENES: Final = (
    Scene(
        MEI, days=60,
        content={
            "kind": NoticeKind.VULNERABILITY, "title": "The clock can be set without a key",
            "severity": Severity.HIGH, "urgency": Urgency.URGENT,
            "summary": "Whoever is within reach of the home area network can set the clock of the meter. Registers "
            "for time of use then count to the wrong rate until the next synchronisation.",
            "action": "Upgrade to 02433754. From 02034238 that takes several steps: follow the route. "
            "Until then look for clocks that are more than two minutes out.",
            "cves": ["CVE-2026-41045"], "advisory_link": "https://northmoor.example/advisories/2026-07",
            "references": [{"summary": "Questions and answers", "url": "https://northmoor.example/advisories/2026-07/faq"}],
        },
        versions={
            "CPL-001061": (LOOKED_INTO, "The part at fault was added later; tests run until the end of the month."),
            "CPL-001064": (AFFECTED, ""), "CPL-001065": (AFFECTED, ""), "CPL-001066": (AFFECTED, ""),
            "CPL-001069": (FIXED, "Only if installed after a restart."), "CPL-001072": (FIXED, ""),
        },
    ),
    Scene(
        SOL,
        content={
            "kind": NoticeKind.VULNERABILITY, "title": "Diagnostic port answers after a failed upgrade",
            "severity": Severity.CRITICAL, "urgency": Urgency.URGENT, "audience": NoticeAudience.CONCERNED,
            "summary": "After an upgrade that was broken off the diagnostic port stays open for a day.",
            "action": "Do not begin an upgrade that cannot be finished the same day. The manufacturer works on a cure.",
        },
        versions={"CPL-001650": (AFFECTED, ""), "CPL-001668": (LOOKED_INTO, "")},
    ),
    Scene(
        MEI, then=_withdraw,
        content={
            "kind": NoticeKind.FAULT, "title": "Display goes blank in the cold",
            "severity": Severity.LOW, "urgency": Urgency.ROUTINE,
            "summary": "Below −10 °C the display may stay dark for some minutes after a button is pressed.",
            "action": "Nothing needs to be done.",
        },
        versions={"CPL-001086": (AFFECTED, ""), "CPL-001087": (AFFECTED, ""), "CPL-001088": (CLEAR, "")},
    ),
    Scene(
        MEI, then=_find_out,
        content={
            "kind": NoticeKind.FAULT, "title": "Half-hourly readings stop after long operation",
            "severity": Severity.LOW, "urgency": Urgency.ROUTINE,
            "summary": "Some meters stop storing half-hourly readings after about 200 days without a restart.",
            "action": "Tell us of meters that stop storing readings. A restart brings them back.",
        },
        versions={"CPL-001183": (LOOKED_INTO, ""), "CPL-001184": (LOOKED_INTO, "")},
    ),
)  # fmt: skip
"""About entries of the sample workbooks."""

WATCHED: Final = (
    ("ana@ashdown.example", "CPL-001072"),
    ("ana@ashdown.example", "CPL-001650"),
    ("pia@pennine.example", "CPL-001072"),
)
"""Who watches the Device Model of which entry."""


def make_notices(scenes: Sequence[Scene] = SCENES) -> int:
    """Make what is missing of the scenes, and let people watch models once; returns how many notices were made."""
    if not ModelInterest.objects.exists():
        _watch()
    return sum(_make(scene) for scene in scenes)


@transaction.atomic
def _watch() -> None:
    for email, entry in WATCHED:
        model = DeviceModel.objects.get(entries__cpl_entry_id=entry)
        interest.watch(model=model, by=User.objects.get(email=email))


def _make(scene: Scene) -> bool:
    if scene.is_made():
        return False
    versions, by = _keys(scene.versions), User.objects.get(email=scene.by)
    maker = CPLEntry.objects.get(pk=next(iter(versions))).manufacturer
    with transaction.atomic(), no_letters():
        draft = drafts.begin(by=by, manufacturer=maker, content=scene.said(), versions=versions)
        notice = publishing.publish(notice=draft, by=by, edition=draft.edition)
        if scene.then:
            scene.then(notice, by)
    return True
