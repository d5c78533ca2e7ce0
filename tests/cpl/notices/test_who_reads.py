"""Who reads which notice, and which versions of it: every role, both audiences, in every state."""

from collections.abc import Callable

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.actions.memberships import join
from accounts.choices import Role
from accounts.models import Party, User
from cpl.actions.interest import note_check, watch
from cpl.actions.notices import contents, publishing
from cpl.actions.visibility import restrict
from cpl.choices import InterestKind, NoticeAudience, NoticeState, VersionStatus
from cpl.models import CPLEntry, DeviceModel, ModelInterest, Notice, NoticeVersion
from cpl.selectors.known import known_model
from cpl.selectors.linked import linked_versions
from cpl.selectors.notices import open_notices
from tests.factories import Cast, Catalogue, make_entry, make_model, make_notice
from tests.factories.notices import as_versions

pytestmark = pytest.mark.django_db

EVERYBODY = (
    "supplier", "administrator", "rival_supplier", "network", "manufacturer", "competitor", "submitter", "moderator",
    "publisher", "ssc", "auditor", "stranger",
)  # fmt: skip
BY_ROLE = {"manufacturer", "moderator", "publisher", "ssc", "auditor"}
"""Who reads every published notice about Northmoor's versions, whoever it is for."""
WITH_A_ROLE = {*EVERYBODY} - {"stranger"}
AFFECTED, FIXED = VersionStatus.AFFECTED, VersionStatus.FIXED


def readers(cast: Cast, notice: Notice) -> set[str]:
    """Who of the cast reads it; asked of the notices and of what they say of versions, which must agree."""
    return {who for who in EVERYBODY if reads(fresh(getattr(cast, who)), notice)}


def fresh(person: User) -> User:
    return User.objects.get(pk=person.pk)


def reads(person: User, notice: Notice) -> bool:
    return Notice.objects.visible_to(person).filter(pk=notice.pk).exists()


def versions(person: User, notice: Notice) -> set[str]:
    rows = NoticeVersion.objects.visible_to(fresh(person)).filter(notice=notice)
    return set(rows.values_list("entry__cpl_entry_id", flat=True))


@pytest.mark.parametrize(
    ("state", "audience", "expected"),
    [
        (NoticeState.DRAFT, NoticeAudience.ALL_PARTIES, {"manufacturer"}),
        (NoticeState.DRAFT, NoticeAudience.CONCERNED, {"manufacturer"}),
        (NoticeState.PUBLISHED, NoticeAudience.ALL_PARTIES, WITH_A_ROLE),
        (NoticeState.PUBLISHED, NoticeAudience.CONCERNED, BY_ROLE),
        (NoticeState.WITHDRAWN, NoticeAudience.ALL_PARTIES, WITH_A_ROLE),
        (NoticeState.WITHDRAWN, NoticeAudience.CONCERNED, BY_ROLE),
    ],
)
def test_every_role_reads_what_is_for_it(
    cast: Cast, catalogue: Catalogue, state: NoticeState, audience: NoticeAudience, expected: set[str]
) -> None:
    notice = make_notice(cast, catalogue, state, audience=audience)
    assert readers(cast, notice) == expected
    both = {"CPL-001045", "CPL-001072"}
    for who in EVERYBODY:
        assert versions(getattr(cast, who), notice) == (both if who in expected else set()), who


def test_a_draft_of_secas_is_read_in_secas_alone(cast: Cast, catalogue: Catalogue) -> None:
    assert readers(cast, make_notice(cast, catalogue, NoticeState.DRAFT, by=cast.moderator)) == {
        "moderator", "publisher"
    }  # fmt: skip


def test_signed_out_and_inactive_people_read_nothing(cast: Cast, catalogue: Catalogue) -> None:
    make_notice(cast, catalogue)
    cast.supplier.is_active = False
    for person in (AnonymousUser(), cast.supplier):
        assert not Notice.objects.visible_to(person).exists()
        assert not NoticeVersion.objects.visible_to(person).exists()


# For the concerned -------------------------------------------------------------------------------------------


@pytest.fixture
def concerned(cast: Cast, catalogue: Catalogue) -> Notice:
    """For the concerned: the Ember's baseline is affected."""
    return make_notice(cast, catalogue, audience=NoticeAudience.CONCERNED)


@pytest.mark.parametrize("show", [watch, note_check])
def test_a_party_whose_person_watches_or_has_checked_the_model_reads_it(
    cast: Cast, catalogue: Catalogue, concerned: Notice, show: Callable[..., None]
) -> None:
    show(model=catalogue.ember, by=cast.supplier)
    assert readers(cast, concerned) == BY_ROLE | {"supplier", "administrator"}, "and no other Party"
    assert versions(cast.administrator, concerned) == {"CPL-001045", "CPL-001072"}


