"""Values from a CSAF file as a notice can keep them: without control characters, cut where too long, and told so."""

from typing import Any, Final

from cpl.csaf.draft import Remark
from cpl.csaf.errors import shown
from cpl.notice_checks import LONGEST, LONGEST_WORDS, MOST

_ELLIPSIS: Final = "…"


def plain(text: str) -> str:
    """The text without control characters, its line ends as one character: what a person could have typed."""
    joined = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in joined if each in "\n\t" or each >= " ").replace("\x7f", "")


class Kept:
    """Cuts to what a notice can keep, and remembers what it cut."""

    def __init__(self) -> None:
        self.remarks: list[Remark] = []

    def remark(self, message: str, place: str = "", value: str = "") -> None:
        """Tell the author something."""
        self.remarks.append(Remark(message, place, shown(value)))

    def text(self, field: str, text: str, place: str) -> str:
        """A text of a notice."""
        return self._cut(field.replace("_", " "), text.strip(), place, LONGEST[field])

    def words(self, text: str, place: str) -> str:
        """What is said of one version."""
        return self._cut("text about a version", text.strip(), place, LONGEST_WORDS)

    def link(self, field: str, link: str, place: str) -> str:
        """A link cannot be cut: one that is too long is left out."""
        if len(link) <= LONGEST[field]:
            return link
        self.remark("This link is too long to be kept; it was left out.", place, link)
        return ""

    def few(self, field: str, values: list[Any], place: str) -> list[Any]:
        """As many as a notice can name."""
        if len(values) > MOST[field]:
            self.remark(f"Only the first {MOST[field]:,} of {len(values):,} {field} were taken over.", place)
        return values[: MOST[field]]

    def _cut(self, what: str, text: str, place: str, longest: int) -> str:
        if len(text) <= longest:
            return text
        self.remark(f"The {what} was cut to {longest:,} of its {len(text):,} characters.", place)
        return text[: longest - 1] + _ELLIPSIS
