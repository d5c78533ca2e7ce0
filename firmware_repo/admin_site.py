"""The admin site itself: no door of its own, and closed in our words."""

from typing import Any

from allauth.account.utils import get_next_redirect_url
from allauth.account.views import logout
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from unfold.sites import UnfoldAdminSite

from accounts.access import require
from accounts.models import User
from accounts.permissions import USE_ADMIN


class PortalAdminSite(UnfoldAdminSite):
    """Django's site under unfold, for people with the permission to use it.

    Its own pages for signing in, signing out and passwords would be second doors beside the portal's, without
    the portal's second factor, limits and audit events: they lead to the portal's.
    """

    def has_permission(self, request: HttpRequest) -> bool:
        """Whether the person is signed in; raises Forbidden if they are and their role does not open this site."""
        if isinstance(request.user, User):
            require(request, USE_ADMIN)
        return bool(request.user.is_authenticated)

    @method_decorator(login_not_required)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The portal's sign-in page; for those who are signed in the site's first page, or Forbidden."""
        if self.has_permission(request):
            return redirect("admin:index")
        return redirect_to_login(get_next_redirect_url(request) or reverse("admin:index"))

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The portal's signing out."""
        page: HttpResponse = logout(request)
        return page

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The portal's page for it."""
        return redirect("account_change_password")

    def password_change_done(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The portal's page for it."""
        return redirect("account_change_password")
