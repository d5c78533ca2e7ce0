"""Estate files: as they are sent, and as they wait in the spool."""

import hashlib
import os
from pathlib import Path

from django.conf import settings

from accounts.models import User
from cpl.actions.estate import beginning
from cpl.estate.spool import Spool
from cpl.models import EstateCheck
from cpl.querysets import parties_with_estate
from cpl.spreadsheets.estate_upload import Intake

HEADINGS = b"Manufacturer,Model,Firmware,Devices\n"
ROW = b"7A05,705B090B,01030000,802\n"
UPLOADED = hashlib.md5(os.environ.get("PYTEST_XDIST_WORKER", "").encode(), usedforsecurity=False).hexdigest()
"""The file of the world's check: always the same in one process, so that no run leaves another behind."""


class FixedSpool(Spool):
    """A file in the spool under the same name each time."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.token = UPLOADED


def make_uploaded_estate(user: User, data: bytes = HEADINGS + ROW) -> EstateCheck:
    """A check whose file is in the spool and whose columns wait to be confirmed."""
    folder = Path(settings.ESTATE_SPOOL)
    spool = FixedSpool(folder)
    spool.drop()
    intake = Intake(spool, "gains.csv", max_bytes=10**9, max_workbook_bytes=10**8)
    intake.feed(data)
    taken = intake.finish()
    return beginning.begin(
        party=parties_with_estate(user)[0], name="gains", layout=taken.layout, spool=taken.token,
        rows_total=taken.rows_total, by=user,
    )  # fmt: skip
