"""One record of every kind, for the sweeps to ask for."""

from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts import audit
from accounts.choices import RequestState, Role
from accounts.links import proof
from accounts.models import (
    AccessRequest,
    ApiToken,
    AuditEvent,
    Invitation,
    Membership,
    Party,
    Review,
    SingleSignOn,
    User,
)
from accounts.tokens import digest_of
from cpl.actions.publication import issues
from cpl.actions.visibility import restrict
from cpl.choices import EstateState, NoticeAudience, NoticeState, SubmissionKind, SubmissionState
from cpl.models import (
    ColumnMapping,
    Contact,
    CPLEntry,
    CPLIssue,
    DeviceModel,
    FirmwareInformation,
    ImportRun,
    Manufacturer,
    ManufacturerIdentifier,
    Notice,
    SavedView,
    SearchMiss,
    Submission,
    SubmissionPreview,
)
from cpl.spreadsheets import importer
from tests.factories import Cast, Catalogue, make_cast, make_catalogue, make_estate_check, make_notice, make_user
from tests.factories.estate_files import make_uploaded_estate
from tests.factories.people import PASSWORD
from tests.factories.submissions import make_issue, make_submission

SHARED = "supplier's token of forty-seven characters....."


@dataclass
class World:
    """The cast, a small list, and what hangs on both. Ashdown Energy is whose page is asked for."""

    cast: Cast
    catalogue: Catalogue
    ashdown: Party
    rival_administrator: User
    records: dict[str, Any] = field(default_factory=dict)

    def names(self) -> dict[str, Any]:
        """What may stand in braces in an address."""
        people = {item.name: getattr(self.cast, item.name) for item in fields(self.cast)}
        entries = {item.name: getattr(self.catalogue, item.name) for item in fields(self.catalogue)}
        return {**people, **entries, "ashdown": self.ashdown, "rival_administrator": self.rival_administrator,
                **self.records}  # fmt: skip

    def person(self, name: str) -> User:
        """Somebody of the cast, or one who is only here."""
        found = self.names()[name]
        assert isinstance(found, User)
        return User.objects.get(pk=found.pk)

    def expected(self, answer: int | str) -> int | str:
        """A declared answer with its names filled in."""
        return self.address(answer) if isinstance(answer, str) else answer

    def address(self, template: str) -> str:
        """An address with its names filled in."""
        return template.format(**self.names())


def make_world() -> World:
    """Everything, made once for all sweeps of a process."""
    cast = make_cast()
    catalogue = make_catalogue()
    ashdown, pennine = (Party.objects.get(name=name) for name in ("Ashdown Energy", "Pennine Power"))
    rival = make_user("rob@pennine.example", Role.PARTY_ADMINISTRATOR, pennine)
    world = World(cast, catalogue, ashdown, rival)
    # One hash for all: making one takes as long as fifty pages.
    User.objects.update(password=make_password(PASSWORD))
    world.records = {
        **_joining(world), **_of_party(world), **_of_list(world), **_of_process(world), **_notices(world),
        **_estates(world),
    }  # fmt: skip
    return world


def _joining(world: World) -> dict[str, Any]:
    def request(name: str, state: RequestState, **more: Any) -> AccessRequest:
        return AccessRequest.objects.create(
            name=name, email=f"{name.lower()}@ashdown.example", organisation="Ashdown", reason="Work", state=state,
            party=world.ashdown, **more,
        )  # fmt: skip

    unconfirmed = request("Una", RequestState.UNCONFIRMED)
    waiting = request("Will", RequestState.WAITING, confirmed_at=timezone.now())
    invitation = Invitation.objects.create(
        party=world.ashdown, email="ida@ashdown.example", name="Ida", role=Role.PARTY_USER, invited_by="ben"
    )
    return {
        "unconfirmed": unconfirmed,
        "unconfirmed_proof": proof("request", unconfirmed.pk, unconfirmed.nonce),
        "waiting": waiting,
        "invitation": invitation,
        "invitation_proof": proof("invitation", invitation.pk, invitation.nonce),
    }


def _of_party(world: World) -> dict[str, Any]:
    token = ApiToken.objects.create(
        user=world.cast.supplier, party=world.ashdown, name="Night report", beginning="fir_abcdefgh",
        digest=digest_of(SHARED), expires_at=timezone.now() + timedelta(days=9),
    )  # fmt: skip
    return {
        "token": token,
        "membership": Membership.objects.get(user=world.cast.supplier),
        "review": Review.objects.create(party=world.ashdown, due_on=date(2100, 1, 1)),
        "sso": SingleSignOn.objects.create(
            party=world.ashdown, provider_id="ashdown", issuer="https://sso.ashdown.example", client_id="fir"
        ),
        "event": audit.record("entry.restricted", by=world.cast.moderator, about=world.catalogue.restricted),
        "passkey": Authenticator.objects.create(
            user=world.rival_administrator, type=Authenticator.Type.WEBAUTHN, data={"name": "Key", "credential": {}}
        ),
    }


