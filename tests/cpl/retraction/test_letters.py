"""Who is told of a withdrawal, a removal and a new version, and what: once, and nothing that they may not see."""

from datetime import date
from typing import Any

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts.models import Party, User
from cpl.actions import interest
from cpl.actions.publication import issues
from cpl.actions.publication.errors import IssueMovedError
from cpl.actions.visibility import restrict
from cpl.choices import SubmissionKind as Kind
from cpl.choices import SubmissionState as State
from cpl.models import CPLEntry, CPLIssue, DeviceModel, FirmwareInformation, ModelInterest
from tests.accounts.mailbox import Mailbox, links, run_jobs, text
from tests.cpl.importing import bring_in, listed, removed, workbook
from tests.factories import Cast, Catalogue, make_entry, make_issue, make_submission

pytestmark = pytest.mark.django_db

RETRACTED, PUBLISHED = "version_retracted", "watched_published"


def queued(template: str) -> dict[str, list[int]]:
    """Letters of a kind that wait: the entries each is about, by address."""
    jobs = ProcrastinateJob.objects.filter(args__template=template, status="todo")
    found = [(job.args["to"], job.args["context"]["entries"]) for job in jobs]
    assert len({to for to, _ in found}) == len(found), "one letter a person"
    return dict(found)


def issue_of(cast: Cast, catalogue: Catalogue, *kinds: Kind) -> CPLIssue:
    return make_issue(cast, [make_submission(cast, catalogue, kind, State.ACCEPTED) for kind in kinds])


@pytest.fixture
def interested(cast: Cast, catalogue: Catalogue) -> Catalogue:
    """Ana watches the Ember, Pia has checked it, Nia watches the Lantern."""
    interest.watch(model=catalogue.ember, by=cast.supplier)
    interest.note_check(model=catalogue.ember, by=cast.rival_supplier)
    interest.watch(model=catalogue.gas, by=cast.network)
    return catalogue


def test_whoever_watches_or_has_checked_the_model_is_told_once_of_a_whole_issue(
    cast: Cast, interested: Catalogue
) -> None:
    issues.publish(issue=issue_of(cast, interested, Kind.WITHDRAWAL, Kind.REMOVAL), by=cast.publisher)
    both = sorted([interested.second.pk, interested.baseline.pk])
    assert queued(RETRACTED) == {cast.supplier.email: both, cast.rival_supplier.email: both}


def test_only_who_watches_is_told_of_a_new_version(cast: Cast, interested: Catalogue) -> None:
    issues.publish(issue=issue_of(cast, interested, Kind.NEW_ENTRY), by=cast.publisher)
    new = CPLEntry.objects.get(device_model=interested.ember, firmware_version__startswith="0105")
    assert queued(PUBLISHED) == {cast.supplier.email: [new.pk]}
    assert queued(RETRACTED) == {}


def test_publishing_once_more_tells_nobody_again(cast: Cast, interested: Catalogue) -> None:
    issue = issue_of(cast, interested, Kind.WITHDRAWAL)
    issues.publish(issue=issue, by=cast.publisher)
    with pytest.raises(IssueMovedError):
        issues.publish(issue=CPLIssue.objects.get(pk=issue.pk), by=cast.publisher)
    assert ProcrastinateJob.objects.filter(args__template=RETRACTED).count() == 2


def test_what_is_not_published_after_all_is_told_to_nobody(cast: Cast, interested: Catalogue) -> None:
    """The letters wait in the transaction that publishes: it falls, and they are gone."""
    issue = issue_of(cast, interested, Kind.WITHDRAWAL)

    def publish_and_die() -> None:
        with transaction.atomic():
            issues.publish(issue=issue, by=cast.publisher)
            assert len(queued(RETRACTED)) == 2
            raise OSError("died")

    with pytest.raises(OSError, match="died"):
        publish_and_die()
    assert queued(RETRACTED) == {}


def test_removals_that_come_with_an_imported_workbook_are_told_and_so_are_its_new_versions(cast: Cast) -> None:
    """What the file says is removed, and what it lacks and somebody ticked, in one letter."""
    bring_in(workbook(listed(), listed(2), listed(3)))
    ember = DeviceModel.objects.get()
    interest.watch(model=ember, by=cast.supplier)
    bring_in(
        workbook(listed(), listed(4), Removed=[removed(2)]), remove=["CPL-000003"], removal_reason="Lapsed",
        removal_date=date(2026, 11, 1),
    )  # fmt: skip
    keys = dict(CPLEntry.objects.values_list("cpl_entry_id", "pk"))
    assert queued(RETRACTED) == {cast.supplier.email: [keys["CPL-000002"], keys["CPL-000003"]]}
    assert queued(PUBLISHED) == {cast.supplier.email: [keys["CPL-000004"]]}


