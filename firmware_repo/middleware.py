"""What single parts of the portal need beyond the common content security policy, and nothing more."""

from collections.abc import Callable

from csp.constants import UNSAFE_EVAL
from django.http import HttpRequest, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

ADMIN_EXCEPTIONS = {"script-src": [UNSAFE_EVAL]}


class AdminPolicyMiddleware:
    """Lets scripts of the admin site evaluate expressions; every other page keeps the strict policy.

    The admin's widgets are written as Alpine expressions in attributes, and Alpine evaluates them. Inline
    scripts and styles stay forbidden there too.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on; mark the answer for django-csp where the admin site gave it."""
        response = self.get_response(request)
        match = request.resolver_match
        if match is not None and match.app_names[:1] == ["admin"]:
            response._csp_update = ADMIN_EXCEPTIONS  # type: ignore[attr-defined]
        return response
