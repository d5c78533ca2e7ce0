"""SIGKILL in the middle of publishing 500 entries: all of it or nothing, and no letter is lost or comes twice.

Killed are the web process, the worker and PostgreSQL, each at several moments of the transaction.
"""

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPException

import pytest

from tests.faults.server import Parts, portal, wait_for

pytestmark = [pytest.mark.slow]

ENTRIES = 500
MOMENTS = (0.02, 0.35, 0.9)
"""When to kill, as a part of how long publishing took when nobody killed it."""

PREPARE = """
from django.test import Client
from accounts.models import User
from tests.conftest import with_second_factor
from tests.factories import make_cast, make_catalogue
make_cast(), make_catalogue()
petra = User.objects.get(email="petra@secas.example")
client = Client()
client.force_login(petra)
with_second_factor(client, petra)
print("SAID", json.dumps(client.cookies["sessionid"].value))
"""
ISSUE = """
from accounts.models import User
from django.utils import timezone
from cpl.actions.publication import issues
from cpl.models import Manufacturer
from tests.faults.many import accepted_entries
person = lambda name: User.objects.get(email=name)
maker = Manufacturer.objects.get(name="Northmoor Metering Ltd")
rows = accepted_entries(
    int(sys.argv[1]), maker, author=person("mei@northmoor.example"), accepter=person("sam@secas.example"),
    first=int(sys.argv[2]),
)
issue = issues.prepare(
    number=issues.suggested_number(), issue_date=timezone.localdate(), submissions=rows,
    by=person("petra@secas.example"),
)
print("SAID", json.dumps(issue.pk))
"""
SCHEDULE = """
from datetime import timedelta
from accounts.models import User
from django.utils import timezone
from cpl.actions.publication import issues
from cpl.models import CPLIssue
issues.schedule(
    issue=CPLIssue.objects.get(pk=sys.argv[1]), publish_at=timezone.now() + timedelta(seconds=float(sys.argv[2])),
    redate=True, by=User.objects.get(email="petra@secas.example"),
)
print("SAID", json.dumps(True))
"""


@pytest.fixture
def parts() -> Iterator[Parts]:
    with portal() as running:
        running.cookie = f"sessionid={running.run(PREPARE)}"
        yield running


@pytest.fixture
def took(parts: Parts) -> float:
    """How long publishing takes here when nobody is killed; its issue is the first."""
    parts.start_web()
    issue = prepare(parts, 0)
    began = time.monotonic()
    assert publish(parts, issue) == 302
    took = time.monotonic() - began
    assert whole(parts, issue)
    return took


def prepare(parts: Parts, round_: int) -> int:
    return int(parts.run(ISSUE, str(ENTRIES), str(round_ * ENTRIES)))


def publish(parts: Parts, issue: int) -> int:
    """Press the button; the answer's status, or 0 where nobody was there to answer."""
    with suppress(OSError, HTTPException):
        return parts.post_form_of(f"/admin/cpl/cplissue/{issue}/publish/", f"/admin/cpl/cplissue/{issue}/publish/")[0]
    return 0


OF_ISSUE = "(SELECT entry_id FROM cpl_submission WHERE issue_id = %(issue)s)"
LEFT_BEHIND = {
    "issue": "cpl_cplissue WHERE id = %(issue)s AND state = 'published'",
    "submissions": "cpl_submission WHERE issue_id = %(issue)s AND state = 'published'",
    "entries": f"cpl_cplentry WHERE id IN {OF_ISSUE}",
    "records": f"cpl_firmwareinformation WHERE entry_id IN {OF_ISSUE}",
    "steps": "cpl_submissionstep s JOIN cpl_submission b ON b.id = s.submission_id"
    " WHERE b.issue_id = %(issue)s AND s.kind = 'publish'",
    "log": "cpl_publicationrecord WHERE issue_id = %(issue)s",
    "events": "accounts_auditevent WHERE name = 'issue.published' AND object_key = %(issue)s::text",
    "letters": "procrastinate_jobs WHERE args->>'template' = 'issue_published'"
    " AND args->'context'->>'issue' = %(issue)s::text",
    "all entries": "cpl_cplentry WHERE model_name LIKE 'Fault %%'",
    "all submissions": "cpl_submission WHERE state = 'published' AND kind = 'new_entry'",
}


def what_there_is(parts: Parts, issue: int) -> dict[str, int]:
    """Everything that publishing an issue writes, in numbers of one moment: no commit falls between two counts."""
    counts = ", ".join(f"'{name}', (SELECT count(*) FROM {rows})" for name, rows in LEFT_BEHIND.items())
    found: dict[str, int] = parts.sql(f"SELECT json_build_object({counts})", {"issue": issue})
    return found


WHOLE = {"issue": 1, "submissions": ENTRIES, "entries": ENTRIES, "records": ENTRIES, "steps": ENTRIES, "events": 1}
PEOPLE = ("mei@northmoor.example", "dora@dcc.example", "sam@secas.example", "petra@secas.example")


def whole(parts: Parts, issue: int) -> bool:
    """Whether all of it was published; raises where a part of it was."""
    there = what_there_is(parts, issue)
    # No entry of the model is there that belongs to no issue.
    assert there.pop("all entries") == there.pop("all submissions")
    if not any(there.values()):
        return False
    assert {name: there[name] for name in WHOLE} == WHOLE, f"a part of it: {there}"
    assert there["log"] >= 2 * ENTRIES
    assert there["letters"] == len(PEOPLE)
    return True


