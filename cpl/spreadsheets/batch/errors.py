"""Why the rows of a manufacturer's spreadsheet cannot be submitted: each error says what to do."""

from collections.abc import Sequence
from typing import NamedTuple

from cpl.rules import Problem
from cpl.spreadsheets.decisions import DecisionError


class AlreadyDecidedError(DecisionError):
    """The preview is gone: decided, discarded, or thrown away because nobody decided in time."""

    def __init__(self) -> None:
        super().__init__(
            "This preview is there no longer.", "Look at your submissions; to send the file again, upload it again."
        )


class OutdatedError(DecisionError):
    """What is published changed after the preview, so that deciding would do something else than was shown."""

    def __init__(self) -> None:
        super().__init__(
            "What is published changed after this preview, so nothing was submitted.",
            "Upload the file again and look at what it would do now.",
        )


class NothingToSubmitError(DecisionError):
    """No row asks for anything."""

    def __init__(self) -> None:
        super().__init__(
            "No row of this file changes anything.", "Change what is to be published, then upload it again."
        )


class RowsRefusedError(DecisionError):
    """Some rows are refused, and the person did not choose to leave them out."""

    def __init__(self, count: int) -> None:
        rows = "1 row is" if count == 1 else f"{count} rows are"
        super().__init__(
            f"{rows} refused, so nothing was submitted.",
            "Correct the file and upload it again, or tick that the refused rows are to be left out.",
        )


class ReasonNeededError(DecisionError):
    """A correction needs a reason."""

    def __init__(self) -> None:
        super().__init__(
            "The file corrects published fields, and no reason is given.",
            "Write why: it goes with every correction of the file.",
        )


class BlockedRow(NamedTuple):
    """A row whose submission a check stands against."""

    place: str
    label: str
    problems: Sequence[Problem]


class BlockedRowsError(DecisionError):
    """Checks stand against some submissions, so that none was sent."""

    def __init__(self, rows: Sequence[BlockedRow]) -> None:
        self.rows = list(rows)
        count = "1 row" if len(rows) == 1 else f"{len(rows)} rows"
        super().__init__(
            f"Checks stand against {count}, so nothing was submitted.",
            "Correct these rows and upload the file again, or make drafts of them and put those right one by one.",
        )
