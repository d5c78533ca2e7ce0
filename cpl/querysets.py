"""Who may see what, as words of a query: used by every page, export, search, check and endpoint.

Four kinds of record have an audience: entries, their FIR records, the contacts and the restricted notes of these.
What is not in `visible_to(person)` does not exist for the person. Beside entries, `with_information`,
`with_contacts` and `with_notes` join what the person may see, in the same query: what is hidden is not even read.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.db.models import Exists, FilteredRelation, OuterRef, Q, Subquery
from django.db.models.lookups import IsNull

from accounts.access import Person, can, is_granted
from accounts.models import User
from accounts.permissions import (
    CHECK_ESTATE,
    ISSUE_NOTICE,
    READ_EVERY_RECORD,
    READ_REPOSITORY,
    VIEW_CONTACT,
    VIEW_ENTRY,
    VIEW_INFORMATION,
    VIEW_NOTES,
)
from cpl.choices import Audience, ContactAudience, NoticeAudience, NoticeState, VersionStatus

if TYPE_CHECKING:
    from cpl.models.contact import Contact  # noqa: F401 - named in base classes' texts below
    from cpl.models.device_model import DeviceModel  # noqa: F401 - as above
    from cpl.models.entry import CPLEntry  # noqa: F401 - as above
    from cpl.models.estate import EstateCheck, EstateColumns, EstateFeed  # noqa: F401 - as above
    from cpl.models.firmware_information import FirmwareInformation  # noqa: F401 - as above
    from cpl.models.interest import ModelInterest  # noqa: F401 - as above
    from cpl.models.issue import CPLIssue  # noqa: F401 - as above
    from cpl.models.notice import Notice, NoticeVersion  # noqa: F401 - as above
    from cpl.models.publication_log import PublicationRecord  # noqa: F401 - as above
    from cpl.models.restricted_notes import RestrictedNotes  # noqa: F401 - as above
    from cpl.models.submission import Submission  # noqa: F401 - as above


class Kind(NamedTuple):
    """A kind of record with an audience: the object permission, its table of grants, and the way to the maker.

    Ways begin at the record; `from_entry` leads to the record from an entry, whose maker is the record's. Those of the
    contact and the notes lead on from the FIR record as `with_information` joined it.
    """

    permission: str
    grants: str
    maker: str
    from_entry: str = ""


ENTRY: Final = Kind(VIEW_ENTRY, "EntryGrant", "manufacturer")
INFORMATION: Final = Kind(VIEW_INFORMATION, "InformationGrant", "entry__manufacturer", "fir")
CONTACT: Final = Kind(VIEW_CONTACT, "ContactGrant", "manufacturer", "information__contact")
NOTES: Final = Kind(VIEW_NOTES, "NotesGrant", "information__entry__manufacturer", "information__restricted_notes")


class CPLEntryQuerySet(models.QuerySet["CPLEntry"]):
    """Words for CPL Entries."""

    def visible_to(self, person: Person) -> "CPLEntryQuerySet":
        """The published entries this person may know of; none when signed out or without a role.

        Everything else starts from here: what is not in it does not exist for the person.
        """
        if not can(person, READ_REPOSITORY):
            return self.none()
        return self.filter(_shown(ENTRY, person), published_on__isnull=False)

    def listed(self) -> "CPLEntryQuerySet":
        """On the Central Products List today."""
        return self.filter(removed_on__isnull=True)

    def with_information(self, person: Person) -> "CPLEntryQuerySet":
        """Join the FIR record as `information` where this person may see it; elsewhere it is None, as if none were."""
        return self._beside("information", INFORMATION, information_of_entry(person))

    def with_contacts(self, person: Person) -> "CPLEntryQuerySet":
        """Join the contact that the FIR record names as `contact`, where this person may see both; else None.

        Follows `with_information` for the same person: where that joined nothing, nothing is joined here.
        """
        return self._beside("contact", CONTACT, _shown(CONTACT, person, from_entry=True))

    def with_notes(self, person: Person) -> "CPLEntryQuerySet":
        """Join the restricted notes, as `restricted_notes`, where this person may read them; else None. As above."""
        return self._beside("restricted_notes", NOTES, _shown(NOTES, person, from_entry=True))

    def _beside(self, name: str, kind: Kind, shown: Q) -> "CPLEntryQuerySet":
        """The related record under a name of its own, loaded where it is shown; for `values` as well."""
        return self.annotate(**{name: FilteredRelation(kind.from_entry, condition=shown)}).select_related(name)


class DeviceModelQuerySet(models.QuerySet["DeviceModel"]):
    """Words for Device Models."""

    def visible_to(self, person: Person) -> "DeviceModelQuerySet":
        """Device Models with at least one entry that this person may see."""
        entries = apps.get_model("cpl", "CPLEntry").objects.visible_to(person)
        return self.filter(Exists(entries.filter(device_model=OuterRef("pk"))))


class FirmwareInformationQuerySet(models.QuerySet["FirmwareInformation"]):
    """Words for FIR records."""

    def visible_to(self, person: Person) -> "FirmwareInformationQuerySet":
        """FIR records this person may know of: of entries they may see, and for all or given to their Party."""
        entries = apps.get_model("cpl", "CPLEntry").objects.visible_to(person)
        return self.filter(_shown(INFORMATION, person), Exists(entries.filter(pk=OuterRef("entry"))))


class ContactQuerySet(models.QuerySet["Contact"]):
    """Words for contacts."""

    def visible_to(self, person: Person) -> "ContactQuerySet":
        """Contacts whose details this person may look at; who does look must record it (`actions.contacts.look`).

        The manufacturer's own people, SECAS and auditors see all of them, Parties those they were given, and Parties
        of a category with need every other contact that a FIR record they may see names.
        """
        if not can(person, READ_REPOSITORY):
            return self.none()
        if can(person, READ_EVERY_RECORD):
            return self.all()
        records = apps.get_model("cpl", "FirmwareInformation").objects.visible_to(person)
        named = Q(Exists(records.filter(contact=OuterRef("pk"))))
        return self.filter(_own_or_given(CONTACT, person) | (_usual(CONTACT, person) & named))


class RestrictedNotesQuerySet(models.QuerySet["RestrictedNotes"]):
    """Words for restricted notes."""

    def visible_to(self, person: Person) -> "RestrictedNotesQuerySet":
        """Notes this person may read: on FIR records they may see, their own manufacturer's or given to their Party."""
        records = apps.get_model("cpl", "FirmwareInformation").objects.visible_to(person)
        return self.filter(_shown(NOTES, person), Exists(records.filter(pk=OuterRef("information"))))


