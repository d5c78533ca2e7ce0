"""Submissions made directly, as rows: what the checks find must not depend on the way there."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from accounts.models import Party, User
from cpl.choices import Confirmation, SubmissionKind, SubmissionState
from cpl.models import CPLEntry, Manufacturer, Submission
from cpl.rules import Problem, problems_of
from cpl.rules.blocking.steps import OF_ANYBODY
from tests.factories import Cast, Catalogue

Kind = SubmissionKind
State = SubmissionState

HASH = "7B52009B64FD0A2A49E6D8A939753077792B0554C8A1F0E6D3B94C5E12FA6087"
OTHER_HASH = "19E7B2C4D05F836A91BC47E05D8A63F2C1049B7E3D5A68F0172C94EB3A6D508F"


class World:
    """The cast, the list, and somebody who asks."""

    def __init__(self, cast: Cast, catalogue: Catalogue) -> None:
        self.cast, self.list = cast, catalogue
        self._moments = 0

    @property
    def northmoor(self) -> Manufacturer:
        """The maker of the Ember."""
        return self.list.ember.manufacturer

    @property
    def kestrel(self) -> Manufacturer:
        """Its competitor, the maker of the Lantern."""
        return self.list.gas.manufacturer

    def new_entry(self, **content: Any) -> Submission:
        """A new version of the Ember without fault; `content` changes that, None clears a field."""
        return self.ask(Kind.NEW_ENTRY, NEW_ENTRY | content)

    def added_model(self, *, by: User | None = None, entry: CPLEntry | None = None, **content: Any) -> Submission:
        """A Device Model of Northmoor under a certificate, asked for by the DCC."""
        given = {**ADDED_MODEL, **content}
        return self.ask(Kind.ADDED_MODEL, given, by=by or self.cast.submitter, entry=entry or self.list.recommended)

    def information(self, entry: CPLEntry | None = None, **content: Any) -> Submission:
        """What Northmoor says of an entry."""
        return self.ask(Kind.INFORMATION, content, entry=entry or self.list.test_version)

    def ask(
        self,
        kind: SubmissionKind,
        content: dict[str, Any] | None = None,
        *,
        by: User | None = None,
        maker: Manufacturer | None = None,
        entry: CPLEntry | None = None,
        state: SubmissionState = State.DRAFT,
        **given: Any,
    ) -> Submission:
        """A submission as it would stand in the database; each is submitted a minute after the one before.

        What the DCC says is confirmed by the manufacturer, unless `confirmation` is given.
        """
        author = by or self.cast.manufacturer
        self._moments += 1
        now = timezone.now() + timedelta(minutes=self._moments)
        sent = {"submitted_by": author, "submitted_at": now} if state != State.DRAFT else {}
        agreed = {"accepted_by": self.cast.moderator, "accepted_at": now} if state == State.ACCEPTED else {}
        party = Party.objects.get(pk=author.active_memberships[0].party)
        of = Manufacturer.objects.get(pk=(maker or (entry.manufacturer if entry else self.northmoor)).pk)
        if kind in OF_ANYBODY and of.party != party:
            given.setdefault("confirmation", Confirmation.CONFIRMED)
        return Submission.objects.create(
            kind=kind,
            state=state,
            state_since=now,
            party=party,
            manufacturer=of,
            entry=entry,
            created_by=author,
            content={name: value for name, value in (content or {}).items() if value is not None},
            **{**sent, **agreed, **given},
        )

    def with_secas(self, submission: Submission, state: SubmissionState = State.SUBMITTED) -> Submission:
        """The same submission as a new row that SECAS has in that state."""
        return self.ask(
            SubmissionKind(submission.kind),
            submission.content,
            by=submission.created_by,
            maker=submission.manufacturer,
            entry=submission.entry,
            state=state,
        )


NEW_ENTRY: dict[str, Any] = {
    "device_type": "ESME",
    "esme_variant": "A",
    "manufacturer_identifier": "7A01",
    "device_model": "8B0B030D",
    "model_name": "Ember X495",
    "firmware_version": "01050607",
    "firmware_label": "5.6.7",
    "firmware_hash": HASH,
    "smets_chts_version": "SMETS V5.1",
    "gbcs_version": "4.2",
    "zigbee_certificate": "ZIG-1",
    "dlms_certificate": "DLMS-1",
    "cpa_certificate": "CPA-1",
    "cpa_date_kind": "expiry",
    "cpa_date": "01/06/2031",
    "pathway_state": "these_entries",
    "predecessors": "CPL-001072",
}

ADDED_MODEL: dict[str, Any] = {
    "device_type": "ESME",
    "manufacturer_identifier": "7A01",
    "device_model": "8B0B040D",
    "model_name": "Ember X495 in a larger case",
    "firmware_version": "01050607",
    "firmware_hash": HASH,
    "smets_chts_version": "SMETS V5.1",
    "gbcs_version": "4.2",
}


def written(day: date) -> str:
    """As people write a date."""
    return f"{day:%d/%m/%Y}"


def found(submission: Submission, check: str) -> list[Problem]:
    """What this check finds in the submission."""
    return [problem for problem in problems_of(submission) if problem.check == check]
