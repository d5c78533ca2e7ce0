"""What was understood of a CSAF file: nothing of it is stored, and nothing here knows the database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from cpl.choices import NoticeAudience, Urgency, VersionStatus

STATUS_OF: Final = {
    "first_affected": VersionStatus.AFFECTED,
    "known_affected": VersionStatus.AFFECTED,
    "last_affected": VersionStatus.AFFECTED,
    "under_investigation": VersionStatus.UNDER_INVESTIGATION,
    "first_fixed": VersionStatus.FIXED,
    "fixed": VersionStatus.FIXED,
    "recommended": VersionStatus.FIXED,
    "known_not_affected": VersionStatus.NOT_AFFECTED,
}
"""Product status of CSAF 2.0 (section 3.2.3.9) as a notice says it."""

GRAVEST_FIRST: Final = (
    VersionStatus.AFFECTED,
    VersionStatus.UNDER_INVESTIGATION,
    VersionStatus.FIXED,
    VersionStatus.NOT_AFFECTED,
)
"""Where a file says several things of one product, a notice says the gravest: it must not tell anybody to rest."""


@dataclass(frozen=True)
class Product:
    """A product of the file's product tree (section 3.2.2), with everything by which it can be known."""

    product_id: str
    place: str
    name: str
    vendors: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    model_numbers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    """Of `x_generic_uris`: the portal's own pages of entries among them."""


@dataclass(frozen=True)
class Statement:
    """What the file says of one product; `words` are its threats of kind impact, in its own order."""

    product: Product
    status: VersionStatus
    words: str = ""


@dataclass(frozen=True)
class Remark:
    """Something the author should know: not taken over, cut, decided between two, or to be thought about."""

    message: str
    place: str = ""
    value: str = ""


@dataclass(frozen=True)
class Draft:
    """A notice as the file gives it, before its products are matched to versions."""

    content: "Content"
    statements: tuple[Statement, ...]
    remarks: tuple[Remark, ...]
    origin: Mapping[str, str]
    """Which document it was: id, version and publisher, as `Notice.drafted_from` has them."""


@dataclass(frozen=True)
class Content:
    """The fields of a notice, by their names there; '' and empty lists for what the file does not say."""

    kind: str
    title: str
    severity: str = ""
    urgency: str = ""
    summary: str = ""
    action: str = ""
    deadline: date | None = None
    cves: list[str] = field(default_factory=list)
    advisory_link: str = ""
    references: list[dict[str, str]] = field(default_factory=list)
    audience: str = ""

    def as_fields(self) -> dict[str, Any]:
        """What the actions of notices take, with the usual urgency and audience where the file says none."""
        usual = {"urgency": Urgency.ROUTINE.value, "audience": NoticeAudience.ALL_PARTIES.value}
        return {**usual, **{name: value for name, value in vars(self).items() if value or name not in usual}}