def kill_in_the_middle(parts: Parts, name: str, after: float) -> bool:
    """Wait until publishing is under way, a moment longer, then kill; whether it was still under way then."""
    wait_for(parts.is_publishing, seconds=120, what="publishing", every=0.01)
    time.sleep(after)
    still = parts.is_publishing()
    parts.kill(name)
    return still


def log_verifies(parts: Parts) -> None:
    """The log as a file, read by the verifier that knows no portal."""
    told = parts.run(VERIFY)
    assert told["code"] == 0, told


VERIFY = """
import subprocess, tempfile
from django.conf import settings
from accounts.models import User
from cpl import log_chain
from cpl.selectors.publication_log import checkpoint_line, head, last_checkpoint, lines
auditor = User.objects.get(email="ada@audit.example")
with tempfile.NamedTemporaryFile(suffix=".jsonl") as kept:
    for line in lines(auditor, head().number):
        kept.write(line)
    kept.write(checkpoint_line(last_checkpoint()))
    kept.flush()
    key = log_chain.public_text(log_chain.private_key(settings.PUBLICATION_LOG_KEY).public_key())
    ended = subprocess.run(
        [sys.executable, "-m", "cpl.verify_log", kept.name, "--key", key], capture_output=True, text=True
    )
print("SAID", json.dumps({"code": ended.returncode, "said": ended.stdout[-500:] + ended.stderr[-500:]}))
"""


def letters_arrive_once(parts: Parts, issues: list[int]) -> None:
    """Each person gets one digest of each issue: none is lost, none comes twice."""
    numbers = [str(parts.sql("SELECT number FROM cpl_cplissue WHERE id = %s", (issue,))) for issue in issues]
    wanted = {(person, number): 1 for person in PEOPLE for number in numbers}
    wait_for(lambda: digests(parts, numbers).keys() >= wanted.keys(), seconds=240, what="every letter", every=0.5)
    time.sleep(2)
    assert digests(parts, numbers) == wanted


def digests(parts: Parts, numbers: list[str]) -> Counter[tuple[str, str]]:
    """Digests that arrived, each by its own name: one that a killed worker gave away twice is one letter still."""
    letters = {
        letter["Message-ID"]: (str(letter["To"]), number)
        for letter in list(parts.box.letters)
        for number in numbers
        if letter["Subject"] == f"Issue {number} of the Central Products List is published"
    }
    return Counter(letters.values())


def test_the_web_process_is_killed(parts: Parts, took: float) -> None:
    issues, interrupted = [], 0
    for round_, part in enumerate(MOMENTS, 1):
        issues.append(prepare(parts, round_))
        button = threading.Thread(target=publish, args=(parts, issues[-1]))
        button.start()
        interrupted += kill_in_the_middle(parts, "web", part * took)
        button.join(timeout=120)
        # PostgreSQL notices that nobody is there any more, and undoes what was not finished.
        wait_for(lambda: not parts.is_publishing(), seconds=60, what="the end of the transaction")
        parts.start_web()
        if not whole(parts, issues[-1]):
            assert publish(parts, issues[-1]) == 302
        assert whole(parts, issues[-1])
    assert interrupted, "nobody was killed in the middle"
    parts.start_worker()
    letters_arrive_once(parts, issues)
    log_verifies(parts)


def test_postgresql_is_killed(parts: Parts, took: float) -> None:
    issues, interrupted = [], 0
    for round_, part in enumerate(MOMENTS, 1):
        issues.append(prepare(parts, round_))
        button = threading.Thread(target=publish, args=(parts, issues[-1]))
        button.start()
        interrupted += kill_in_the_middle(parts, "database", part * took)
        button.join(timeout=120)
        parts.start_database()
        # The portal finds its database again by itself.
        wait_for(parts.is_open, seconds=60, what="the portal")
        if not whole(parts, issues[-1]):
            assert publish(parts, issues[-1]) == 302
        assert whole(parts, issues[-1])
    assert interrupted, "nobody was killed in the middle"
    parts.start_worker()
    letters_arrive_once(parts, issues)
    log_verifies(parts)


def test_the_worker_is_killed_while_it_publishes_at_a_set_time_and_while_it_sends(parts: Parts, took: float) -> None:
    issue = prepare(parts, 1)
    parts.start_worker()
    parts.run(SCHEDULE, str(issue), "5")
    interrupted = kill_in_the_middle(parts, "worker", 0.4 * took)
    wait_for(lambda: not parts.is_publishing(), seconds=60, what="the end of the transaction")
    assert interrupted, "the worker was not killed in the middle"
    assert not whole(parts, issue)
    parts.start_worker()
    # Nobody presses anything: the next minute's job finds what is due.
    wait_for(lambda: whole(parts, issue), seconds=180, what="publication", every=0.5)
    wait_for(lambda: len(parts.box.letters) > 1, seconds=120, what="a letter", every=0.01)
    parts.kill("worker")
    parts.start_worker()
    letters_arrive_once(parts, [issue])
    log_verifies(parts)
