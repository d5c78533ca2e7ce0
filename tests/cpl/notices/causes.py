"""What causes each letter about a notice, through the real acts: for `tests/accounts/test_letters.py`."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.utils import timezone

from cpl.actions.interest import watch
from cpl.actions.notices import contents, publishing, reminders
from cpl.choices import NoticeState
from cpl.models import Notice
from tests.accounts.mailbox import run_jobs
from tests.factories import Cast, make_catalogue, make_notice
from tests.factories.replay import replayed


def _in(cast: Cast, state: NoticeState) -> Notice:
    """A notice with a deadline in three weeks about a model that Ana watches; what was queued on the way is sent."""
    catalogue = replayed("catalogue", make_catalogue)
    watch(model=catalogue.ember, by=cast.supplier)
    notice = make_notice(cast, catalogue, state, deadline=timezone.localdate() + timedelta(days=21))
    run_jobs()
    return notice


def notice_published(cast: Cast) -> str:
    publishing.publish(notice=_in(cast, NoticeState.DRAFT), by=cast.manufacturer, edition=1)
    return cast.supplier.email


def notice_revised(cast: Cast) -> str:
    notice = _in(cast, NoticeState.PUBLISHED)
    rows = {row.entry.pk: (row.status, row.words) for row in contents.rows_of(notice)}
    publishing.revise(notice=notice, content={"severity": "critical"}, versions=rows, words="Worse than thought.",
                      by=cast.manufacturer, edition=notice.edition)  # fmt: skip
    return cast.supplier.email


def notice_withdrawn(cast: Cast) -> str:
    notice = _in(cast, NoticeState.PUBLISHED)
    publishing.withdraw(notice=notice, reason="It was another meter.", by=cast.manufacturer, edition=notice.edition)
    return cast.supplier.email


def notice_deadline(cast: Cast) -> str:
    _in(cast, NoticeState.PUBLISHED)
    reminders.remind(now=timezone.now() + timedelta(days=14))
    return cast.supplier.email


CAUSES: Final[tuple[tuple[Callable[[Cast], str], str], ...]] = (
    (notice_published, "Notice {notice}: vulnerability, severity high"),
    (notice_revised, "Notice {notice} was revised: vulnerability, severity critical"),
    (notice_withdrawn, "Notice {notice} was withdrawn"),
    (notice_deadline, "Notice {notice}: to be done by {in_3_weeks}"),
)
"""What causes each letter through the real act, returning its recipient; and the subject."""
