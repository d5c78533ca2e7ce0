"""A notice from its draft to its withdrawal: what each step does, who may take it, and what stands against it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection, transaction

from accounts.access import Forbidden
from accounts.actions.memberships import join
from accounts.choices import PartyCategory, Role
from accounts.models import AuditEvent, Party, User
from cpl.actions.notices import contents, drafts, publishing
from cpl.actions.notices.errors import (
    EditedMeanwhileError,
    NeedsWordsError,
    NotWholeError,
    UnknownVersionError,
    WrongStepError,
)
from cpl.actions.visibility import restrict
from cpl.choices import NoticeState, Severity, VersionStatus
from cpl.models import CPLEntry, Manufacturer, Notice, NoticeRevision
from cpl.workflow import WrongMoveError
from tests.factories import Cast, Catalogue, make_notice, make_user
from tests.factories.notices import CONTENT, as_versions

pytestmark = pytest.mark.django_db

AFFECTED, FIXED = VersionStatus.AFFECTED, VersionStatus.FIXED


def now(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


def said(notice: Notice) -> dict[str, str]:
    return {row.entry.cpl_entry_id: row.status for row in contents.rows_of(notice)}


def names_of(notice: Notice) -> list[str]:
    events = AuditEvent.objects.filter(object_type="cpl.notice", object_key=str(notice.pk)).order_by("pk")
    return list(events.values_list("name", flat=True))


def northmoor() -> Manufacturer:
    return Manufacturer.objects.get(name="Northmoor Metering Ltd")


def a_colleague() -> User:
    return make_user("uma@northmoor.example", Role.MANUFACTURER_EDITOR, Party.objects.get(name=northmoor().name))


def revise(notice: Notice, by: User, **given: Any) -> Notice:
    """A revision in which the summary is another, unless something else is given."""
    versions = {row.entry.pk: (row.status, row.words) for row in contents.rows_of(notice)}
    defaults = {"content": {"summary": "Worse than thought."}, "versions": versions, "words": "Seen in a second house."}
    return publishing.revise(notice=notice, by=by, **{"edition": notice.edition, **defaults, **given})


# Drafts ------------------------------------------------------------------------------------------------------


def test_a_draft_keeps_what_its_author_says(cast: Cast, catalogue: Catalogue) -> None:
    draft = now(make_notice(cast, catalogue, NoticeState.DRAFT))
    assert (draft.title, draft.severity, draft.cves) == (CONTENT["title"], Severity.HIGH, ["CVE-2026-41045"])
    assert said(draft) == {"CPL-001045": "affected", "CPL-001072": "fixed"}
    assert (draft.state, draft.edition, draft.revision, draft.party.name) == ("draft", 1, 0, "Northmoor Metering Ltd")


def test_a_draft_may_begin_with_nothing(cast: Cast, catalogue: Catalogue) -> None:
    draft = drafts.begin(by=cast.moderator, manufacturer=northmoor())
    assert {problem.field for problem in contents.problems(draft)} == {"title", "summary", "severity", "versions"}


def test_a_draft_remembers_the_file_that_it_comes_from(cast: Cast, catalogue: Catalogue) -> None:
    came = {"id": "NM-2026-7", "version": "2", "publisher": "Northmoor"}
    assert now(drafts.begin(by=cast.manufacturer, manufacturer=northmoor(), drafted_from=came)).drafted_from == came


def test_saving_changes_what_is_given_and_keeps_the_rest(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_notice(cast, catalogue, NoticeState.DRAFT)
    versions = as_versions({catalogue.second: AFFECTED})
    drafts.save(notice=draft, content={"title": "Another"}, versions=versions, by=cast.manufacturer, edition=1)
    kept = now(draft)
    assert (kept.title, kept.summary, kept.edition) == ("Another", CONTENT["summary"], 2)
    assert said(kept) == {"CPL-001050": "affected"}


def test_a_status_that_is_changed_is_kept_with_its_words(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_notice(cast, catalogue, NoticeState.DRAFT)
    versions = {catalogue.baseline.pk: (VersionStatus.NOT_AFFECTED, " It has no clock. ")}
    drafts.save(notice=draft, content={}, versions=versions, by=cast.manufacturer, edition=1)
    assert [row[1:] for row in contents.rows_of(draft)] == [("not_affected", "It has no clock.")]


def test_saving_the_same_again_changes_nothing(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_notice(cast, catalogue, NoticeState.DRAFT)
    same = as_versions({catalogue.baseline: AFFECTED, catalogue.recommended: FIXED})
    drafts.save(notice=draft, content={**CONTENT, "title": f" {CONTENT['title']} "}, versions=same,
                by=cast.manufacturer, edition=1)  # fmt: skip
    assert now(draft).edition == 1
    assert names_of(draft) == ["notice.begun"]


def test_words_are_kept_without_what_no_database_keeps(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_notice(cast, catalogue, NoticeState.DRAFT, title="A\0B", cves=[" cve-2026-1234 ", ""])
    assert (now(draft).title, now(draft).cves) == ("A\ufffdB", ["CVE-2026-1234"])


def test_a_field_that_is_not_the_authors_is_refused(cast: Cast, catalogue: Catalogue) -> None:
    with pytest.raises(TypeError, match="and not: edition"):
        make_notice(cast, catalogue, NoticeState.DRAFT, edition=7)


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"cves": ["CVE-26-1"]}, "cves"),
        ({"advisory_link": "javascript:alert(1)"}, "advisory_link"),
        ({"references": [{"summary": "There", "url": "ftp://northmoor.example"}]}, "references"),
        ({"kind": "rumour"}, "kind"),
        ({"title": "T" * 201}, "title"),
    ],
)
def test_what_no_draft_can_keep_is_refused_with_its_field(
    cast: Cast, catalogue: Catalogue, content: dict[str, Any], field: str
) -> None:
    with pytest.raises(NotWholeError) as caught:
        make_notice(cast, catalogue, NoticeState.DRAFT, **content)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert not Notice.objects.exists()


def test_a_version_of_another_manufacturer_is_refused(cast: Cast, catalogue: Catalogue) -> None:
    other = CPLEntry.objects.get(cpl_entry_id="CPL-002001")
    assert other.manufacturer != catalogue.baseline.manufacturer
    with pytest.raises(NotWholeError, match="CPL-002001 is a version of another manufacturer"):
        make_notice(cast, catalogue, NoticeState.DRAFT, versions={catalogue.baseline: AFFECTED, other: AFFECTED})


def test_a_hidden_version_and_one_that_is_not_there_are_refused_alike(cast: Cast, catalogue: Catalogue) -> None:
    told = set()
    for key in (catalogue.restricted.pk, 987_654_321):
        with pytest.raises(UnknownVersionError) as caught:
            drafts.begin(by=cast.ssc, manufacturer=northmoor(), versions={key: (AFFECTED, "")})
        told.add(str(caught.value))
    assert len(told) == 1
    assert drafts.begin(
        by=cast.manufacturer, manufacturer=northmoor(), versions={catalogue.restricted.pk: (AFFECTED, "")}
    )


def test_what_is_said_of_a_version_hidden_from_one_author_stays(cast: Cast, catalogue: Catalogue) -> None:
    """It was named before it was restricted: the SSC cannot see it any more, and does not drop it unseen."""
    draft = make_notice(cast, catalogue, NoticeState.DRAFT, by=cast.ssc)
    restrict(record=catalogue.baseline, parties=[], by=cast.moderator)
    versions = as_versions({catalogue.second: AFFECTED})
    drafts.save(notice=draft, content={}, versions=versions, by=cast.ssc, edition=1)
    assert said(draft) == {"CPL-001045": "affected", "CPL-001050": "affected"}


def test_a_draft_is_discarded_for_good(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_notice(cast, catalogue, NoticeState.DRAFT)
    drafts.discard(notice=draft, by=cast.manufacturer)
    assert not Notice.objects.exists()
    assert AuditEvent.objects.filter(name="notice.discarded").count() == 1


# Publishing --------------------------------------------------------------------------------------------------


def test_publishing_makes_revision_1_of_all_that_it_says(cast: Cast, catalogue: Catalogue) -> None:
    notice = now(make_notice(cast, catalogue))
    (first,) = NoticeRevision.objects.filter(notice=notice)
    assert (notice.state, notice.revision, notice.published_by) == ("published", 1, cast.manufacturer)
    assert (first.number, first.event, first.by_name, first.by_party) == (1, "published", "Mei", northmoor().name)
    assert first.content["fields"]["title"] == CONTENT["title"]
    assert first.content["versions"] == {"CPL-001045": ["affected", ""], "CPL-001072": ["fixed", ""]}
    assert names_of(notice) == ["notice.begun", "notice.published"]


def test_what_is_not_whole_is_not_published(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_notice(cast, catalogue, NoticeState.DRAFT, title="", action="")
    with pytest.raises(NotWholeError) as caught:
        publishing.publish(notice=draft, by=cast.manufacturer, edition=1)
    assert {problem.check for problem in caught.value.problems} == {"said_in_words", "action_said"}
    assert (now(draft).state, NoticeRevision.objects.count()) == ("draft", 0)


def test_what_only_advises_does_not_stop_publication(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue, versions={catalogue.baseline: AFFECTED})
    assert {problem.check for problem in contents.problems(notice)} == {"fixed_version_named", "urgent_has_deadline"}


# Revising and withdrawing ------------------------------------------------------------------------------------


def test_a_revision_keeps_what_was_said_before(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue)
    versions = as_versions({catalogue.baseline: AFFECTED, catalogue.second: AFFECTED, catalogue.recommended: FIXED})
    revise(notice, cast.manufacturer, versions=versions)
    first, second = NoticeRevision.objects.filter(notice=notice)
    assert "CPL-001050" not in first.content["versions"]
    assert second.content["versions"]["CPL-001050"] == ["affected", ""]
    assert (second.number, second.event, second.words) == (2, "revised", "Seen in a second house.")
    assert (now(notice).summary, now(notice).revision, now(notice).edition) == ("Worse than thought.", 2, 3)
    assert AuditEvent.objects.get(name="notice.revised").details["changed"] == ["summary", "versions"]


def test_a_revision_that_changes_nothing_is_refused(cast: Cast, catalogue: Catalogue) -> None:
    with pytest.raises(NotWholeError, match="Nothing is changed"):
        revise(make_notice(cast, catalogue), cast.manufacturer, content=CONTENT)


def test_a_revision_drops_no_version_that_was_named(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue)
    with pytest.raises(NotWholeError, match="CPL-001045 was named when the notice was published"):
        revise(notice, cast.manufacturer, versions=as_versions({catalogue.recommended: FIXED}))
    assert said(notice) == {"CPL-001045": "affected", "CPL-001072": "fixed"}


@pytest.mark.parametrize("words", ["", "  \n", "W" * 501])
def test_a_revision_and_a_withdrawal_need_words_that_can_be_kept(cast: Cast, catalogue: Catalogue, words: str) -> None:
    notice = make_notice(cast, catalogue)
    with pytest.raises(NeedsWordsError):
        revise(notice, cast.manufacturer, words=words)
    with pytest.raises(NeedsWordsError):
        publishing.withdraw(notice=notice, reason=words, by=cast.manufacturer, edition=notice.edition)
    assert now(notice).edition == notice.edition


def test_a_withdrawn_notice_keeps_all_that_it_said(cast: Cast, catalogue: Catalogue) -> None:
    notice = now(make_notice(cast, catalogue, NoticeState.WITHDRAWN))
    last = NoticeRevision.objects.filter(notice=notice).latest("pk")
    assert (notice.state, notice.withdrawn_by, notice.revision) == ("withdrawn", cast.manufacturer, 2)
    assert (last.event, last.words) == ("withdrawn", notice.withdrawal_reason)
    assert said(notice) == {"CPL-001045": "affected", "CPL-001072": "fixed"}


STEPS: dict[str, Callable[[Notice, User], Any]] = {
    "save": lambda notice, by: drafts.save(notice=notice, content={}, versions={}, by=by, edition=notice.edition),
    "discard": lambda notice, by: drafts.discard(notice=notice, by=by),
    "publish": lambda notice, by: publishing.publish(notice=notice, by=by, edition=notice.edition),
    "revise": revise,
    "withdraw": lambda notice, by: publishing.withdraw(notice=notice, reason="No.", by=by, edition=notice.edition),
}
OPEN = {"save": "draft", "discard": "draft", "publish": "draft", "revise": "published", "withdraw": "published"}


@pytest.mark.parametrize("state", NoticeState)
@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_open_in_one_state_and_elsewhere_a_wrong_move(
    cast: Cast, catalogue: Catalogue, step: str, state: NoticeState
) -> None:
    notice = make_notice(cast, catalogue, state)
    if OPEN[step] == state:
        STEPS[step](notice, cast.manufacturer)
        return
    with pytest.raises(WrongMoveError, match=f"{notice.reference} is "):
        STEPS[step](notice, cast.manufacturer)
    assert now(notice).edition == notice.edition


# Who may -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "who", ["supplier", "administrator", "network", "submitter", "auditor", "stranger", "competitor"]
)
def test_nobody_else_begins_a_notice_about_a_manufacturers_versions(cast: Cast, catalogue: Catalogue, who: str) -> None:
    with pytest.raises(Forbidden):
        drafts.begin(by=getattr(cast, who), manufacturer=northmoor())


@pytest.mark.parametrize(
    ("who", "party"),
    [
        ("manufacturer", "Northmoor Metering Ltd"),
        ("moderator", "SECAS"),
        ("publisher", "SECAS"),
        ("ssc", "Security Sub-Committee"),
    ],
)
def test_the_notice_is_of_the_party_in_which_the_person_may(
    cast: Cast, catalogue: Catalogue, who: str, party: str
) -> None:
    assert drafts.begin(by=getattr(cast, who), manufacturer=northmoor()).party.name == party


def test_of_several_parties_the_makers_own_comes_first_and_another_can_be_named(
    cast: Cast, catalogue: Catalogue
) -> None:
    ssc = Party.objects.get(category=PartyCategory.SSC)
    join(user=cast.manufacturer, party=ssc, role=Role.SSC_MEMBER, by=None)
    both = User.objects.get(pk=cast.manufacturer.pk)
    assert drafts.begin(by=both, manufacturer=northmoor()).party.name == northmoor().name
    assert drafts.begin(by=both, manufacturer=northmoor(), party=ssc).party == ssc
    with pytest.raises(Forbidden):
        drafts.begin(by=both, manufacturer=northmoor(), party=Party.objects.get(name="SECAS"))


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_forbidden_to_whoever_is_not_of_its_party(cast: Cast, catalogue: Catalogue, step: str) -> None:
    notice = make_notice(cast, catalogue, NoticeState(OPEN[step]))
    for who in ("competitor", "supplier", "moderator", "ssc", "auditor"):
        with pytest.raises(Forbidden):
            STEPS[step](notice, getattr(cast, who))
    assert now(notice).edition == notice.edition


@pytest.mark.parametrize("step", STEPS)
def test_the_manufacturer_does_not_change_what_secas_says_of_its_versions(
    cast: Cast, catalogue: Catalogue, step: str
) -> None:
    notice = make_notice(cast, catalogue, NoticeState(OPEN[step]), by=cast.moderator)
    with pytest.raises(Forbidden):
        STEPS[step](notice, cast.manufacturer)
    STEPS[step](notice, cast.publisher)


def test_a_colleague_goes_on_with_a_draft(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_notice(cast, catalogue, NoticeState.DRAFT)
    assert publishing.publish(notice=draft, by=a_colleague(), edition=1).published_by != cast.manufacturer


def test_what_is_forbidden_is_forbidden_whatever_the_state(cast: Cast, catalogue: Catalogue) -> None:
    """Somebody without the permission does not learn the state from the kind of refusal."""
    notice = make_notice(cast, catalogue, NoticeState.WITHDRAWN)
    with pytest.raises(Forbidden):
        STEPS["publish"](notice, cast.competitor)


# Two at once -------------------------------------------------------------------------------------------------


def test_whoever_saves_an_older_edition_is_told_who_changed_it(cast: Cast, catalogue: Catalogue) -> None:
    draft, colleague = make_notice(cast, catalogue, NoticeState.DRAFT), a_colleague()
    drafts.save(notice=draft, content={"title": "Mine"}, versions={}, by=colleague, edition=1)
    with pytest.raises(EditedMeanwhileError, match=r"edition 1, now 2\). Uma of Northmoor Metering Ltd changed it at"):
        drafts.save(notice=draft, content={"title": "Yours"}, versions={}, by=cast.manufacturer, edition=1)
    assert now(draft).title == "Mine"


@pytest.mark.parametrize("step", ["publish", "revise", "withdraw"])
def test_no_step_goes_past_an_edition_that_was_not_read(cast: Cast, catalogue: Catalogue, step: str) -> None:
    notice = make_notice(cast, catalogue, NoticeState(OPEN[step]))
    notice.edition -= 1
    with pytest.raises(EditedMeanwhileError):
        STEPS[step](notice, cast.manufacturer)


def test_whoever_comes_second_is_told_what_happened_to_a_discarded_draft(cast: Cast, catalogue: Catalogue) -> None:
    draft, colleague = make_notice(cast, catalogue, NoticeState.DRAFT), a_colleague()
    drafts.discard(notice=now(draft), by=colleague)
    with pytest.raises(WrongStepError, match="Uma of Northmoor Metering Ltd discarded it at"):
        publishing.publish(notice=draft, by=cast.manufacturer, edition=1)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_wins_and_the_other_is_told(cast: Cast, catalogue: Catalogue) -> None:
    draft, people = make_notice(cast, catalogue, NoticeState.DRAFT), [cast.manufacturer, a_colleague()]
    ready = Barrier(len(people))

    def publish(by: User) -> Exception | None:
        ready.wait(timeout=10)
        try:
            publishing.publish(notice=draft, by=by, edition=1)
        except WrongStepError as error:
            return error
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(people)) as pool:
        told = list(pool.map(publish, people))
    (error,) = (answer for answer in told if answer is not None)
    winner = now(draft).published_by
    assert isinstance(error, WrongStepError)
    assert error.told.startswith(f"{winner} of Northmoor Metering Ltd published it at ")
    assert NoticeRevision.objects.filter(notice=draft).count() == 1


def test_a_step_that_fails_leaves_nothing_behind(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue)
    with pytest.raises(RuntimeError), transaction.atomic():
        revise(notice, cast.manufacturer)
        raise RuntimeError
    assert (now(notice).revision, NoticeRevision.objects.count()) == (1, 1)
