"""Estate checks: of a Party alone, and for those of its people who may check an estate."""

from typing import Any

from tests.sweeps.page import EVERY_ROLE, NOBODY, SIGN_IN, Page, everyone

_MAY = ("supplier", "administrator", "submitter", "rival_supplier", "network")
_MAY_NOT = ("manufacturer", "competitor", "moderator", "publisher", "ssc", "auditor")
_MAKERS = ("manufacturer", "competitor")
_OF_ASHDOWN = ("supplier", "administrator")
_OF_OTHERS = ("rival_supplier", "network", "submitter")


def _for_all_who_may(rest: str, address: str, **more: Any) -> Page:
    """An address that answers whoever may check an estate with what is their own Party's."""
    return Page(
        f"estate/{rest}", f"/estate/{address}", SIGN_IN, 403, NOBODY, everyone(403, *_MAY_NOT), everyone(200, *_MAY),
        **more,
    )  # fmt: skip


def _of_check(rest: str, address: str, **more: Any) -> Page:
    """A page of the check of Ashdown Energy: for its people only."""
    return Page(
        f"estate/<int:pk>/{rest}", f"/estate/{{estate_check.pk}}/{address}", SIGN_IN, 403, everyone(404, *_OF_OTHERS),
        everyone(403, *_MAY_NOT), everyone(200, *_OF_ASHDOWN),
        **more,
    )  # fmt: skip


def _only_sent(rest: str) -> Page:
    """What is pressed on a page of a check: nobody reads it."""
    return Page(
        f"estate/<int:pk>/{rest}", f"/estate/{{estate_check.pk}}/{rest}", SIGN_IN, 405, NOBODY, NOBODY,
        everyone(405, *EVERY_ROLE), head=False,
    )  # fmt: skip


def _of_two(rest: str, address: str, **more: Any) -> Page:
    """Two checks of Ashdown Energy side by side."""
    return Page(
        f"estate/{rest}", f"/estate/{address}?before={{estate_before.pk}}&after={{estate_check.pk}}", SIGN_IN, 403,
        everyone(404, *_OF_OTHERS), everyone(403, *_MAY_NOT), everyone(200, *_OF_ASHDOWN), **more,
    )  # fmt: skip


def _for_makers(rest: str, address: str, **more: Any) -> Page:
    """What Parties wait for: each maker's editors see their own."""
    return Page(
        f"estate/{rest}", f"/estate/{address}", SIGN_IN, 403, NOBODY,
        everyone(403, *(who for who in EVERY_ROLE if who not in _MAKERS)), everyone(200, *_MAKERS), **more,
    )  # fmt: skip


PAGES = (
    _for_makers("demand/", "demand/"),
    _for_makers("demand.<format:file_format>", "demand.csv", is_file=True),
    _for_makers("demand.<format:file_format>", "demand.xlsx", is_file=True),
    _for_all_who_may("", ""),
    _for_all_who_may("new/", "new/"),
    Page(
        "estate/<int:pk>/columns/", "/estate/{estate_uploaded.pk}/columns/", SIGN_IN, 403, everyone(404, *_OF_OTHERS),
        everyone(403, *_MAY_NOT), everyone(200, *_OF_ASHDOWN),
        {"column_0": "manufacturer", "column_1": "device_model", "column_2": "firmware_version", "go": "confirm"},
    ),
    _for_all_who_may("preferences/", "preferences/"),
    Page(
        "estate/preferences/", "/estate/preferences/", SIGN_IN, 403, NOBODY, everyone(403, *_MAY_NOT),
        everyone(200, "administrator"), {"party": "{ashdown.pk}", "keep_days": "400"},
    ),
    Page(
        "estate/preferences/", "/estate/preferences/", SIGN_IN, 403, NOBODY, everyone(403, *_MAY_NOT),
        everyone(200, *_OF_ASHDOWN), {"party": "{ashdown.pk}", "mine": "yes"},
    ),
    Page(
        "estate/preferences/", "/estate/preferences/", SIGN_IN, 403, NOBODY, everyone(403, *_MAY_NOT),
        everyone(200, "administrator"), {"party": "{ashdown.pk}", "everybody": "on"},
    ),
    _for_all_who_may("compare/", "compare/"),
    _of_two("compare/", "compare/"),
    _of_two("compare.<format:file_format>", "compare.csv", is_file=True),
    _of_two("compare.<format:file_format>", "compare.xlsx", is_file=True),
    _only_sent("again/"),
    _only_sent("cancel/"),
    # Read by htmx alone: whoever follows its address is led to the page of the check.
    Page(
        "estate/<int:pk>/progress/", "/estate/{estate_check.pk}/progress/", SIGN_IN, 403, everyone(404, *_OF_OTHERS),
        everyone(403, *_MAY_NOT), everyone("/estate/{estate_check.pk}/", *_OF_ASHDOWN),
    ),
    _of_check("delete/", "delete/", post={"go": "yes"}),
    _of_check("watch/", "watch/", post={"watch": "begin"}),
    _of_check("", ""),
    _of_check("", "?standing=behind&sort=model"),
    Page(
        "estate/<int:pk>/", "/estate/{estate_waiting.pk}/", SIGN_IN, 403, everyone(404, *_OF_OTHERS),
        everyone(403, *_MAY_NOT), everyone(200, *_OF_ASHDOWN),
    ),
    Page(
        "estate/<int:pk>/", "/estate/{estate_stopped.pk}/", SIGN_IN, 403, everyone(404, *_OF_OTHERS),
        everyone(403, *_MAY_NOT), everyone(200, *_OF_ASHDOWN),
    ),
    Page(
        "estate/<int:pk>/progress/", "/estate/{estate_waiting.pk}/progress/", SIGN_IN, 403, everyone(404, *_OF_OTHERS),
        everyone(403, *_MAY_NOT), everyone("/estate/", *_OF_ASHDOWN),
    ),
    Page(
        "estate/<int:pk>/cancel/", "/estate/{estate_waiting.pk}/cancel/", SIGN_IN, 405, NOBODY, NOBODY,
        everyone(405, *EVERY_ROLE), head=False,
    ),
    _of_check("lines.<format:file_format>", "lines.csv", is_file=True),
    _of_check("lines.<format:file_format>", "lines.xlsx", is_file=True),
    _of_check("campaigns/", "campaigns/"),
    _of_check("campaigns.<format:file_format>", "campaigns.csv", is_file=True),
    _of_check("campaigns.<format:file_format>", "campaigns.xlsx", is_file=True),
    _of_check("refused/", "refused/"),
    _of_check("refused.<format:file_format>", "refused.csv", is_file=True),
    _of_check("refused.<format:file_format>", "refused.xlsx", is_file=True),
)  # fmt: skip
