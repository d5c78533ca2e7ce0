"""Anybody tries anything with a notice, in any order: what happens is what a small model says, and all is on record."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.access import Forbidden
from accounts.models import AuditEvent, User
from cpl.actions.notices import contents, drafts, publishing
from cpl.actions.notices.errors import EditedMeanwhileError, NeedsWordsError, NotWholeError, UnknownVersionError
from cpl.choices import NoticeState, VersionStatus
from cpl.models import Notice, NoticeRevision
from cpl.selectors.notices import open_notices
from cpl.workflow import WrongMoveError
from tests.factories import Cast, Catalogue, make_notice

pytestmark = pytest.mark.django_db

REFUSALS: Final = (
    Forbidden, WrongMoveError, EditedMeanwhileError, NotWholeError, NeedsWordsError, UnknownVersionError
)  # fmt: skip
DRAFT, PUBLISHED, WITHDRAWN = NoticeState
STATUSES: Final = ("affected", "fixed", "not_affected")


@dataclass(frozen=True)
class Try:
    """What somebody tries: a step with a title, the statuses of the Ember's three versions, and an edition."""

    step: str
    who: str
    title: str
    statuses: tuple[str | None, ...]
    words: str
    behind: int


TRIES = st.builds(
    Try,
    step=st.sampled_from(["save", "publish", "revise", "revise", "withdraw", "discard"]),
    who=st.sampled_from(["manufacturer", "manufacturer", "manufacturer", "competitor", "moderator"]),
    title=st.sampled_from(["", "The clock stops", "The clock runs fast"]),
    statuses=st.tuples(*[st.sampled_from([None, *STATUSES])] * 3),
    words=st.sampled_from(["", "Seen elsewhere."]),
    behind=st.sampled_from([0, 0, 0, 1]),
)

_PUBLISH: Final = Try("publish", "manufacturer", "", (None, None, None), "", 0)


@dataclass
class Model:
    """The life of a notice in a few lines: nothing of it is read from the database."""

    state: NoticeState | None = DRAFT
    edition: int = 1
    title: str = "The clock stops"
    said: dict[str, str] = field(default_factory=dict)
    kept: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def take(self, one: Try, says: dict[str, str]) -> bool:
        """Take the step, and say whether it was to be taken."""
        if one.who != "manufacturer" or self.state != {"save": DRAFT, "publish": DRAFT, "discard": DRAFT}.get(
            one.step, PUBLISHED
        ):
            return False
        if one.step == "discard":
            self.state = None
            return True
        return not one.behind and bool(getattr(self, f"_{one.step}")(one, says))

    def _save(self, one: Try, says: dict[str, str]) -> bool:
        self.edition += (one.title, says) != (self.title, self.said)
        self.title, self.said = one.title, says
        return True

    def _publish(self, one: Try, says: dict[str, str]) -> bool:
        return self._whole(self.title, self.said) and self._keep(PUBLISHED)

    def _revise(self, one: Try, says: dict[str, str]) -> bool:
        dropped = self.said.keys() - says.keys()
        if not one.words or dropped or not self._whole(one.title, says) or (one.title, says) == (self.title, self.said):
            return False
        self.title, self.said = one.title, says
        return self._keep(PUBLISHED)

    def _withdraw(self, one: Try, says: dict[str, str]) -> bool:
        return bool(one.words) and self._keep(WITHDRAWN)

    def _keep(self, state: NoticeState) -> bool:
        self.state, self.edition = state, self.edition + 1
        self.kept.append((self.title, dict(self.said)))
        return True

    @staticmethod
    def _whole(title: str, says: Mapping[str, str]) -> bool:
        return bool(title) and any(status != "not_affected" for status in says.values())


@pytest.mark.slow
@settings(
    max_examples=25, deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(is_published=st.booleans(), tries=st.lists(TRIES, min_size=1, max_size=10))
def test_whatever_is_tried_it_is_as_the_model_says(
    cast: Cast, catalogue: Catalogue, is_published: bool, tries: list[Try]
) -> None:
    tries = [_PUBLISH, *tries] if is_published else tries
    with transaction.atomic():
        notice = make_notice(cast, catalogue, NoticeState.DRAFT, title="The clock stops")
        model = Model(said={"CPL-001045": "affected", "CPL-001072": "fixed"})
        for one in tries:
            taken = attempt(notice, one, cast, catalogue)
            assert taken == model.take(one, says(one, catalogue)), one
            check(notice, model, cast, catalogue)
        transaction.set_rollback(True)


def entries(catalogue: Catalogue) -> list[Any]:
    return [catalogue.baseline, catalogue.second, catalogue.recommended]


def says(one: Try, catalogue: Catalogue) -> dict[str, str]:
    named = zip(entries(catalogue), one.statuses, strict=True)
    return {entry.cpl_entry_id: status for entry, status in named if status}


def attempt(notice: Notice, one: Try, cast: Cast, catalogue: Catalogue) -> bool:
    """Try it; what is refused changes nothing."""
    now = Notice.objects.filter(pk=notice.pk).first()
    by: User = getattr(cast, one.who)
    versions = {
        entry.pk: (VersionStatus(status), "")
        for entry, status in zip(entries(catalogue), one.statuses, strict=True)
        if status
    }
    step: dict[str, Any] = {"notice": notice, "by": by, "edition": (now.edition if now else 1) - one.behind}
    said: dict[str, Any] = {"content": {"title": one.title}, "versions": versions}
    try:
        with transaction.atomic():
            if one.step == "save":
                drafts.save(**step, **said)
            elif one.step == "publish":
                publishing.publish(**step)
            elif one.step == "revise":
                publishing.revise(**step, **said, words=one.words)
            elif one.step == "withdraw":
                publishing.withdraw(**step, reason=one.words)
            else:
                drafts.discard(notice=notice, by=by)
    except REFUSALS:
        return False
    return True


def check(notice: Notice, model: Model, cast: Cast, catalogue: Catalogue) -> None:
    now = Notice.objects.filter(pk=notice.pk).first()
    assert (now.state if now else None) == model.state
    in_force = model.said if model.state == PUBLISHED else {}
    open_now = open_notices(cast.supplier, [catalogue.ember.pk])
    assert {one.entry for found in open_now.by_version.values() for one in found} == {
        entry.pk for entry in entries(catalogue) if entry.cpl_entry_id in in_force
    }
    if now is None:
        return
    assert (now.edition, now.title, now.revision) == (model.edition, model.title, len(model.kept))
    assert {row.entry.cpl_entry_id: row.status for row in contents.rows_of(now)} == model.said
    kept = NoticeRevision.objects.filter(notice=now).values_list(
        "number", "content__fields__title", "content__versions"
    )
    assert [(number, title, {key: value[0] for key, value in said.items()}) for number, title, said in kept] == [
        (number, *each) for number, each in enumerate(model.kept, 1)
    ]
    names = AuditEvent.objects.filter(object_type="cpl.notice", object_key=str(now.pk)).values_list("name", flat=True)
    done = [name for name in names if name in {"notice.published", "notice.revised", "notice.withdrawn"}]
    assert len(done) == len(model.kept)
