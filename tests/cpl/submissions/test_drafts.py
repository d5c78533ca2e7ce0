"""Drafts: who may begin which, what is kept of them, and that nothing is overwritten unseen."""

import pytest

from accounts.access import Forbidden
from accounts.actions.memberships import join
from accounts.choices import PartyCategory, Role
from accounts.models import AuditEvent, Party
from cpl.actions.submissions import drafts, moves, talk
from cpl.actions.submissions.errors import EditedMeanwhileError, NotOpenError, UnknownRecordError
from cpl.choices import Confirmation, StepKind, SubmissionKind, SubmissionState
from cpl.models import Contact, Manufacturer, Submission
from cpl.workflow import EDITABLE, WrongMoveError
from tests.factories import Cast, Catalogue, make_submission
from tests.factories.submissions import about, content_of, northmoor

pytestmark = pytest.mark.django_db

Kind, State = SubmissionKind, SubmissionState
MAKERS = sorted(set(Kind) - {Kind.REMOVAL})
OTHERS = (Kind.HASH, Kind.ADDED_MODEL)
SECAS = (Kind.CORRECTION, Kind.REMOVAL)


def begun(cast: Cast, catalogue: Catalogue, kind: SubmissionKind, who: str) -> Submission:
    return make_submission(cast, catalogue, kind, by=getattr(cast, who))


@pytest.mark.parametrize("kind", MAKERS)
def test_an_editor_begins_every_kind_but_a_removal(cast: Cast, catalogue: Catalogue, kind: SubmissionKind) -> None:
    draft = begun(cast, catalogue, kind, "manufacturer")
    assert (draft.kind, draft.state, draft.party.name) == (kind, State.DRAFT, "Northmoor Metering Ltd")
    assert (draft.created_by, draft.manufacturer) == (cast.manufacturer, northmoor())
    assert draft.confirmation == Confirmation.NOT_NEEDED


@pytest.mark.parametrize("kind", OTHERS)
def test_a_submitter_begins_a_hash_and_an_added_model_of_any_maker(
    cast: Cast, catalogue: Catalogue, kind: SubmissionKind
) -> None:
    draft = begun(cast, catalogue, kind, "submitter")
    assert (draft.party.name, draft.confirmation) == ("DCC", Confirmation.WAITING)


@pytest.mark.parametrize("kind", SECAS)
@pytest.mark.parametrize("who", ["moderator", "publisher"])
def test_secas_begins_a_removal_and_a_correction_of_any_entry(
    cast: Cast, catalogue: Catalogue, kind: SubmissionKind, who: str
) -> None:
    draft = begun(cast, catalogue, kind, who)
    assert (draft.party.name, draft.confirmation) == ("SECAS", Confirmation.NOT_NEEDED)


@pytest.mark.parametrize(
    ("who", "kind"),
    [
        *(("competitor", kind) for kind in Kind),
        *(("submitter", kind) for kind in Kind if kind not in OTHERS),
        *(("moderator", kind) for kind in Kind if kind not in SECAS),
        ("manufacturer", Kind.REMOVAL),
        *((who, Kind.HASH) for who in ("supplier", "administrator", "network", "ssc", "auditor")),
    ],
)
def test_whoever_may_not_submit_such_a_thing_is_refused(
    cast: Cast, catalogue: Catalogue, who: str, kind: SubmissionKind
) -> None:
    with pytest.raises(Forbidden):
        begun(cast, catalogue, kind, who)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("who", ["competitor", "submitter", "stranger"])
def test_an_entry_that_a_person_may_not_see_is_to_them_as_none(cast: Cast, catalogue: Catalogue, who: str) -> None:
    with pytest.raises(UnknownRecordError, match="There is no such CPL Entry"):
        drafts.begin(kind=Kind.HASH, by=getattr(cast, who), entry=catalogue.restricted)


def test_a_hash_of_an_entry_given_to_the_own_party_may_be_submitted(cast: Cast, catalogue: Catalogue) -> None:
    join(user=cast.supplier, party=Party.objects.get(name="Ashdown Energy"), role=Role.SUBMITTER, by=None)
    draft = drafts.begin(kind=Kind.HASH, by=cast.supplier, entry=catalogue.restricted)
    assert draft.confirmation == Confirmation.WAITING


