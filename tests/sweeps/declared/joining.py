"""Asking for access and accepting an invitation (open: the link is the proof), and deciding over requests."""

from tests.sweeps.page import NOBODY, SIGN_IN, Page, everyone, open_to_all

_RIVALS = {"rival_administrator": 404}
_WRONG = everyone(403, "supplier", "manufacturer", "submitter", "ssc", "auditor")
_RIGHT = everyone(200, "administrator", "moderator", "publisher")
_BACK = everyone("/access-requests/", "administrator", "moderator", "publisher")

PAGES = (
    open_to_all("join/", "/join/"),
    open_to_all("join/sent/", "/join/sent/"),
    open_to_all(
        "join/confirm/<int:pk>/<str:proof>/", "/join/confirm/{unconfirmed.pk}/{unconfirmed_proof}/"
    ),
    open_to_all("join/confirm/<int:pk>/<str:proof>/", "/join/confirm/{unconfirmed.pk}/guessed/", 404),
    open_to_all("join/confirm/<int:pk>/<str:proof>/", "/join/confirm/{unconfirmed.pk}/{invitation_proof}/", 404),
    open_to_all("invitations/<int:pk>/<str:proof>/", "/invitations/{invitation.pk}/{invitation_proof}/"),
    open_to_all("invitations/<int:pk>/<str:proof>/", "/invitations/{invitation.pk}/{unconfirmed_proof}/", 404),
    Page(
        "access-requests/", "/access-requests/", SIGN_IN, 403, NOBODY, _WRONG,
        {**_RIGHT, "rival_administrator": 200},
    ),
    Page("access-requests/<int:pk>/", "/access-requests/{waiting.pk}/", SIGN_IN, 403, _RIVALS, _WRONG, _RIGHT),
    # Before its address is confirmed a request is nobody's business.
    Page(
        "access-requests/<int:pk>/", "/access-requests/{unconfirmed.pk}/", SIGN_IN, 403, _RIVALS, _WRONG,
        everyone(404, "administrator", "moderator", "publisher"),
    ),
    Page(
        "access-requests/<int:pk>/approve/", "/access-requests/{waiting.pk}/approve/", SIGN_IN, 403, _RIVALS, _WRONG,
        _BACK, post={"party": "{ashdown.pk}", "role": "party_user"},
    ),
    Page(
        "access-requests/<int:pk>/refuse/", "/access-requests/{waiting.pk}/refuse/", SIGN_IN, 403, _RIVALS, _WRONG,
        _BACK, post={"reason": "Not known here"},
    ),
)  # fmt: skip
