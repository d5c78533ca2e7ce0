"""The list behind the queue: each line leads to its review, and from there to its neighbours under the same filters."""

import copy
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.contrib.admin.exceptions import DisallowedModelAdminLookup
from django.contrib.admin.options import IncorrectLookupParameters
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from unfold.views import ChangeList

from accounts.models import User
from cpl.actions.submissions.may import may_moderate
from cpl.choices import Confirmation, StepKind
from cpl.models import Submission
from cpl.selectors.queue import Submissions
from cpl.workflow import MOVES

KEPT = "_changelist_filters"
"""Under which name Django hands the filters of a list on to the pages that it leads to."""
_OF_A_LIST_ONLY = ("p", "all", "e")
_NEIGHBOURS_LOOKED_AT = 5_000


class QueueList(ChangeList):
    """A line leads to the page on which it is decided."""

    def url_for_result(self, result: Submission) -> str:
        """The review; Django adds the filters."""
        return review_page(result.pk)


class Place(NamedTuple):
    """Where a submission stands in the queue that somebody works through."""

    number: int | None
    of: int
    previous: int | None
    following: int | None


def review_page(key: int, queue: str = "") -> str:
    """The review of a submission, with the filters to come back to."""
    address = reverse("admin:cpl_submission_review", args=[key])
    return f"{address}?{urlencode({KEPT: queue})}" if queue else address


def queue_page(queue: str = "") -> str:
    """The queue with these filters."""
    address = reverse("admin:cpl_submission_changelist")
    return f"{address}?{queue}" if queue else address


def queue_of(request: HttpRequest) -> str:
    """The filters somebody came with, without what means nothing on another page of the list."""
    return without_paging(request.POST.get(KEPT) or request.GET.get(KEPT) or "")


def without_paging(query: str) -> str:
    """The filters of an address alone."""
    filters = QueryDict(query.removeprefix("?"), mutable=True)
    for name in _OF_A_LIST_ONLY:
        filters.pop(name, None)
    return str(filters.urlencode())


def place_of(request: HttpRequest, register: Any, submission: Submission, queue: str) -> Place:
    """Where the submission stands in the list under these filters; a list that cannot be read has no neighbours."""
    keys = list(_listed(request, register, queue).values_list("pk", flat=True)[:_NEIGHBOURS_LOOKED_AT])
    if submission.pk not in keys:
        first = next(iter(keys), None)
        return Place(None, len(keys), None, first)
    at = keys.index(submission.pk)
    return Place(at + 1, len(keys), keys[at - 1] if at else None, next(iter(keys[at + 1 :]), None))


def next_to_decide(request: HttpRequest, register: Any, submission: Submission, queue: str, by: User) -> int | None:
    """What the person can accept, query or refuse once this one has left the queue: behind it, or from the first again.

    What waits for its manufacturer is left out, and so is what the person wrote.
    """
    listed = _listed(request, register, queue)
    keys = list(listed.values_list("pk", flat=True)[:_NEIGHBOURS_LOOKED_AT])
    at = keys.index(submission.pk) if submission.pk in keys else -1
    open_ones = Submission.objects.filter(pk__in=keys, state__in=MOVES[StepKind.ACCEPT].origins)
    may_be = {one.pk: one for one in open_ones.exclude(confirmation=Confirmation.WAITING).exclude(pk=submission.pk)}
    in_order = (may_be[key] for key in [*keys[at + 1 :], *keys[: max(at, 0)]] if key in may_be)
    return next((one.pk for one in in_order if may_moderate(by, one, StepKind.ACCEPT)), None)


def _listed(request: HttpRequest, register: Any, queue: str) -> Submissions:
    """What the queue lists for this address."""
    asked = copy.copy(request)
    # The request of another address: only its query is of interest to a list.
    asked.GET = QueryDict(queue)
    try:
        listed: Submissions = register.get_changelist_instance(asked).queryset
    except (IncorrectLookupParameters, DisallowedModelAdminLookup, SuspiciousOperation):
        return Submission.objects.none()
    return listed
