"""What the tests of imports in the admin do over and over, as a browser would."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from cpl.models import ImportRun
from tests.cpl.importing import Values, workbook

UPLOAD = "/admin/cpl/cplentry/import/"


def upload(client: Client, content: bytes, name: str = "list.xlsx", **data: Any) -> Any:
    return client.post(UPLOAD, {"file": SimpleUploadedFile(name, content), **data})


def uploaded(client: Client, *rows: Values, **options: Any) -> ImportRun:
    """The run of an upload that must succeed."""
    answer = upload(client, workbook(*rows, **options))
    run = ImportRun.objects.latest("pk")
    assert answer["Location"] == page_of(run)
    return run


def page_of(run: ImportRun) -> str:
    return reverse("admin:cpl_importrun_change", args=[run.pk])


def door(run: ImportRun, name: str) -> str:
    return reverse(f"admin:cpl_importrun_{name}", args=[run.pk])


def text(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def apply(client: Client, run: ImportRun, rows: str = "all", **removal: str) -> Any:
    return client.post(door(run, "apply"), {"rows": rows, "remove": "", **removal})


def now(run: ImportRun) -> ImportRun:
    return ImportRun.objects.get(pk=run.pk)
