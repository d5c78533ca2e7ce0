"""The log as the portal writes it: chained, gapless, kept as it is, and without contact details."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, InternalError, connection, transaction
from django.utils import timezone

from accounts.models import AuditEvent
from cpl import audit_names, log_chain
from cpl.actions import publication_log
from cpl.actions.publication_log import LogDraft, append, sign
from cpl.choices import LogKind
from cpl.log_chain import Head
from cpl.models import LogCheckpoint, PublicationRecord
from cpl.selectors import log_keys
from cpl.selectors.publication_log import checkpoint_line, head, lines
from cpl.verify_log.chain import Fault, Verifier
from tests.cpl.publication_log import logs
from tests.cpl.publication_log.conftest import about, write
from tests.factories import Cast, Catalogue


def faults(cast: Cast) -> list[Fault]:
    """What the verifier says of the whole log, as an auditor takes it away."""
    checkpoint = sign()
    assert checkpoint is not None
    (key,) = [log_chain.public_key(current.text) for current in [log_keys.current_key()] if current]
    found = [*lines(cast.auditor, checkpoint.record_id), checkpoint_line(checkpoint)]
    return Verifier({log_chain.key_name(key): key}).verify(line.removesuffix(b"\n") for line in found)


def test_what_the_portal_writes_verifies(cast: Cast, log: dict[str, PublicationRecord]) -> None:
    assert faults(cast) == []


def test_an_empty_log_begins_with_what_was_published_without_it(catalogue: Catalogue) -> None:
    write(about(LogKind.ENTRY_PUBLISHED, catalogue.baseline))
    opened = PublicationRecord.objects.get(number=1)
    assert opened.kind == LogKind.OPENED
    # The entry that is published with it has a record of its own.
    assert opened.body["entries"] == catalogue.baseline.__class__.objects.count() - 1
    assert opened.body["removed"] == 1
    assert len(opened.body["entries_digest"]) == 64


def test_a_second_publication_goes_on_with_the_numbers(catalogue: Catalogue) -> None:
    write(about(LogKind.ENTRY_PUBLISHED, catalogue.baseline))
    (record,) = write(about(LogKind.ENTRY_REMOVED, catalogue.removed, reason="Old"))
    assert (record.number, record.previous) == (3, PublicationRecord.objects.get(number=2).digest)


def test_nothing_to_write_writes_nothing(db: None) -> None:
    assert write() == []
    assert head() == log_chain.EMPTY


def test_the_log_is_written_with_what_it_tells_or_not_at_all(transactional_db: None) -> None:
    with pytest.raises(transaction.TransactionManagementError):
        append([LogDraft(LogKind.ISSUE_LOADED, {"issue": "1"})], at=timezone.now())


def test_a_publication_that_fails_leaves_no_record(db: None) -> None:
    def fail() -> None:
        with transaction.atomic():
            append([LogDraft(LogKind.ISSUE_LOADED, {"issue": "1"})], at=timezone.now())
            raise InterruptedError

    with pytest.raises(InterruptedError):
        fail()
    assert head() == log_chain.EMPTY


def test_no_record_is_older_than_the_one_before_it(db: None) -> None:
    now = timezone.now()
    with transaction.atomic():
        append([LogDraft(LogKind.ISSUE_LOADED, {"issue": "1"})], at=now)
        append([LogDraft(LogKind.ISSUE_LOADED, {"issue": "2"})], at=now - timedelta(hours=1))
    assert set(PublicationRecord.objects.values_list("at", flat=True)) == {now}


@pytest.mark.parametrize(
    "body",
    [{"contact_email": "a@b.example"}, {"fields": {"contact_telephone": {"after": "1"}}}, {"a": [{"contact_team": 1}]}],
)
def test_contact_details_never_get_into_the_log(db: None, body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no contact details"):
        write(LogDraft(LogKind.CONTACT_PUBLISHED, body))
    assert head() == log_chain.EMPTY


def test_what_is_stored_is_what_was_hashed(cast: Cast) -> None:
    body = {"reason": 'é \u2028 \\ " \x7f 😀', "b": [1, None, True, {"z": 1, "a": "x"}], "n": 10**30, "a": ""}
    write(LogDraft(LogKind.ISSUE_LOADED, body))
    assert faults(cast) == []


def test_ten_thousand_records_take_a_few_queries(db: None, django_assert_max_num_queries: Any) -> None:
    drafts = [LogDraft(LogKind.ISSUE_LOADED, {"issue": str(number)}) for number in range(10_000)]
    with transaction.atomic(), django_assert_max_num_queries(10):
        append(drafts, at=timezone.now())
    assert head().number == 10_001


@pytest.mark.parametrize("table", ["cpl_publicationrecord", "cpl_logcheckpoint"])
@pytest.mark.parametrize("statement", ["DELETE FROM {}", "UPDATE {} SET at = now()", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_to_change_the_log_whatever_the_connection_says(
    log: dict[str, PublicationRecord], table: str, statement: str
) -> None:
    sign()
    silenced = "SET LOCAL pgtrigger.ignore = '{cpl_publicationrecord:append_only,cpl_logcheckpoint:append_only}'"
    refused = pytest.raises((IntegrityError, InternalError), match="kept as it is")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        # What is deferred to the commit would keep the tables from being emptied by itself.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(silenced)
        cursor.execute(statement.format(table))


def test_eight_who_publish_at_the_same_moment_make_one_chain(transactional_db: None, settings: Any) -> None:
    def publish(number: int) -> None:
        try:
            for turn in range(5):
                with transaction.atomic():
                    append([LogDraft(LogKind.ISSUE_LOADED, {"issue": f"{number}-{turn}"})] * 2, at=timezone.now())
                    sign()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(publish, range(8)))
    records = list(PublicationRecord.objects.order_by("number"))
    assert [record.number for record in records] == list(range(1, 82))
    assert [record.previous for record in records] == [log_chain.GENESIS, *(record.digest for record in records[:-1])]
    assert all(before.at <= after.at for before, after in pairwise(records))
    assert all(
        record.digest
        == log_chain.record_digest(
            record.number, log_chain.time_text(record.at), record.kind, record.body_digest, record.previous
        )
        for record in records
    )
    assert LogCheckpoint.objects.count() == 40


# Signing --------------------------------------------------------------------------------------------------


def test_the_head_is_signed_once_with_the_key_and_that_is_on_record(cast: Cast, log: Any) -> None:
    first, second = sign(by=cast.publisher), sign()
    assert first is not None
    assert first == second
    key = log_keys.current_key()
    assert key is not None
    covered, at = Head(first.record_id, first.digest), log_chain.time_text(first.at)
    assert log_chain.is_signed(log_chain.public_key(key.text), covered, at, first.signature)
    (event,) = AuditEvent.objects.filter(name=audit_names.LOG_SIGNED)
    assert event.actor == cast.publisher.email


def test_a_new_key_signs_what_the_former_one_signed(log: Any, settings: Any) -> None:
    first = sign()
    settings.PUBLICATION_LOG_KEY = log_chain.new_private_key()
    second = sign()
    assert first and second
    assert (first.record_id, first.key_id) == (second.record_id, LogCheckpoint.objects.order_by("pk")[0].key_id)
    assert first.key_id != second.key_id


def test_without_a_key_nothing_is_signed(log: Any, settings: Any) -> None:
    settings.PUBLICATION_LOG_KEY = ""
    assert sign() is None


def test_an_empty_log_is_not_signed(db: None) -> None:
    assert sign() is None


def test_the_command_signs_what_is_new_and_says_up_to_where(log: Any, capsys: Any) -> None:
    call_command("sign_log")
    assert f"Signed up to record {head().number}" in capsys.readouterr().out


def test_the_command_says_that_there_is_no_key(log: Any, settings: Any) -> None:
    settings.PUBLICATION_LOG_KEY = ""
    with pytest.raises(CommandError, match="PUBLICATION_LOG_KEY"):
        call_command("sign_log")


def test_the_command_shows_the_public_keys(settings: Any, capsys: Any) -> None:
    settings.PUBLICATION_LOG_KEY, settings.PUBLICATION_LOG_FORMER_KEYS = logs.OTHER_KEY_TEXT, [logs.PUBLIC]
    call_command("log_key")
    now, before = capsys.readouterr().out.splitlines()
    assert now.startswith(log_chain.public_text(logs.OTHER_KEY.public_key()))
    assert before.startswith(logs.PUBLIC)
    assert logs.OTHER_KEY_TEXT not in now


def test_the_command_makes_a_key_that_signs(capsys: Any) -> None:
    call_command("log_key", "--new")
    assert log_chain.private_key(capsys.readouterr().out)


@pytest.mark.parametrize("name", ["PUBLICATION_LOG_KEY", "PUBLICATION_LOG_FORMER_KEYS"])
def test_a_wrong_key_stops_the_portal_with_a_message(settings: Any, name: str) -> None:
    setattr(settings, name, "wrong" if name == "PUBLICATION_LOG_KEY" else ["wrong"])
    from django.core.checks import run_checks  # noqa: PLC0415 - beside what it is about

    (error,) = [each for each in run_checks() if each.id == "cpl.E002"]
    assert name in str(error.msg)


def test_a_server_without_a_key_is_warned_when_it_is_deployed(settings: Any) -> None:
    from django.core.checks import run_checks  # noqa: PLC0415 - as above

    settings.PUBLICATION_LOG_KEY = ""
    assert "cpl.W001" in {each.id for each in run_checks(include_deployment_checks=True)}


def test_the_nightly_job_signs_what_was_left_unsigned(log: Any) -> None:
    from cpl.jobs import sign_publication_log  # noqa: PLC0415 - as above

    sign_publication_log(int(time.time()))
    assert LogCheckpoint.objects.get().record_id == head().number


def test_taking_the_log_away_is_on_record(cast: Cast, log: Any) -> None:
    publication_log.take_away(by=cast.supplier)
    event = AuditEvent.objects.get(name=audit_names.LOG_EXPORTED)
    assert (event.actor, event.details["records"]) == (cast.supplier.email, head().number)


def test_a_moment_reads_the_same_wherever_it_was_written() -> None:
    at = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)
    assert log_chain.time_text(timezone.localtime(at)) == "2026-07-01T12:00:00.000000Z"