def test_a_contact_of_another_manufacturer_is_nobody_elses_to_change(cast: Cast, catalogue: Catalogue) -> None:
    desk = Contact.objects.get(team="Firmware desk")
    with pytest.raises(UnknownRecordError, match="There is no such contact"):
        drafts.begin(kind=Kind.CONTACT, by=cast.network, contact=desk)
    with pytest.raises(Forbidden):
        drafts.begin(kind=Kind.CONTACT, by=cast.competitor, contact=desk)


@pytest.mark.parametrize("kind", sorted(drafts.ABOUT_AN_ENTRY | {Kind.ADDED_MODEL}))
def test_most_kinds_say_which_entry_they_are_about(cast: Cast, catalogue: Catalogue, kind: SubmissionKind) -> None:
    with pytest.raises(UnknownRecordError, match="Say"):
        drafts.begin(kind=kind, by=cast.manufacturer, manufacturer=northmoor())


def test_what_it_is_about_is_all_of_one_manufacturer(cast: Cast, catalogue: Catalogue) -> None:
    kestrel = Manufacturer.objects.get(name__startswith="Kestrel")
    with pytest.raises(UnknownRecordError, match="which manufacturer"):
        drafts.begin(kind=Kind.HASH, by=cast.submitter, entry=catalogue.baseline, manufacturer=kestrel)


def test_a_party_that_makes_a_product_confirms_its_own_submitters_nothing(cast: Cast, catalogue: Catalogue) -> None:
    """A maker that is a Party to the Code, and has submitters of its own."""
    party = Party.objects.get(name="DCC")
    Manufacturer.objects.filter(name__startswith="Northmoor").update(party=party)
    assert begun(cast, catalogue, Kind.HASH, "submitter").confirmation == Confirmation.NOT_NEEDED


def test_a_person_of_several_parties_says_for_which_they_act(cast: Cast, catalogue: Catalogue) -> None:
    kestrel = Party.objects.get(name__startswith="Kestrel")
    Party.objects.filter(pk=kestrel.pk).update(category=PartyCategory.OTHER_SEC_PARTY)
    kestrel.refresh_from_db()
    join(user=cast.manufacturer, party=kestrel, role=Role.SUBMITTER, by=None)
    entry = about(catalogue, Kind.HASH)
    own = drafts.begin(kind=Kind.HASH, by=cast.manufacturer, entry=entry)
    other = drafts.begin(kind=Kind.HASH, by=cast.manufacturer, entry=entry, party=kestrel)
    assert (own.party.name, own.confirmation) == ("Northmoor Metering Ltd", Confirmation.NOT_NEEDED)
    assert (other.party, other.confirmation) == (kestrel, Confirmation.WAITING)
    with pytest.raises(Forbidden):
        drafts.begin(kind=Kind.WITHDRAWAL, by=cast.manufacturer, entry=catalogue.second, party=kestrel)


