"""Home, the list, entries, and contacts."""

from typing import Any

from tests.sweeps.page import EVERY_ROLE, NOBODY, SIGN_IN, STAFF, Page, everyone, for_every_role, open_to_all

_OF_ASHDOWN = ("supplier", "administrator", "moderator", "publisher", "auditor")
_NOT_OF_ASHDOWN = ("rival_supplier", "network", "competitor", "submitter", "ssc")
_COUNT = ("manufacturer", "moderator", "publisher", "auditor")
_COUNT_NOT = tuple(who for who in EVERY_ROLE if who not in (*_COUNT, "competitor"))

_LOADERS = ("moderator", "publisher", "submitter")


def _of_hidden_model(rest_of_pattern: str, rest_of_address: str, **more: Any) -> Page:
    """A page of the model for Ashdown Energy only, which Kestrel makes."""
    pattern, address = f"models/<hex:code>-<hex:duis>/{rest_of_pattern}", f"/models/7A03-5EC00101/{rest_of_address}"
    outsiders = everyone(404, "rival_supplier", "network", "manufacturer")
    return Page(pattern, address, SIGN_IN, 403, outsiders, NOBODY, everyone(200, *_OF_ASHDOWN, "competitor"), **more)


PAGES = (
    open_to_all("about/", "/about/"),
    for_every_role("", "/"),
    for_every_role("search/", "/search/?q=ember"),
    for_every_role("search/device-models.<format:file_format>", "/search/device-models.csv", is_file=True),
    for_every_role("search/device-models.<format:file_format>", "/search/device-models.xlsx", is_file=True),
    for_every_role("models/<hex:code>-<hex:duis>/", "/models/7A01-8B0B030D/"),
    for_every_role(
        "models/<hex:code>-<hex:duis>/versions.<format:file_format>", "/models/7A01-8B0B030D/versions.csv", is_file=True
    ),
    # What one watches oneself; what is pressed is sent, never read.
    for_every_role("watching/", "/watching/"),
    for_every_role("watching.<format:file_format>", "/watching.csv", is_file=True),
    Page(
        "models/<hex:code>-<hex:duis>/watch/", "/models/7A01-8B0B030D/watch/", SIGN_IN, 405, NOBODY, NOBODY,
        everyone(405, *EVERY_ROLE), head=False,
    ),
    for_every_role("models/<hex:code>-<hex:duis>/history/", "/models/7A01-8B0B030D/history/?kind=published"),
    for_every_role("models/<hex:code>-<hex:duis>/history/", "/models/7A01-8B0B030D/history/?as_at=2026-11-01"),
    for_every_role(
        "models/<hex:code>-<hex:duis>/history.<format:file_format>", "/models/7A01-8B0B030D/history.csv", is_file=True
    ),
    for_every_role("models/<hex:code>-<hex:duis>/route/", "/models/7A01-8B0B030D/route/?from=09030a07"),
    for_every_role("models/<hex:code>-<hex:duis>/route/", "/models/7A01-8B0B030D/route/?from=FFFFFFFF&to=CPL-001050"),
    for_every_role(
        "models/<hex:code>-<hex:duis>/route.<format:file_format>", "/models/7A01-8B0B030D/route.csv?from=09030A07",
        is_file=True,
    ),
    for_every_role("entries/<entry_id:entry_id>/", "/entries/CPL-001072/"),
    # A model and an entry for Ashdown Energy only; Northmoor Metering and Kestrel made them.
    _of_hidden_model("", ""),
    _of_hidden_model("versions.<format:file_format>", "versions.xlsx", is_file=True),
    _of_hidden_model("history/", "history/"),
    _of_hidden_model("history.<format:file_format>", "history.xlsx", is_file=True),
    _of_hidden_model("route/", "route/?from=0DECAF02"),
    _of_hidden_model("route.<format:file_format>", "route.xlsx?from=0DECAF02", is_file=True),
    Page(
        "entries/<entry_id:entry_id>/", "/entries/CPL-001080/", SIGN_IN, 403,
        everyone(404, *_NOT_OF_ASHDOWN), NOBODY, everyone(200, *_OF_ASHDOWN, "manufacturer"),
    ),
    # Networks have no need of a manufacturer's contacts.
    Page(
        "contacts/<int:pk>/", "/contacts/{contact.pk}/", SIGN_IN, 403, {"network": 404}, NOBODY,
        everyone(200, *(who for who in EVERY_ROLE if who != "network")), head=False,
    ),
    Page(
        "contacts/<int:pk>/", "/contacts/{hidden_contact.pk}/", SIGN_IN, 403,
        everyone(404, *_NOT_OF_ASHDOWN), NOBODY, everyone(200, *_OF_ASHDOWN, "manufacturer"), head=False,
    ),
    Page(
        "contact-views/", "/contact-views/?manufacturer={maker.pk}", SIGN_IN, 403,
        {"competitor": 404}, everyone(403, *_COUNT_NOT), everyone(200, *_COUNT),
    ),
    Page(
        "contact-views.<format:file_format>", "/contact-views.csv?manufacturer={maker.pk}", SIGN_IN, 403,
        {"competitor": 404}, everyone(403, *_COUNT_NOT), everyone(200, *_COUNT), is_file=True,
    ),
    for_every_role("issues/", "/issues/"),
    for_every_role("issues/<str:number>/", "/issues/153/"),
    for_every_role("issues/<str:number>/workbook.xlsx", "/issues/153/workbook.xlsx", is_file=True),
    Page(
        "issues/<str:number>/", "/issues/154/", SIGN_IN, 403,
        everyone(404, *(who for who in EVERY_ROLE if who not in STAFF)), NOBODY, everyone(200, *STAFF),
    ),
    Page(
        "issues/<str:number>/loaded/", "/issues/153/loaded/", SIGN_IN, 403, NOBODY,
        everyone(403, *(who for who in EVERY_ROLE if who not in _LOADERS)), everyone(200, *_LOADERS),
    ),
    for_every_role("process/", "/process/"),
    for_every_role("process/checks/", "/process/checks/"),
    for_every_role("publication-log/", "/publication-log/?kind=entry_published"),
    for_every_role("publication-log/<int:number>/", "/publication-log/2/"),
    for_every_role("publication-log.jsonl", "/publication-log.jsonl", is_file=True),
    for_every_role("publication-log-verifier.zip", "/publication-log-verifier.zip", is_file=True),
)  # fmt: skip
