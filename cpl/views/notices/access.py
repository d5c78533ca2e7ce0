"""Whose notice a page is about: the first line of each of these views."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from accounts.access import Forbidden, require
from accounts.models import User
from accounts.permissions import READ_REPOSITORY
from cpl.actions.notices import may
from cpl.models import Notice
from cpl.selectors.notice_list import readable

Mine = tuple[User, Notice]


def readable_notice(request: HttpRequest, pk: int) -> Mine:
    """The person and a notice that they may read; 404 for any other."""
    user = require(request, READ_REPOSITORY)
    return user, get_object_or_404(readable(user), pk=pk)


def own_notice(request: HttpRequest, pk: int) -> Mine:
    """…of whose Party it is, and who may write it; raises Forbidden where they only read it."""
    user, found = readable_notice(request, pk)
    if not may.is_author(user, found):
        raise Forbidden(found.reference)
    return user, found


def ending_notice(request: HttpRequest, pk: int) -> Mine:
    """…that they may withdraw or discard: their own, or for SECAS one of which no author is left.

    Such a draft is found though it cannot be read; 404 for any other that they may not read, Forbidden for the rest.
    """
    user = require(request, READ_REPOSITORY)
    found = get_object_or_404(Notice.objects.select_related("party", "manufacturer"), pk=pk)
    if may.may_end(user, found):
        return user, found
    raise Forbidden(readable_notice(request, pk)[1].reference)


def issuer(request: HttpRequest) -> User:
    """A person who may issue notices about somebody's versions. Raises Forbidden for everybody else."""
    user = require(request, READ_REPOSITORY)
    if not may.may_issue_any(user):
        raise Forbidden("issue a notice")
    return user