def test_beginning_is_on_record_without_what_the_draft_says(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_submission(cast, catalogue, Kind.CONTACT)
    (step,) = draft.steps.all()
    assert (step.kind, step.by_name, step.by_party) == (StepKind.CREATE, "Mei", "Northmoor Metering Ltd")
    event = AuditEvent.objects.get(name="submission.begun")
    assert (event.actor, event.owner) == (cast.manufacturer.email, "Northmoor Metering Ltd")
    assert "upgrades@" not in str(AuditEvent.objects.values())


def test_only_fields_of_the_kind_are_kept_and_of_those_what_says_something(cast: Cast, catalogue: Catalogue) -> None:
    content = {
        "stage": "test",
        "stage_answer": "give",
        "contact_answer": "decline",
        "notes": "  ",
        "firmware_hash": "A1" * 32,
        "state": "published",
        "irreversible": None,
    }
    draft = make_submission(cast, catalogue, Kind.INFORMATION, content=content)
    assert draft.content == {"stage": "test", "stage_answer": "give", "contact_answer": "decline"}


def test_what_no_database_can_keep_is_replaced(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_submission(cast, catalogue, Kind.WITHDRAWAL, content={"reason": "a\0b\ud800c"})
    draft.refresh_from_db()
    assert draft.content["reason"].startswith("a\ufffdb")


def test_what_is_saved_is_there_with_a_new_edition(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_submission(cast, catalogue, Kind.CONTACT)
    saved = drafts.save(submission=draft, content={"contact_team": "Desk"}, by=cast.manufacturer, edition=1)
    draft.refresh_from_db()
    assert (draft.content, draft.edition, saved.edition) == ({"contact_team": "Desk"}, 2, 2)
    assert draft.checked_at is not None


def test_saving_the_same_changes_nothing(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_submission(cast, catalogue, Kind.CONTACT)
    assert drafts.save(submission=draft, content=draft.content, by=cast.manufacturer, edition=1).edition == 1


def test_a_colleague_s_change_is_not_overwritten_unseen(cast: Cast, catalogue: Catalogue) -> None:
    draft = make_submission(cast, catalogue, Kind.CONTACT)
    drafts.save(submission=draft, content={"contact_team": "First"}, by=cast.manufacturer, edition=1)
    with pytest.raises(EditedMeanwhileError, match="edition 1, now 2"):
        drafts.save(submission=draft, content={"contact_team": "Second"}, by=cast.manufacturer, edition=1)
    draft.refresh_from_db()
    assert draft.content == {"contact_team": "First"}


@pytest.mark.parametrize("who", ["competitor", "submitter", "moderator", "supplier"])
def test_nobody_but_its_authors_party_changes_a_draft(cast: Cast, catalogue: Catalogue, who: str) -> None:
    draft = make_submission(cast, catalogue, Kind.CONTACT)
    with pytest.raises(Forbidden):
        drafts.save(submission=draft, content={}, by=getattr(cast, who), edition=1)


def test_a_submitter_of_the_same_party_does_not_change_what_is_for_editors(cast: Cast, catalogue: Catalogue) -> None:
    party = Party.objects.get(name__startswith="Northmoor")
    Party.objects.filter(pk=party.pk).update(category=PartyCategory.OTHER_SEC_PARTY)
    join(user=cast.supplier, party=party, role=Role.SUBMITTER, by=None)
    draft = make_submission(cast, catalogue, Kind.WITHDRAWAL)
    with pytest.raises(Forbidden):
        drafts.save(submission=draft, content={"reason": "Mine."}, by=cast.supplier, edition=1)
    own = make_submission(cast, catalogue, Kind.HASH, by=cast.manufacturer)
    assert drafts.save(submission=own, content={}, by=cast.supplier, edition=1).edition == 2


@pytest.mark.parametrize("state", sorted(set(State) - EDITABLE - {State.PUBLISHED, State.LOADED}))
def test_it_changes_only_while_it_is_its_authors(cast: Cast, catalogue: Catalogue, state: SubmissionState) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, state)
    with pytest.raises(NotOpenError, match="cannot be changed") as caught:
        drafts.save(submission=submission, content={}, by=cast.manufacturer, edition=1)
    assert isinstance(caught.value, WrongMoveError)


def test_a_queried_one_is_its_authors_to_change_again(cast: Cast, catalogue: Catalogue) -> None:
    submission = make_submission(cast, catalogue, Kind.CONTACT, State.QUERIED)
    saved = drafts.save(submission=submission, content={"contact_team": "Desk"}, by=cast.manufacturer, edition=1)
    assert (saved.edition, saved.state) == (2, State.QUERIED)


def test_a_change_makes_the_manufacturers_confirmation_void(cast: Cast, catalogue: Catalogue) -> None:
    submission = make_submission(cast, catalogue, Kind.HASH, State.SUBMITTED)
    talk.confirm(submission=submission, by=cast.manufacturer)
    moves.query(submission=submission, question="Which hash?", by=cast.moderator)
    same = drafts.save(submission=submission, content=submission.content, by=cast.submitter, edition=1)
    assert same.confirmation == Confirmation.CONFIRMED
    other = drafts.save(submission=submission, content=content_of(Kind.HASH), by=cast.submitter, edition=1)
    assert other.confirmation == Confirmation.WAITING