class SubmissionQuerySet(models.QuerySet["Submission"]):
    """Words for submissions."""

    def visible_to(self, person: Person) -> "SubmissionQuerySet":
        """The own Party's; once submitted, also those about the own products, and all of them for SECAS and auditors.

        A draft is its Party's alone.
        """
        if not isinstance(person, User) or not can(person, READ_REPOSITORY):
            return self.none()
        own = Q(party__in=[acting.party for acting in person.active_memberships])
        others = Q() if can(person, READ_EVERY_RECORD) else Q(manufacturer__in=manufacturers_of(person))
        return self.filter(own | (others & Q(submitted_at__isnull=False)))


class CPLIssueQuerySet(models.QuerySet["CPLIssue"]):
    """Words for issues of the list."""

    def visible_to(self, person: Person) -> "CPLIssueQuerySet":
        """Published issues for everybody with a role; those being prepared for SECAS and auditors."""
        if not can(person, READ_REPOSITORY):
            return self.none()
        return self if can(person, READ_EVERY_RECORD) else self.filter(published_at__isnull=False)


class PublicationRecordQuerySet(models.QuerySet["PublicationRecord"]):
    """Words for the publication log."""

    def visible_to(self, person: Person) -> "PublicationRecordQuerySet":
        """Every record, for everybody with a role: its body is another matter (`cpl.selectors.publication_log`)."""
        return self.all() if can(person, READ_REPOSITORY) else self.none()


OPEN_AGAINST: Final = (VersionStatus.AFFECTED, VersionStatus.UNDER_INVESTIGATION)
"""What a notice says of a version that stands against it while the notice is open."""


class ModelInterestQuerySet(models.QuerySet["ModelInterest"]):
    """Words for who is concerned by Device Models."""

    def visible_to(self, person: Person) -> "ModelInterestQuerySet":
        """One's own: what somebody watches or checked is not even their colleagues' to read."""
        if not isinstance(person, User) or not can(person, READ_REPOSITORY):
            return self.none()
        return self.filter(person=person)

    def of_parties_of(self, person: Person) -> "ModelInterestQuerySet":
        """What any of the person's Parties is concerned by."""
        if not isinstance(person, User) or not can(person, READ_REPOSITORY):
            return self.none()
        return self.filter(party__in=[acting.party for acting in person.active_memberships])


class EstateCheckQuerySet(models.QuerySet["EstateCheck"]):
    """Words for estate checks."""

    def visible_to(self, person: Person) -> "EstateCheckQuerySet":
        """Those of the Parties for which this person may check an estate: nobody else's, whatever their role."""
        return self.filter(party__in=parties_with_estate(person))


