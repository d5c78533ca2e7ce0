"""What "check a file" says of each sample firmware file, in a real browser."""

from __future__ import annotations

import hashlib
import os
import struct
import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "tests" / "samples" / "ota"
CHROMIUM = Path(os.environ.get("CHROMIUM_PATH", "/usr/bin/chromium"))

ESME = {
    "entryId": "CPL-001061",
    "deviceType": "ESME",
    "manufacturerIdentifier": "7A01",
    "hardwareVersion": "03",
    "hardwareRevision": "0D",
    "firmwareVersion": "01734231",
    "firmwareHash": "3FAD726FD3522AB51975C23E5456E049D024D32E5B6711C97236B16BEEBC6EE4",
}
GSME = {
    "entryId": "CPL-001653",
    "deviceType": "GSME",
    "manufacturerIdentifier": "7A03",
    "hardwareVersion": "03",
    "hardwareRevision": "11",
    "firmwareVersion": "09140D0C",
    "firmwareHash": "18B57E5397E44BBB280B4C08ABA92975A9156722ADDC5916D7264F140D19F73F",
}
PPMID = {
    "entryId": "CPL-001756",
    "deviceType": "PPMID",
    "manufacturerIdentifier": "7A04",
    "hardwareVersion": "08",
    "hardwareRevision": "0F",
    "firmwareVersion": "02633762",
    "firmwareHash": "083D16865B3C155FA99DF345014B906A808FD34A0DAA3B32904EF7FAB166F4AD",
}

pytestmark = pytest.mark.browser