def _preview(world: World) -> SubmissionPreview:
    """A spreadsheet of Northmoor's editor, in which nothing changes."""
    shown = {"sheets": [], "requests": [], "refused": [], "warnings": [], "unchanged": 0}
    return SubmissionPreview.objects.create(
        author=world.cast.manufacturer, party=Party.objects.get(name="Northmoor Metering Ltd"),
        file_name="ours.xlsx", sha256="0" * 64, content=b"", shown=shown, fingerprint="0" * 64,
    )  # fmt: skip


def _of_list(world: World) -> dict[str, Any]:
    run = ImportRun.objects.create(file_name="list.xlsx", sha256="0" * 64, content=b"", created_by=world.cast.moderator)
    importer.remember(header="Fancy name", field="model_name", by=world.cast.moderator)
    contact = Contact.objects.get()
    hidden = Contact.objects.create(
        manufacturer=world.catalogue.ember.manufacturer, team="Secret desk", email="s@n.example"
    )
    restrict(record=hidden, parties=Party.objects.filter(pk=world.ashdown.pk), by=None)
    return {
        "run": run,
        "mapping": ColumnMapping.objects.get(),
        "contact": contact,
        "hidden_contact": hidden,
        "information": FirmwareInformation.objects.get(entry=world.catalogue.recommended),
        "miss": SearchMiss.objects.create(text="nothing", understood="nothing", party=world.ashdown),
        "maker": world.catalogue.ember.manufacturer,
        "code": world.catalogue.ember.identifier,
    }


def _of_process(world: World) -> dict[str, Any]:
    return {
        "submission": make_submission(
            world.cast, world.catalogue, SubmissionKind.CORRECTION, SubmissionState.SUBMITTED
        ),
        "draft": make_submission(world.cast, world.catalogue, SubmissionKind.INFORMATION, SubmissionState.DRAFT),
        "preview": _preview(world),
        "hash_of_other": make_submission(
            world.cast, world.catalogue, SubmissionKind.HASH, SubmissionState.SUBMITTED, by=world.cast.submitter
        ),
        "issue": _published(world),
        "prepared": make_issue(
            world.cast, [make_submission(world.cast, world.catalogue, state=SubmissionState.ACCEPTED)], number="154"
        ),
        "view": SavedView.objects.create(person=world.cast.moderator, name="Late", query="late=yes"),
    }


def _notices(world: World) -> dict[str, Any]:
    """One that everybody reads, one that only Northmoor does, and one for the concerned: of the cast is none."""
    return {
        "notice": make_notice(world.cast, world.catalogue),
        "draft_notice": make_notice(world.cast, world.catalogue, NoticeState.DRAFT, title="Begun"),
        "concerned_notice": make_notice(world.cast, world.catalogue, audience=NoticeAudience.CONCERNED),
    }


def _estates(world: World) -> dict[str, Any]:
    """Two checks of Ashdown Energy that are done: the second is newer, and has a model for Ashdown Energy only."""
    before = [("7A01", "8B0B030D", "09030A07", 40), ("7A01", "8B0B030D", "FFFFFFFF", 2)]
    now = [("7A01", "8B0B030D", "01040605", 41), ("7A03", "5EC00101", "0DECAF02", 3)]
    return {
        "estate_uploaded": make_uploaded_estate(world.cast.supplier),
        "estate_before": make_estate_check(world.cast.supplier, before, "North", name="october.csv"),
        "estate_check": make_estate_check(world.cast.administrator, now, "North", name="november.csv"),
        "estate_waiting": make_estate_check(
            world.cast.supplier, now, name="waiting.csv", answered=False, state=EstateState.WAITING, finished_at=None
        ),
        "estate_stopped": make_estate_check(
            world.cast.supplier, [], name="stopped.csv", answered=False, state=EstateState.STOPPED,
            problem={"message": "A quotation mark is opened in line 7.", "cure": "Close it."},
        ),
    }  # fmt: skip


def _published(world: World) -> CPLIssue:
    accepted = make_submission(world.cast, world.catalogue, state=SubmissionState.ACCEPTED)
    return issues.publish(issue=make_issue(world.cast, [accepted], number="153"), by=world.cast.publisher)


RECORDS: dict[type[Any], str] = {
    AuditEvent: "event", Party: "ashdown", User: "supplier", AccessRequest: "waiting", Invitation: "invitation",
    Review: "review", ApiToken: "token", SingleSignOn: "sso", CPLEntry: "recommended", DeviceModel: "ember",
    Manufacturer: "maker", ManufacturerIdentifier: "code", FirmwareInformation: "information", Contact: "contact",
    Membership: "membership", ImportRun: "run", ColumnMapping: "mapping", SearchMiss: "miss", Authenticator: "passkey",
    Submission: "submission", CPLIssue: "issue", Notice: "notice",
}  # fmt: skip
"""By which name of the world a record of each model is asked for."""