def test_importing_the_same_again_tells_nobody(cast: Cast) -> None:
    bring_in(workbook(listed(), Removed=[removed(2)]))
    interest.watch(model=DeviceModel.objects.get(), by=cast.supplier)
    bring_in(workbook(listed(), Removed=[removed(2)]))
    assert queued(RETRACTED) == queued(PUBLISHED) == {}


# What it says --------------------------------------------------------------------------------------------------


def told(cast: Cast, catalogue: Catalogue, mailbox: Mailbox, *kinds: Kind) -> None:
    """Publish these, and let the letters go."""
    issues.publish(issue=issue_of(cast, catalogue, *kinds), by=cast.publisher)
    mailbox.letters.clear()
    run_jobs()


def letter_to(person: User, mailbox: Mailbox) -> str:
    (found,) = [text(one) for one in mailbox.to(person.email) if "concerned with" in str(one["Subject"])]
    return found


def test_it_says_which_version_what_when_why_and_where_the_way_on_is(
    cast: Cast, interested: Catalogue, mailbox: Mailbox
) -> None:
    told(cast, interested, mailbox, Kind.WITHDRAWAL, Kind.REMOVAL)
    words = letter_to(cast.rival_supplier, mailbox)
    assert "Ember X495 (Northmoor Metering Ltd), firmware version 10030A08, CPL-001050" in words
    assert "Withdrawn by its manufacturer on" in words
    assert "Reason: The version loses its clock after a power cut." in words
    assert "Removed from the list on" in words
    assert "Reason: Removed at the Panel's direction." in words
    (letter,) = mailbox.to(cast.rival_supplier.email)
    assert "/models/7A01-8B0B030D/route/?from=CPL-001050" in links(letter)


def test_only_what_its_reader_may_see_when_it_is_written_is_in_it(
    cast: Cast, interested: Catalogue, mailbox: Mailbox
) -> None:
    issues.publish(issue=issue_of(cast, interested, Kind.WITHDRAWAL, Kind.REMOVAL), by=cast.publisher)
    restrict(record=interested.second, parties=Party.objects.filter(name="Ashdown Energy"), by=cast.moderator)
    mailbox.letters.clear()
    run_jobs()
    assert "CPL-001050" in letter_to(cast.supplier, mailbox)
    words = letter_to(cast.rival_supplier, mailbox)
    assert "CPL-001045" in words
    assert "CPL-001050" not in words
    assert "10030A08" not in words


def test_a_withdrawal_in_a_record_that_its_reader_may_not_see_is_not_told(
    cast: Cast, interested: Catalogue, mailbox: Mailbox
) -> None:
    record = FirmwareInformation.objects.get(entry=interested.second)
    restrict(record=record, parties=Party.objects.filter(name="Ashdown Energy"), by=cast.moderator)
    told(cast, interested, mailbox, Kind.WITHDRAWAL)
    assert "CPL-001050" in letter_to(cast.supplier, mailbox)
    assert mailbox.to(cast.rival_supplier.email) == []


def test_who_stopped_watching_or_left_meanwhile_is_told_nothing(
    cast: Cast, interested: Catalogue, mailbox: Mailbox
) -> None:
    issues.publish(issue=issue_of(cast, interested, Kind.WITHDRAWAL), by=cast.publisher)
    interest.unwatch(model=interested.ember, by=cast.supplier)
    User.objects.filter(pk=cast.rival_supplier.pk).update(is_active=False)
    mailbox.letters.clear()
    run_jobs()
    assert mailbox.to(cast.supplier.email) == mailbox.to(cast.rival_supplier.email) == []


def test_a_long_letter_names_forty_and_says_how_many_more(cast: Cast, interested: Catalogue, mailbox: Mailbox) -> None:
    from cpl.actions.interest_letters import retracted  # noqa: PLC0415 - only here by itself

    for number in range(42):
        gone: dict[str, Any] = {"removed_on": date(2026, 1, 5), "removal_reason": "Lapsed"}
        make_entry(interested.ember, f"{number:08X}", cpl_entry_id=f"GONE-{number:02}", **gone)
    retracted(CPLEntry.objects.filter(cpl_entry_id__startswith="GONE-"))
    run_jobs()
    words = letter_to(cast.supplier, mailbox)
    assert "42 firmware versions" in mailbox.only(cast.supplier.email)["Subject"]
    assert words.count("GONE-") == 2 * 40
    assert "and 2 more" in words


def test_the_manufacturer_is_not_told_who_was(cast: Cast, interested: Catalogue, mailbox: Mailbox) -> None:
    told(cast, interested, mailbox, Kind.WITHDRAWAL)
    for letter in mailbox.to(cast.manufacturer.email):
        assert not any(word in text(letter).lower() for word in ("watch", "ashdown", "pennine"))
    assert ModelInterest.objects.filter(person=cast.manufacturer).count() == 0
