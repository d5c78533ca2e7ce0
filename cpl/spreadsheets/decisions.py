"""Why a preview cannot be applied: each error says what to do."""

from collections.abc import Iterable

from cpl.curable import CurableError


class DecisionError(CurableError):
    """A decision over a preview that cannot stand: `message` says why, `cure` what to do."""


class AlreadyDecidedError(DecisionError):
    """Somebody else applied or discarded the preview."""

    def __init__(self, status: str) -> None:
        super().__init__(
            f"This preview is {status.lower()} already.",
            "Look at what was done; to import the file again, preview it again.",
        )


class PreviewOutdatedError(DecisionError):
    """The repository changed after the preview, so that applying would do something else than was shown."""

    def __init__(self) -> None:
        super().__init__(
            "The repository changed after this preview, so nothing was imported.",
            "Preview the file again and look at what it would do now.",
        )


class RowsRefusedError(DecisionError):
    """Some rows are refused, and the person did not choose to leave them out."""

    def __init__(self, count: int) -> None:
        super().__init__(
            f"{count} row{'' if count == 1 else 's'} {'is' if count == 1 else 'are'} refused, so nothing was imported.",
            "Correct the file and preview it again, or choose to import the accepted rows only.",
        )


class RemovalError(DecisionError):
    """A proposed removal that cannot be done as asked."""


class UnknownFieldError(DecisionError):
    """A column was mapped to a field that does not exist."""

    def __init__(self, field: str, fields: Iterable[str]) -> None:
        super().__init__(f"“{field}” is no field of an import.", f"Choose one of: {', '.join(fields)}.")
