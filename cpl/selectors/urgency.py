"""How urgent an upgrade is from one version to another: one target may be urgent for one and routine for another."""

from dataclasses import dataclass

from cpl.choices import Urgency
from cpl.selectors.notices import URGENCIES, OpenNotice, OpenNotices
from cpl.selectors.versions import Version


@dataclass(frozen=True)
class PairUrgency:
    """The urgency of one upgrade: '' if nobody has said; `notice` is the open notice that asks for it, if one does."""

    urgency: str
    notice: OpenNotice | None = None

    @property
    def is_urgent(self) -> bool:
        """Whether the upgrade is urgent."""
        return self.urgency == Urgency.URGENT

    @property
    def basis(self) -> str:
        """Who says so, in words; '' where nobody does."""
        if self.notice:
            return f"Notice {self.notice.reference} names the version upgraded from"
        return "What the manufacturer says of the version upgraded to" if self.urgency else ""


def pair_urgency(old: Version, new: Version, notices: OpenNotices) -> PairUrgency:
    """From one version to another: what an open notice asks of the first, or what is said of the second if it is more.

    A notice counts that names the old version as affected and does not stand against the new one.
    """
    own = Urgency.URGENT.value if new.is_urgent else (new.urgency or "")
    notice = notices.to_leave(old.pk, new.pk)
    # The notice is told even where the manufacturer asks for more: it has the deadline.
    said = [own, notice.urgency if notice else ""]
    return PairUrgency(max(filter(None, said), key=URGENCIES.index, default=""), notice)
