"""A finished estate check feeds the watch lists of those people of its Party who want that.

What a person chose for their own list is nobody's business and no audit event; what a Party decides for all of its
people is one.
"""

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.access import Forbidden, acting_for
from accounts.models import User
from accounts.models.user import Acting
from accounts.permissions import MANAGE_PARTY
from cpl import audit_names
from cpl.actions.estate.may import hold_party, keeps, require_estate
from cpl.actions.estate.watching import found_in, watch_models
from cpl.actions.interest import hold_lists
from cpl.models import EstateCheck, EstateFeed, EstatePreference
from cpl.selectors.estate.feeding import feeds, may_be_fed, people_fed


@transaction.atomic
def feed(*, check: EstateCheck, starter: User) -> None:
    """Watch the Device Models of a check that is done for everybody whose list it feeds, and for its starter where they
    ticked that; for each as much as they may see and have room for.

    All begin at the moment at which the check was done, by which each takes back what is theirs. For the job of the
    check, in its transaction.
    """
    wanting = set(people_fed(check.party_id).values_list("pk", flat=True)) | ({starter.pk} if check.watches else set())
    hold_lists(wanting)
    began, found = check.finished_at or timezone.now(), dict[tuple[Acting, ...], list[int]]()
    for person in User.objects.filter(pk__in=wanting).order_by("pk"):
        if may_be_fed(person, check.party_id):
            # What a Party may see is looked up once for all whose roles in it are the same.
            roles = tuple(acting_for(person, check.party_id).active_memberships)
            if roles not in found:
                found[roles] = found_in(check, person)
            watch_models(found[roles], check=check, by=person, began=began)


@transaction.atomic
def choose(*, party: int, wanted: bool | None, by: User) -> None:
    """Let every finished check of the Party feed one's own watch list, or none; None: as the Party decides.

    What is watched already stays. Raises Forbidden unless `by` may check an estate for the Party.
    """
    require_estate(by, party)
    if wanted is None:
        EstateFeed.objects.filter(party=party, person=by).delete()
    else:
        EstateFeed.objects.update_or_create(party_id=party, person=by, defaults={"wanted": wanted})


@transaction.atomic
def choose_for_party(*, party: int, wanted: bool, by: User) -> None:
    """Let the Party's checks feed the lists of all who may check its estates and have not chosen for themselves.

    Nothing happens where that is so already. Raises Forbidden unless `by` is an administrator of this very Party.
    """
    if not keeps(by, party):
        raise Forbidden(MANAGE_PARTY)
    # Two administrators at once: the record tells what each found.
    owner = hold_party(party)
    before = feeds(party)
    if before == wanted:
        return
    EstatePreference.objects.update_or_create(pk=party, defaults={"feeds": wanted})
    audit.record(
        audit_names.ESTATE_FEEDING, by=by, about=owner, owner=owner.name,
        before={"feeds": before}, after={"feeds": wanted},
    )  # fmt: skip
