"""Who is told of a notice by letter, what the letter says, and what it must not say."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from accounts import mail
from accounts.choices import Role
from accounts.models import AuditEvent, Party
from cpl.actions.interest import note_check, watch
from cpl.actions.notices import contents, letters, publishing, reminders
from cpl.actions.visibility import restrict
from cpl.choices import NoticeAudience, NoticeState, VersionStatus
from cpl.models import Notice
from tests.accounts.mailbox import Mailbox, run_jobs, text
from tests.factories import Cast, Catalogue, make_entry, make_model, make_notice, make_user

pytestmark = pytest.mark.django_db

AFFECTED = VersionStatus.AFFECTED
DAY = timedelta(days=1)


def queued(template: str) -> list[str]:
    """To whom this letter is on its way."""
    jobs = ProcrastinateJob.objects.filter(task_name=mail.TASK, args__template=template)
    return sorted(job.args["to"] for job in jobs)


def revise(notice: Notice, cast: Cast, **content: Any) -> Notice:
    rows = {row.entry.pk: (row.status, row.words) for row in contents.rows_of(notice)}
    return publishing.revise(
        notice=notice,
        content=content,
        versions=rows,
        words="Found later.",
        by=cast.manufacturer,
        edition=notice.edition,
    )


def test_each_step_tells_the_concerned_the_manufacturer_secas_and_the_ssc_once(
    cast: Cast, catalogue: Catalogue
) -> None:
    """Ana watches the model and has checked it, Pia has checked it, and nobody of Severn Wires has."""
    make_user("mo@northmoor.example", Role.MANUFACTURER_EDITOR, Party.objects.get(name="Northmoor Metering Ltd"))
    watch(model=catalogue.ember, by=cast.supplier)
    for person in (cast.supplier, cast.rival_supplier):
        note_check(model=catalogue.ember, by=person)
    told = [
        "ana@ashdown.example",
        "mo@northmoor.example",
        "pia@pennine.example",
        "sam@secas.example",
        "sol@ssc.example",
    ]
    notice = revise(make_notice(cast, catalogue), cast, title="Worse")
    publishing.withdraw(notice=notice, reason="Wrong.", by=cast.manufacturer, edition=notice.edition)
    for template in ("notice_published", "notice_revised", "notice_withdrawn"):
        assert queued(template) == told, template


def test_the_manufacturer_is_told_what_secas_says_of_its_versions(cast: Cast, catalogue: Catalogue) -> None:
    make_notice(cast, catalogue, by=cast.moderator)
    assert queued("notice_published") == ["mei@northmoor.example", "sol@ssc.example"]


def test_a_draft_is_told_to_nobody(cast: Cast, catalogue: Catalogue) -> None:
    watch(model=catalogue.ember, by=cast.supplier)
    make_notice(cast, catalogue, NoticeState.DRAFT)
    assert not ProcrastinateJob.objects.filter(task_name=mail.TASK).exists()


def test_a_letter_says_what_it_is_and_by_when_and_not_what_is_wrong(
    cast: Cast, catalogue: Catalogue, mailbox: Mailbox
) -> None:
    watch(model=catalogue.ember, by=cast.supplier)
    day = timezone.localdate() + 30 * DAY
    notice = make_notice(cast, catalogue, deadline=day)
    run_jobs()
    words = text(mailbox.only(cast.supplier.email))
    for part in (notice.reference, "Vulnerability", "High", "urgent", f"{day:%-d %B %Y}", "Ember X495", "SEC G3.17"):
        assert part in words, part
    assert f"/notices/{notice.pk}/" in words
    for secret in (notice.title, notice.summary, notice.action, "CVE-", "CPL-0"):
        assert secret not in words, secret


def test_a_letter_names_no_model_that_its_reader_may_not_see(
    cast: Cast, catalogue: Catalogue, mailbox: Mailbox
) -> None:
    secret = make_entry(make_model(name="Ember Secret", model_identifier="5EC1"), "0A0B0C0D")
    restrict(record=secret, parties=Party.objects.filter(name="Ashdown Energy"), by=None)
    for person in (cast.supplier, cast.rival_supplier):
        watch(model=catalogue.ember, by=person)
    make_notice(cast, catalogue, versions={catalogue.baseline: AFFECTED, secret: AFFECTED})
    run_jobs()
    assert "Ember Secret" in text(mailbox.only(cast.supplier.email))
    assert "Ember Secret" not in text(mailbox.only(cast.rival_supplier.email))


def test_whoever_may_not_read_it_when_the_letter_is_written_gets_none(
    cast: Cast, catalogue: Catalogue, mailbox: Mailbox
) -> None:
    for person in (cast.supplier, cast.rival_supplier):
        watch(model=catalogue.ember, by=person)
    make_notice(cast, catalogue, versions={catalogue.restricted: AFFECTED})
    assert "pia@pennine.example" in queued("notice_published")
    run_jobs()
    assert mailbox.to(cast.supplier.email)
    assert not mailbox.to(cast.rival_supplier.email)


def test_of_two_steps_before_the_post_goes_only_the_newer_is_told(
    cast: Cast, catalogue: Catalogue, mailbox: Mailbox
) -> None:
    watch(model=catalogue.ember, by=cast.supplier)
    revise(make_notice(cast, catalogue), cast, severity="critical")
    run_jobs()
    assert "was revised" in str(mailbox.only(cast.supplier.email)["Subject"])


def test_many_models_are_named_in_part(cast: Cast, catalogue: Catalogue, mailbox: Mailbox) -> None:
    models = [make_model(name=f"Ember {number:02}", model_identifier=f"10{number:02}") for number in range(13)]
    named = {make_entry(model, "0A0B0C0D"): AFFECTED for model in models}
    watch(model=models[0], by=cast.supplier)
    make_notice(cast, catalogue, versions=named)
    run_jobs()
    words = text(mailbox.only(cast.supplier.email))
    assert "Ember 09\nand 3 more\n" in words
    assert "Ember 10" not in words


def test_the_page_can_say_who_will_be_told(cast: Cast, catalogue: Catalogue) -> None:
    watch(model=catalogue.ember, by=cast.supplier)
    notice = make_notice(cast, catalogue, audience=NoticeAudience.CONCERNED)
    people = letters.told_of(notice, contents.rows_of(notice))
    assert people == {cast.supplier, cast.manufacturer, cast.moderator, cast.ssc}


# The deadline ------------------------------------------------------------------------------------------------


@pytest.fixture
def due(cast: Cast, catalogue: Catalogue) -> Notice:
    """To be done in three weeks; Ana watches the model."""
    watch(model=catalogue.ember, by=cast.supplier)
    return make_notice(cast, catalogue, deadline=timezone.localdate() + 21 * DAY)


def remind(days: int) -> list[str]:
    """Who is reminded so many days from now, for the first time."""
    before = queued("notice_deadline")
    reminders.remind(now=timezone.now() + days * DAY)
    return queued("notice_deadline")[len(before) :]


def test_the_concerned_are_reminded_once_when_the_deadline_comes_close(cast: Cast, due: Notice) -> None:
    assert remind(13) == []
    assert remind(14) == [cast.supplier.email]
    assert remind(14) == []
    assert remind(15) == []
    event = AuditEvent.objects.get(name="notice.reminded")
    assert (event.actor, event.details["deadline"]) == ("system", str(due.deadline))


def test_another_deadline_is_reminded_of_again(cast: Cast, due: Notice) -> None:
    assert remind(14)
    assert due.deadline
    revise(Notice.objects.get(pk=due.pk), cast, deadline=due.deadline + 30 * DAY)
    assert remind(15) == []
    assert remind(44) == [cast.supplier.email]


def test_a_worker_that_was_away_reminds_up_to_the_day_itself_and_not_after(due: Notice) -> None:
    assert remind(22) == []
    assert remind(21)


def test_nobody_is_reminded_of_what_was_said_within_those_days(cast: Cast, catalogue: Catalogue) -> None:
    watch(model=catalogue.ember, by=cast.supplier)
    make_notice(cast, catalogue, deadline=timezone.localdate() + 5 * DAY)
    assert remind(1) == []


@pytest.mark.parametrize("state", [NoticeState.DRAFT, NoticeState.WITHDRAWN])
def test_nobody_is_reminded_of_what_is_not_in_force(cast: Cast, catalogue: Catalogue, state: NoticeState) -> None:
    watch(model=catalogue.ember, by=cast.supplier)
    make_notice(cast, catalogue, state, deadline=timezone.localdate() + 21 * DAY)
    assert remind(15) == []


def test_a_reminder_that_is_late_in_the_post_is_not_written(cast: Cast, due: Notice, mailbox: Mailbox) -> None:
    reminders.remind(now=timezone.now() + 15 * DAY)
    notice = Notice.objects.get(pk=due.pk)
    publishing.withdraw(notice=notice, reason="Wrong.", by=cast.manufacturer, edition=notice.edition)
    run_jobs()
    assert "was withdrawn" in str(mailbox.only(cast.supplier.email)["Subject"])


@pytest.mark.parametrize(("days", "reminded"), [(0, False), (30, False), (20, True)])
def test_how_long_before_is_a_setting(settings: Any, due: Notice, days: int, reminded: bool) -> None:
    settings.NOTICE_REMINDER_DAYS = days
    assert bool(remind(1)) == reminded
