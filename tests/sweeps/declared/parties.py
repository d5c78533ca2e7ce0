"""A Party's own page: Ashdown Energy's, asked for by its own people, by others and by SECAS."""

from collections.abc import Mapping
from typing import Any

from tests.sweeps.page import NOBODY, SIGN_IN, Answers, Page, everyone

_OTHERS = everyone(404, "rival_administrator", "rival_supplier", "manufacturer", "ssc")
_MANAGERS = ("administrator", "moderator", "publisher")


def _managed(
    pattern: str, address: str, right: Answers | None = None, post: Mapping[str, Any] | None = None, **more: Any
) -> Page:
    """A page for those who decide who acts for the Party."""
    return Page(
        f"parties/<int:pk>/{pattern}", f"/parties/{{ashdown.pk}}/{address}", SIGN_IN, 404, _OTHERS,
        everyone(403, "supplier", "auditor"), right or everyone(200, *_MANAGERS), post, **more,
    )  # fmt: skip


_REGISTER = everyone(200, "moderator", "publisher", "auditor")
_OWN = everyone("/parties/", "supplier", "administrator", "rival_supplier", "network", "manufacturer", "competitor",
                "submitter", "ssc")  # fmt: skip
_PERSON = "people/<int:person>/"
_SUPPLIER = "people/{supplier.pk}/"
_HOME = everyone("/parties/", *_MANAGERS)

PAGES = (
    Page("parties/", "/parties/", SIGN_IN, 403, NOBODY, NOBODY, {**_REGISTER, **_OWN}),
    Page(
        "parties/<int:pk>/", "/parties/{ashdown.pk}/", SIGN_IN, 404, _OTHERS, NOBODY,
        everyone(200, "supplier", "auditor", *_MANAGERS),
    ),
    _managed("invite/", "invite/", post={"name": "Ivy", "email": "ivy@ashdown.example", "role": "party_user"}),
    _managed(
        "invitations/<int:invitation>/send-again/", "invitations/{invitation.pk}/send-again/", post={"yes": "1"}
    ),
    _managed("invitations/<int:invitation>/withdraw/", "invitations/{invitation.pk}/withdraw/", post={"yes": "1"}),
    Page(
        "parties/<int:pk>/review/", "/parties/{ashdown.pk}/review/", SIGN_IN, 404, _OTHERS, {"supplier": 403},
        everyone(200, "auditor", *_MANAGERS),
    ),
    Page(
        f"parties/<int:pk>/{_PERSON}", f"/parties/{{ashdown.pk}}/{_SUPPLIER}", SIGN_IN, 404, _OTHERS,
        {"supplier": 403}, everyone(200, "auditor", *_MANAGERS),
    ),
    # Somebody who is not of this Party is not found on its page, not even by those who manage it.
    Page(
        f"parties/<int:pk>/{_PERSON}", "/parties/{ashdown.pk}/people/{rival_supplier.pk}/", SIGN_IN, 404, _OTHERS,
        {"supplier": 403}, everyone(404, "auditor", *_MANAGERS),
    ),
    _managed(f"{_PERSON}give-role/", f"{_SUPPLIER}give-role/", _HOME, {"role": "submitter"}),
    _managed(f"{_PERSON}roles/<str:role>/take/", f"{_SUPPLIER}roles/party_user/take/", post={"yes": "1"}),
    _managed(f"{_PERSON}disable/", f"{_SUPPLIER}disable/", post={"yes": "1"}),
    _managed(f"{_PERSON}enable/", f"{_SUPPLIER}enable/", post={"yes": "1"}),
    _managed(f"{_PERSON}reset-second-factor/", f"{_SUPPLIER}reset-second-factor/", post={"yes": "1"}),
    Page(
        "parties/<int:pk>/tokens/make/", "/parties/{ashdown.pk}/tokens/make/", SIGN_IN, 404, _OTHERS,
        everyone(403, "moderator", "publisher", "auditor"), everyone(200, "supplier", "administrator"),
        post={"name": "Report", "days": "30"},
    ),
    Page(
        "parties/<int:pk>/tokens/<int:token>/revoke/", "/parties/{ashdown.pk}/tokens/{token.pk}/revoke/", SIGN_IN, 404,
        _OTHERS, {"auditor": 403}, everyone(200, "supplier", *_MANAGERS), post={"yes": "1"},
    ),
)  # fmt: skip