class EstateColumnsQuerySet(models.QuerySet["EstateColumns"]):
    """Words for remembered columns of estate files."""

    def visible_to(self, person: Person) -> "EstateColumnsQuerySet":
        """Those of the Parties for which this person may check an estate."""
        return self.filter(party__in=parties_with_estate(person))


class EstateFeedQuerySet(models.QuerySet["EstateFeed"]):
    """Words for who wants their watch list fed by estate checks."""

    def visible_to(self, person: Person) -> "EstateFeedQuerySet":
        """One's own, for the Parties for which one may check an estate: not even colleagues read it."""
        if not isinstance(person, User):
            return self.none()
        return self.filter(person=person, party__in=parties_with_estate(person))


def parties_with_estate(person: Person) -> list[int]:
    """The Parties for which this person may check an estate, the oldest membership first."""
    if not isinstance(person, User):
        return []
    parties = dict.fromkeys(acting.party for acting in person.active_memberships)
    return [party for party in parties if CHECK_ESTATE in person.permissions_in(party)]


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Words for notices."""

    def visible_to(self, person: Person) -> "NoticeQuerySet":
        """Notices this person may read; a withdrawn one stays, a draft is its Party's alone.

        Whoever issues notices for all, SECAS and auditors read every published one, a manufacturer's own people those
        about its products. Everybody else reads those that name a version they may see, and of those for the
        concerned only the ones of which their Party watches or has checked a Device Model that they name.
        """
        if not isinstance(person, User) or not can(person, READ_REPOSITORY):
            return self.none()
        return self.filter(_own_or_published(person, "pk"))

    def in_force(self) -> "NoticeQuerySet":
        """Published and not withdrawn."""
        return self.filter(state=NoticeState.PUBLISHED)


class NoticeVersionQuerySet(models.QuerySet["NoticeVersion"]):
    """Words for what notices say of versions."""

    def visible_to(self, person: Person) -> "NoticeVersionQuerySet":
        """Of the notices that this person may read, the versions that they may see."""
        if not isinstance(person, User) or not can(person, READ_REPOSITORY):
            return self.none()
        return self.among_visible(person).filter(_own_or_published(person, "notice", "notice__"))

    def with_readable(self, person: Person) -> "NoticeVersionQuerySet":
        """Each of `among_visible` with `readable`: whether this person may read the notice as well."""
        may: Any = models.Value(False)
        if isinstance(person, User) and can(person, READ_REPOSITORY):
            may = _own_or_published(person, "notice", "notice__")
        return self.annotate(readable=models.ExpressionWrapper(may, output_field=models.BooleanField()))

    def of_models(self, keys: Iterable[int]) -> "NoticeVersionQuerySet":
        """What notices say of versions of these Device Models."""
        return self.filter(_Ready(_OF_MODELS, "entry", list(keys)))

    def among_visible(self, person: Person) -> "NoticeVersionQuerySet":
        """Of versions that this person may see, whether or not they may read the notice."""
        if not can(person, READ_REPOSITORY):
            return self.none()
        return self.filter(_shown(ENTRY, person, way="entry__"), entry__published_on__isnull=False)


def _own_or_published(person: User, key: str, way: str = "") -> Q:
    """One's own Party's notices, and the published ones that one reads by role, as the manufacturer, or is told of.

    `key` is the notice's, for a query of notices, or of versions that the person may see, with the `way` to the notice.
    """
    own = Q(**{f"{way}party__in": [acting.party for acting in person.active_memberships]})
    published = ~Q(**{f"{way}state": NoticeState.DRAFT})
    if can(person, READ_EVERY_RECORD) or can(person, ISSUE_NOTICE):
        return own | published
    told = _told(person, key, way)
    if makers := manufacturers_of(person):
        told |= Q(**{f"{way}manufacturer__in": makers})
    return own | (published & told)


def _told(person: User, key: str, way: str) -> Q:
    """A notice names a version that the person may see, and is for all; or is for the concerned, and names such a
    version of a model that a Party of the person watches or has checked. By a hidden version nobody is concerned: the
    notice would tell by its being there that it names one.

    Whatever it says of the version: whoever was told that it is affected must read as well that it is not.
    """
    seen = apps.get_model("cpl", "NoticeVersion").objects.among_visible(person).filter(notice=OuterRef(key))
    parties = sorted({acting.party for acting in person.active_memberships})
    concerned = seen.filter(_Ready(_OF_CONCERN, "entry__device_model", parties))
    for_all, for_concerned = (Q(**{f"{way}audience": audience.value}) for audience in NoticeAudience)
    # A version that the person sees is at hand where the query is about versions.
    return (for_all if way else for_all & _some(seen)) | (for_concerned & _some(concerned))


_OF_CONCERN: Final = (
    "EXISTS (SELECT 1 FROM cpl_modelinterest i WHERE i.device_model_id = {key} AND i.party_id = ANY(%s) OFFSET 0)"
)
"""One of these Parties watches or has checked the model."""

_OF_MODELS: Final = "{key} = ANY(ARRAY(SELECT e.id FROM cpl_cplentry e WHERE e.device_model_id = ANY(%s)))"
"""An entry is of one of these models: its versions first, then what notices say of them, both by index."""


class _Ready(models.Expression):
    """A condition in ready SQL about one column and a list of keys: composing these took longer than running them."""

    conditional = True

    def __init__(self, template: str, column: str, keys: list[int]) -> None:
        super().__init__(output_field=models.BooleanField())
        self.template, self.keys = template, keys
        self.column: Any = models.F(column)

    def get_source_expressions(self) -> list[Any]:
        """Django resolves the column for us."""
        return [self.column]

    def set_source_expressions(self, exprs: Any) -> None:
        """Take the column as Django resolved it."""
        (self.column,) = exprs

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """The template with the column in it."""
        key, parameters = compiler.compile(self.column)
        return self.template.format(key=key), (*parameters, self.keys)


def _some(rows: models.QuerySet[Any]) -> Q:
    """Whether there is such a row, looked up for each outer row that is met.

    Not by EXISTS: PostgreSQL may turn that round and read every version of every notice first (measured: 80 ms).
    """
    return Q(IsNull(Subquery(rows.order_by().values("pk")[:1]), False))


def information_of_entry(person: Person) -> Q:
    """For a query of entries: this person may see the FIR record of an entry that they may see."""
    return _shown(INFORMATION, person, from_entry=True)


def manufacturers_of(user: User) -> list[int]:
    """Manufacturers whose Party the user belongs to, asked once for each request's user."""
    if not hasattr(user, "_manufacturers"):
        parties = [acting.party for acting in user.active_memberships]
        with connection.cursor() as cursor:
            # Ready SQL, as below: every page asks for it.
            cursor.execute("SELECT id FROM cpl_manufacturer WHERE party_id = ANY(%s)", [parties])
            found = [key for (key,) in cursor.fetchall()]
        # Kept on the user of the request: `accounts` must not know of manufacturers, so its type has no such name.
        user._manufacturers = found  # type: ignore[attr-defined]
    # As above.
    return user._manufacturers  # type: ignore[attr-defined,no-any-return]


