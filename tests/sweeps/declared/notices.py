"""Notices: one that every Party reads, a draft of Northmoor's, and one for the concerned, of whom the cast has none."""

from tests.sweeps.page import EVERY_ROLE, NOBODY, SIGN_IN, Page, everyone, for_every_role

_ISSUE = ("manufacturer", "competitor", "moderator", "publisher", "ssc")
_READ_ALL = ("manufacturer", "moderator", "publisher", "ssc", "auditor")


def _all_but(*who: str) -> tuple[str, ...]:
    return tuple(each for each in EVERY_ROLE if each not in who)


def _of_draft(act: str, **post: str) -> Page:
    """A draft is its Party's alone: not even SECAS finds it."""
    return Page(
        f"notices/<int:pk>/{act}", f"/notices/{{draft_notice.pk}}/{act}", SIGN_IN, 403,
        everyone(404, *_all_but("manufacturer")), NOBODY, everyone(200, "manufacturer"), post or None,
    )  # fmt: skip


def _of_author(act: str, **post: str) -> Page:
    """Everybody reads the notice; only its own Party writes it."""
    return Page(
        f"notices/<int:pk>/{act}", f"/notices/{{notice.pk}}/{act}", SIGN_IN, 403, NOBODY,
        everyone(403, *_all_but("manufacturer")), everyone(200, "manufacturer"), post or None,
    )  # fmt: skip


PAGES = (
    for_every_role("notices/", "/notices/?state=all&q=clock&watched=on"),
    for_every_role("notices.<format:file_format>", "/notices.csv", is_file=True),
    for_every_role("notices.<format:file_format>", "/notices.xlsx", is_file=True),
    Page(
        "notices/new/", "/notices/new/?model=7A01-8B0B030D", SIGN_IN, 403, NOBODY,
        everyone(403, *_all_but(*_ISSUE)), everyone(200, *_ISSUE), {"kind": "fault", "title": "Begun"},
    ),
    for_every_role("notices/<int:pk>/", "/notices/{notice.pk}/"),
    Page(
        "notices/<int:pk>/", "/notices/{concerned_notice.pk}/", SIGN_IN, 403,
        everyone(404, *_all_but(*_READ_ALL)), NOBODY, everyone(200, *_READ_ALL),
    ),
    _of_draft(""),
    _of_draft("edit/", edition="1", then="save", title="Begun", kind="fault", urgency="soon", audience="all_parties"),
    _of_draft("publish/", edition="1"),
    _of_draft("discard/", go="yes"),
    _of_author("edit/", edition="2", then="find", find="ember"),
    _of_author("withdraw/", edition="2", reason="It was the cable."),
    for_every_role("notices/<int:pk>/revisions/<int:number>/", "/notices/{notice.pk}/revisions/1/"),
    Page(
        "notices/<int:pk>/revisions/<int:number>/", "/notices/{concerned_notice.pk}/revisions/1/", SIGN_IN, 403,
        everyone(404, *_all_but(*_READ_ALL)), NOBODY, everyone(200, *_READ_ALL),
    ),
)  # fmt: skip
