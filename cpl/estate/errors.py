"""What can be wrong with an estate file as a whole, each with a message that names the place, and a cure."""

from cpl.curable import CurableError


class EstateFileError(CurableError):
    """A file that cannot be checked: `message` names the place and the value, `cure` says what to do."""


class StoppedError(Exception):
    """Somebody cancelled the check while it was being counted: nothing is to be kept of it."""