def has_need_of_contacts(person: Person) -> bool:
    """Whether a Party of this person is of a category that has need of contacts (`CONTACT_CATEGORIES`)."""
    return isinstance(person, User) and any(
        acting.category in settings.CONTACT_CATEGORIES for acting in person.active_memberships
    )


def _shown(kind: Kind, person: Person, *, from_entry: bool = False, way: str = "") -> Q:
    """Whether the record is for everybody of its usual audience who asks, given to them, or their own.

    `way` leads from the query's rows to the record, or to the entry where the way from that is meant.
    """
    if can(person, READ_EVERY_RECORD):
        return Q()
    usual = _usual(kind, person, from_entry=from_entry, way=way)
    return usual | _own_or_given(kind, person, from_entry=from_entry, way=way)


def _usual(kind: Kind, person: Person, *, from_entry: bool = False, way: str = "") -> Q:
    """The audience that the person belongs to without being named: an empty word is no record's audience."""
    audience = Audience.ALL_PARTIES.value if kind in (ENTRY, INFORMATION) else ""
    if kind == CONTACT and has_need_of_contacts(person):
        audience = ContactAudience.WITH_NEED.value
    return Q(**{f"{way}{_way(kind, from_entry)}audience": audience if can(person, READ_REPOSITORY) else ""})


def _own_or_given(kind: Kind, person: Person, *, from_entry: bool = False, way: str = "") -> Q:
    """Granted to a Party of the person, or of a manufacturer the person speaks for."""
    record = f"{way}{_way(kind, from_entry)}"
    if not isinstance(person, User) or not can(person, READ_REPOSITORY):
        return Q(**{f"{record}audience": ""})
    grants: Any = apps.get_model("cpl", kind.grants)
    shown = Q(is_granted(person, kind.permission, grants, f"{record}pk"))
    if makers := manufacturers_of(person):
        shown |= Q(**{f"{way}{ENTRY.maker if from_entry else kind.maker}__in": makers})
    return shown


def _way(kind: Kind, from_entry: bool) -> str:
    return f"{kind.from_entry}__" if from_entry else ""
