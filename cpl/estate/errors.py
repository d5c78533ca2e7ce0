"""What can be wrong with an estate file as a whole, each with a message that names the place, and a cure."""


class EstateFileError(Exception):
    """A file that cannot be checked: `message` names the place and the value, `cure` says what to do."""

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message} {self.cure}"


class StoppedError(Exception):
    """Somebody cancelled the check while it was being counted: nothing is to be kept of it."""
