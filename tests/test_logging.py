"""What the log never holds."""

import logging
from typing import Any

import pytest

from firmware_repo.logging import WithoutLinks, configure

PROOF = "Zk3_4t-9Qw8xNf2LrVbY7uHc1Ds5Ej0PmGa6TiKoXlB"


def logged(message: str, *args: Any) -> str:
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, message, args, None)
    assert WithoutLinks().filter(record)
    return record.getMessage()


@pytest.mark.parametrize(
    "path",
    [
        f"/invitations/12/{PROOF}/",
        f"/join/confirm/7/{PROOF}/",
        f"/accounts/password/reset/key/1f-{PROOF}/",
        f"https://fir.example/invitations/12/{PROOF}",
    ],
)
def test_a_link_that_proves_its_reader_is_masked_in_the_log(path: str) -> None:
    for told in (logged("%s: %s", "Not Found", path), logged(f"Not Found: {path}")):
        assert PROOF not in told
        assert told.startswith("Not Found: ")
        assert path.partition(PROOF)[0] in told


@pytest.mark.parametrize(
    "path", ["/entries/CPL-001072/", "/parties/3/invitations/7/withdraw/", "/accounts/password/reset/key/done/"]
)
def test_every_other_path_is_logged_as_it_is(path: str) -> None:
    assert logged("%s: %s", "Not Found", path) == f"Not Found: {path}"


def test_whatever_the_server_writes_passes_the_mask() -> None:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        configure({"level": "INFO", "json": True})
        assert all(any(isinstance(one, WithoutLinks) for one in handler.filters) for handler in root.handlers)
        assert root.handlers
    finally:
        root.handlers, root.level = handlers, level