def test_another_model_of_the_same_maker_is_no_concern(cast: Cast, catalogue: Catalogue, concerned: Notice) -> None:
    watch(model=other_model(), by=cast.supplier)
    assert not reads(cast.supplier, concerned)


def other_model() -> DeviceModel:
    """A second model of Northmoor's, with one version."""
    model = make_model(name="Ember X500", model_identifier="8B0C")
    make_entry(model, "0A0B0C0D", cpl_entry_id="CPL-001500", published_on=timezone.localdate())
    return model


def test_whoever_was_told_reads_as_well_that_the_version_is_not_affected(
    cast: Cast, catalogue: Catalogue, concerned: Notice
) -> None:
    """Of the model of theirs everything turned out well; the notice stands for another one."""
    watch(model=catalogue.ember, by=cast.supplier)
    elsewhere = CPLEntry.objects.get(device_model=other_model())
    cleared = {catalogue.baseline: VersionStatus.NOT_AFFECTED, catalogue.recommended: VersionStatus.NOT_AFFECTED}
    publishing.revise(
        notice=concerned, content={}, versions=as_versions({**cleared, elsewhere: AFFECTED}),
        words="Only the X500 has the clock.", by=cast.manufacturer, edition=concerned.edition,
    )  # fmt: skip
    assert reads(fresh(cast.supplier), concerned)


def test_whoever_is_concerned_by_a_version_that_they_may_not_see_reads_nothing(
    cast: Cast, catalogue: Catalogue
) -> None:
    hidden = make_notice(cast, catalogue, versions={catalogue.restricted: AFFECTED}, audience=NoticeAudience.CONCERNED)
    for person in (cast.supplier, cast.rival_supplier):
        watch(model=catalogue.ember, by=person)
    assert reads(fresh(cast.supplier), hidden)
    assert not reads(fresh(cast.rival_supplier), hidden)
    assert not Notice.objects.visible_to(fresh(cast.rival_supplier)).exists()


def test_a_notice_does_not_tell_by_being_there_that_it_names_a_hidden_version(cast: Cast, catalogue: Catalogue) -> None:
    """Pia watches the Ember only, of which a hidden version is named; the other model's is for all to see."""
    elsewhere = CPLEntry.objects.get(device_model=other_model())
    named = {catalogue.restricted: AFFECTED, elsewhere: AFFECTED}
    notice = make_notice(cast, catalogue, versions=named, audience=NoticeAudience.CONCERNED)
    for person in (cast.supplier, cast.rival_supplier):
        watch(model=catalogue.ember, by=person)
    assert reads(fresh(cast.supplier), notice)
    assert not reads(fresh(cast.rival_supplier), notice)
    assert versions(cast.rival_supplier, notice) == set()


def test_a_person_who_leaves_the_party_reads_it_no_more(cast: Cast, catalogue: Catalogue, concerned: Notice) -> None:
    watch(model=catalogue.ember, by=cast.supplier)
    cast.supplier.memberships.all().delete()
    pennine = Party.objects.get(name="Pennine Power")
    join(user=cast.supplier, party=pennine, role=Role.PARTY_USER, by=None)
    assert not reads(fresh(cast.supplier), concerned)
    assert not ModelInterest.objects.of_parties_of(fresh(cast.supplier)).exists()


def test_a_notice_for_the_concerned_becomes_one_for_all_and_back_by_revision(
    cast: Cast, catalogue: Catalogue, concerned: Notice
) -> None:
    def for_whom(audience: NoticeAudience) -> None:
        now = Notice.objects.get(pk=concerned.pk)
        rows = {row.entry.pk: (row.status, row.words) for row in contents.rows_of(now)}
        publishing.revise(notice=now, content={"audience": audience}, versions=rows, words="Wider.",
                          by=cast.manufacturer, edition=now.edition)  # fmt: skip

    for_whom(NoticeAudience.ALL_PARTIES)
    assert readers(cast, concerned) == WITH_A_ROLE
    for_whom(NoticeAudience.CONCERNED)
    assert readers(cast, concerned) == BY_ROLE


# Restricted versions -----------------------------------------------------------------------------------------


def test_a_notice_that_names_only_hidden_versions_does_not_exist_for_a_party(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue, versions={catalogue.restricted: AFFECTED})
    assert readers(cast, notice) == BY_ROLE | {"supplier", "administrator"}


