"""Headers of every answer; and what single parts need beyond the common content security policy, and nothing more."""

from collections.abc import Callable
from typing import Final

from csp.constants import UNSAFE_EVAL
from django.http import HttpRequest, HttpResponseBase

GetResponse = Callable[[HttpRequest], HttpResponseBase]

ADMIN_EXCEPTIONS: Final = {"script-src": [UNSAFE_EVAL]}

ALLOWED_FEATURES: Final = ("clipboard-write", "publickey-credentials-create", "publickey-credentials-get")
"""What pages of this portal ask of a browser: copying a hash, and passkeys."""

DENIED_FEATURES: Final = (
    "accelerometer", "autoplay",
    "browsing-topics", "camera", "clipboard-read", "compute-pressure", "cross-origin-isolated", "display-capture",
    "encrypted-media", "fullscreen", "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get",
    "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "otp-credentials", "payment",
    "picture-in-picture", "screen-wake-lock", "serial", "speaker-selection", "storage-access", "usb",
    "window-management", "xr-spatial-tracking",
)  # fmt: skip

HEADERS: Final = {
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        [*(f"{name}=(self)" for name in ALLOWED_FEATURES), *(f"{name}=()" for name in DENIED_FEATURES)]
    ),
}


class HeadersMiddleware:
    """Gives every answer the headers that neither Django nor django-csp gives.

    Nothing is kept by browsers or proxies unless the answer itself says so, as static files do: a page that
    was forgotten stays private.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Pass the request on and complete the answer's headers."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


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
            # What django-csp's own decorators set; Django's type of an answer does not have it.
            response._csp_update = ADMIN_EXCEPTIONS  # type: ignore[attr-defined]
        return response
