"""Errors that people read: what is wrong, with its place, and what to do."""


class CurableError(Exception):
    """Something that cannot be taken as it is: `message` names the place and the value, `cure` says what to do."""

    def __init__(self, message: str, cure: str) -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message} {self.cure}"
