"""What can stand in the way of a change to an estate check."""

from cpl.workflow import WrongMoveError


class EstateMovedError(WrongMoveError):
    """The check is in a state from which the step is not open: the words say which, and what to do instead."""

    def __init__(self, words: str) -> None:
        Exception.__init__(self, words)