Inspect = Callable[[bytes, dict[str, str]], dict[str, Any]]


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        if self.path != "/blank":
            super().do_GET()
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>blank</title>")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    handler = partial(QuietHandler, directory=str(ROOT / "static" / "js"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def inspect(address: str) -> Iterator[Inspect]:
    sync_api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    if not CHROMIUM.exists():
        reason = f"Chromium was not found at {CHROMIUM}"
        pytest.fail(reason) if os.environ.get("REQUIRE_BROWSER") else pytest.skip(reason)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(CHROMIUM),
            args=["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        page = browser.new_page()
        page.goto(f"{address}/blank")

        def run(content: bytes, entry: dict[str, str]) -> dict[str, Any]:
            found: dict[str, Any] = page.evaluate(
                """async ([bytes, entry]) => {
                    const { inspect } = await import("/ota.js");
                    return inspect(Uint8Array.from(bytes), entry);
                }""",
                [list(content), entry],
            )
            return found

        yield run
        browser.close()


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes()


def said(answer: dict[str, Any]) -> str:
    return " ".join([answer["title"], *(line["text"] for line in answer["lines"]), answer["advice"]])


def failed(answer: dict[str, Any]) -> list[str]:
    return [line["text"] for line in answer["lines"] if line["state"] == "fail"]


@pytest.mark.parametrize(
    ("name", "entry", "verdict", "severity", "words"),
    [
        ("esme-good.ota", ESME, "match", "success", ["matches this entry", "6,705 bytes"]),
        (
            "esme-other-supplier.ota",
            ESME,
            "match",
            "success",
            ["matches this entry", "another supplier’s signature does not change the hash"],
        ),
        (
            "esme-altered.ota",
            ESME,
            "altered",
            "failure",
            [
                "Do not use this file",
                "header names this entry",
                "not the published one",
                "Do not load this file",
            ],
        ),
        (
            "esme-wrong-size.ota",
            ESME,
            "wrong-size",
            "warning",
            ["The image is this entry’s", "6,766 bytes", "6,831 bytes", "65 bytes more"],
        ),
        (
            "esme-other-hardware.ota",
            ESME,
            "other-hardware",
            "warning",
            ["The image is this entry’s", "F000 to F0FF", "hardware is 030D"],
        ),
        (
            "esme-other-version.ota",
            ESME,
            "other-version",
            "warning",
            ["The image is this entry’s", "version 00000001", "firmware version is 01734231"],
        ),
        (
            "bare-image.bin",
            ESME,
            "bare-image",
            "success",
            ["bare manufacturer image", "matches this entry", "does not begin with an OTA header"],
        ),
        (
            "truncated.ota",
            ESME,
            "truncated",
            "failure",
            ["header is cut short", "needs 60 bytes", "41 bytes"],
        ),
        ("not-ota.bin", ESME, "not-ota", "failure", ["not an OTA file", "does not match this entry"]),
        ("gsme-good.ota", GSME, "match", "success", ["matches this entry"]),
        ("ppmid-good.ota", PPMID, "match", "success", ["matches this entry"]),
    ],
)
def test_sample_gets_its_verdict(
    inspect: Inspect, name: str, entry: dict[str, str], verdict: str, severity: str, words: list[str]
) -> None:
    answer = inspect(sample(name), entry)

    assert (answer["verdict"], answer["severity"]) == (verdict, severity)
    for phrase in words:
        assert phrase in said(answer)
    if severity == "success":
        assert failed(answer) == []


def test_only_the_check_that_failed_is_marked_as_failed(inspect: Inspect) -> None:
    answer = inspect(sample("esme-other-version.ota"), ESME)

    assert failed(answer) == ["The header gives version 00000001; this entry’s firmware version is 01734231."]


def test_two_wrong_figures_are_both_named(inspect: Inspect) -> None:
    content = bytearray(sample("esme-wrong-size.ota"))
    struct.pack_into("<H", content, 10, 0x7A02)

    answer = inspect(bytes(content), ESME)

    assert answer["verdict"] == "wrong-size"
    assert "size in its header is wrong, and its header names another manufacturer code" in answer["title"]


def test_file_of_another_version_is_told_apart_from_an_altered_one(inspect: Inspect) -> None:
    answer = inspect(sample("gsme-good.ota"), ESME)

    assert (answer["verdict"], answer["severity"]) == ("other-firmware", "failure")


def test_hash_published_over_the_whole_file_is_recognised(inspect: Inspect) -> None:
    content = sample("esme-good.ota")

    answer = inspect(content, ESME | {"firmwareHash": hashlib.sha256(content).hexdigest()})

    assert (answer["verdict"], answer["severity"]) == ("whole-file-hash", "warning")


def test_entry_without_a_hash_gets_the_figure_but_no_confirmation(inspect: Inspect) -> None:
    answer = inspect(sample("esme-good.ota"), ESME | {"firmwareHash": ""})

    assert (answer["verdict"], answer["severity"]) == ("no-hash", "warning")
    assert "No hash is published for this entry, so the image can’t be confirmed" in answer["title"]
    assert f"Its SHA-256 is {ESME['firmwareHash']}." in answer["advice"]


def test_missing_supplier_signature_is_said(inspect: Inspect) -> None:
    content = bytearray(sample("esme-good.ota")[:-66])
    struct.pack_into("<I", content, 52, len(content))

    answer = inspect(bytes(content), ESME)

    assert (answer["verdict"], answer["severity"]) == ("wrong-trailer", "warning")


def test_half_a_file_is_called_incomplete(inspect: Inspect) -> None:
    answer = inspect(sample("esme-good.ota")[:3000], ESME)

    assert (answer["verdict"], answer["severity"]) == ("wrong-size", "failure")
    assert "incomplete" in answer["title"]
    assert "6,831 bytes" in said(answer) and "3,000 bytes" in said(answer)


def test_empty_file_is_refused(inspect: Inspect) -> None:
    assert inspect(b"", ESME)["verdict"] == "empty"


def test_entry_may_be_written_in_any_way(inspect: Inspect) -> None:
    entry = ESME | {"firmwareVersion": "0x01:73:42:31", "manufacturerIdentifier": "7a01"}

    assert inspect(sample("esme-good.ota"), entry)["verdict"] == "match"