def test_of_a_notice_a_reader_sees_the_versions_that_they_may_see(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue, versions={catalogue.restricted: AFFECTED, catalogue.recommended: FIXED})
    assert readers(cast, notice) == WITH_A_ROLE
    assert versions(cast.supplier, notice) == {"CPL-001080", "CPL-001072"}
    for who in ("rival_supplier", "ssc", "competitor"):
        assert versions(getattr(cast, who), notice) == {"CPL-001072"}


def test_a_version_that_is_restricted_later_goes_out_of_sight_in_notices_too(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue)
    restrict(record=catalogue.baseline, parties=[], by=cast.moderator)
    assert versions(cast.supplier, notice) == {"CPL-001072"}
    restrict(record=catalogue.recommended, parties=[], by=cast.moderator)
    assert not reads(cast.supplier, notice)


def test_a_version_that_is_not_published_is_seen_in_no_notice(cast: Cast, catalogue: Catalogue) -> None:
    notice = make_notice(cast, catalogue)
    coming = make_entry(catalogue.ember, "0F0F0F0F", cpl_entry_id="CPL-009999", published_on=None)
    NoticeVersion.objects.create(notice=notice, entry=coming, status=AFFECTED)
    for who in EVERYBODY:
        assert "CPL-009999" not in versions(getattr(cast, who), notice)


# What pages ask ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", EVERYBODY)
def test_open_notices_are_those_in_force_about_versions_that_the_person_sees(
    cast: Cast, catalogue: Catalogue, who: str
) -> None:
    for state in NoticeState:
        make_notice(cast, catalogue, state, versions={catalogue.baseline: AFFECTED, catalogue.restricted: FIXED})
    (one,) = Notice.objects.in_force()
    person = fresh(getattr(cast, who))
    found = open_notices(person, [catalogue.ember.pk]).by_version
    expected = {entry.pk for entry in (catalogue.baseline, catalogue.restricted) if who in WITH_A_ROLE}
    if who not in {"supplier", "administrator", "manufacturer", "moderator", "publisher", "auditor"}:
        expected.discard(catalogue.restricted.pk)
    assert set(found) == expected
    assert {notice.pk for notices in found.values() for notice in notices} <= {one.pk}
    assert not open_notices(person, [catalogue.gas.pk]).by_version
    assert not open_notices(person, []).by_version


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_notice_for_the_concerned_stands_against_its_version_for_whoever_may_not_read_it(
    cast: Cast, catalogue: Catalogue, concerned: Notice, who: str
) -> None:
    """By the key of the version alone, if they may see that; in the same one query."""
    make_notice(cast, catalogue, versions={catalogue.restricted: AFFECTED}, audience=NoticeAudience.CONCERNED)
    person = fresh(getattr(cast, who))
    found = open_notices(person, [catalogue.ember.pk])
    everything = {catalogue.baseline.pk} | (
        {catalogue.restricted.pk} if who in {"supplier", "administrator"} else set()
    )
    assert found.unread == (set() if who in BY_ROLE or who == "stranger" else everything)
    assert bool(found.by_version) == (who in BY_ROLE), concerned.reference
    assert found.stand_against(catalogue.baseline.pk) == (who != "stranger")


@pytest.mark.parametrize("who", ["supplier", "rival_supplier", "manufacturer", "moderator", "auditor"])
def test_the_same_version_is_recommended_to_everybody_whoever_reads_the_notice(
    cast: Cast, catalogue: Catalogue, who: str
) -> None:
    make_notice(cast, catalogue, versions={catalogue.recommended: AFFECTED}, audience=NoticeAudience.CONCERNED)
    person = fresh(getattr(cast, who))
    seen = CPLEntry.objects.visible_to(person).with_information(person)
    recommended = known_model(person, catalogue.ember.pk, linked_versions(seen, catalogue.ember.pk)).summary.recommended
    assert recommended
    assert recommended.pk == catalogue.second.pk


def test_what_a_party_watches_is_not_even_its_peoples_to_read(cast: Cast, catalogue: Catalogue) -> None:
    watch(model=catalogue.ember, by=cast.supplier)
    (own,) = ModelInterest.objects.visible_to(cast.supplier)
    assert (own.person, own.kind) == (cast.supplier, InterestKind.WATCHED)
    for who in ("administrator", "manufacturer", "moderator", "auditor"):
        assert not ModelInterest.objects.visible_to(getattr(cast, who)).exists()
    assert ModelInterest.objects.of_parties_of(cast.administrator).exists()
    assert not ModelInterest.objects.of_parties_of(cast.moderator).exists()
