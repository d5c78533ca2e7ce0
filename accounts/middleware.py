"""Pages with data stay out of caches; people without the role get 403 in plain words."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.access import Forbidden

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class PrivatePagesMiddleware:
    """Marks every answer to a signed-in person `no-store`; turns Forbidden into the 403 page."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on and mark the answer."""
        response = self.get_response(request)
        if request.user.is_authenticated:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer Forbidden with the page for it; leave everything else alone."""
        if isinstance(exception, Forbidden):
            return render(request, "403.html", status=403)
        return None
