"""What is wrong with an uploaded CSAF file, in plain words: where, what stands there, and what to do."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MOST_TOLD: Final = 20
_LONGEST_SHOWN: Final = 80

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: `place` as people find it (document.tracking.id), `value` as it stands there, cut."""

    place: str
    value: str
    message: str
    cure: str


class CsafError(Exception):
    """The file cannot be read as CSAF 2.0. `problems` are at most twenty; `more` says whether there are others."""

    def __init__(self, problems: Iterable[Problem], *, more: bool = False) -> None:
        self.problems = list(problems)
        self.more = more
        super().__init__(" ".join(f"{problem.message} {problem.cure}" for problem in self.problems))


def refused(message: str, cure: str, *, place: str = "", value: str = "") -> CsafError:
    """One problem that ends the reading."""
    return CsafError([Problem(place, value, message, cure)])


def place_of(path: Path) -> str:
    """A place in the file: document.tracking.revision_history[0].number, counted from 0 as programs count."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f"{'.' if text else ''}{shown(step, 60)}"
    return text


def shown(value: object, longest: int = _LONGEST_SHOWN) -> str:
    """A value from the file as it may stand in a message: one line, cut, without what cannot be displayed."""
    text = value if isinstance(value, str) else _other(value)
    plain = " ".join("".join(each if each.isprintable() else " " for each in text[:1_000]).split())
    return plain if len(plain) <= longest else f"{plain[: longest - 1]}…"


def _other(value: object) -> str:
    if isinstance(value, dict):
        return f"an object of {len(value)}"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return str(value)
