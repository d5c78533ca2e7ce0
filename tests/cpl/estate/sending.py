"""Sending an estate file and confirming its columns, as a browser does."""

from pathlib import Path
from typing import Any, Final

from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cpl.models import EstateCheck

PAGE: Final = "/estate/new/"


def left_in(spool: Path) -> list[Path]:
    return list(spool.iterdir()) if spool.exists() else []


def send(client: Client, data: bytes, name: str = "November gains.csv", **fields: Any) -> Any:
    """As a browser does: the fields before the file."""
    return client.post(PAGE, {**fields, "file": SimpleUploadedFile(name, data)})


def confirm(client: Client, check: EstateCheck, **places: int) -> Any:
    chosen = {f"column_{at}": column for column, at in places.items()}
    return client.post(f"/estate/{check.pk}/columns/", {**chosen, "name": "gains", "go": "confirm"})


def read(answer: Any) -> str:
    """The words of the page."""
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text().split())
