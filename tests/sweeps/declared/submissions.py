"""Submissions: Northmoor Metering's own, asked for by its editor, by others, and by SECAS."""

from tests.sweeps.page import EVERY_ROLE, NOBODY, SIGN_IN, Page, everyone

_FOLLOW = ("manufacturer", "competitor", "submitter", "moderator", "publisher", "auditor")
_BEGIN = tuple(who for who in _FOLLOW if who != "auditor")
_READ_ALL = ("moderator", "publisher", "auditor")
_MAKERS = ("manufacturer", "competitor")


def _all_but(*who: str) -> tuple[str, ...]:
    return tuple(each for each in EVERY_ROLE if each not in who)


PAGES = (
    Page(
        "submissions/", "/submissions/?state=all", SIGN_IN, 403, NOBODY,
        everyone(403, *_all_but(*_FOLLOW)), everyone(200, *_FOLLOW),
    ),
    Page(
        "submissions.<format:file_format>", "/submissions.csv", SIGN_IN, 403, NOBODY,
        everyone(403, *_all_but(*_FOLLOW)), everyone(200, *_FOLLOW), is_file=True,
    ),
    Page(
        "submissions/new/", "/submissions/new/?entry=CPL-001072", SIGN_IN, 403, NOBODY,
        everyone(403, *_all_but(*_BEGIN)), everyone(200, *_BEGIN),
    ),
    Page(
        "submissions/new/<slug:kind>/", "/submissions/new/information/", SIGN_IN, 403, NOBODY,
        everyone(403, *_all_but(*_MAKERS)), everyone(200, *_MAKERS), {"entry": "CPL-001072"},
    ),
    Page(
        "submissions/spreadsheet/", "/submissions/spreadsheet/", SIGN_IN, 403, NOBODY,
        everyone(403, *_all_but(*_MAKERS)), everyone(200, *_MAKERS),
    ),
    Page(
        "submissions/spreadsheet/my-records.xlsx", "/submissions/spreadsheet/my-records.xlsx", SIGN_IN, 403, NOBODY,
        everyone(403, *_all_but(*_MAKERS)), everyone(200, *_MAKERS), is_file=True,
    ),
    # A preview is its author's alone.
    Page(
        "submissions/spreadsheet/<int:pk>/", "/submissions/spreadsheet/{preview.pk}/", SIGN_IN, 403,
        {"competitor": 404}, everyone(403, *_all_but(*_MAKERS)), {"manufacturer": 200}, {"go": "nothing"},
    ),
    Page(
        "submissions/<int:pk>/", "/submissions/{submission.pk}/", SIGN_IN, 403,
        everyone(404, *_all_but("manufacturer", *_READ_ALL)), NOBODY, everyone(200, "manufacturer", *_READ_ALL),
    ),
    # A draft is its Party's alone: not even SECAS finds it.
    Page(
        "submissions/<int:pk>/", "/submissions/{draft.pk}/", SIGN_IN, 403,
        everyone(404, *_all_but("manufacturer")), NOBODY, everyone(200, "manufacturer"),
    ),
    Page(
        "submissions/<int:pk>/edit/", "/submissions/{draft.pk}/edit/", SIGN_IN, 403,
        everyone(404, *_all_but("manufacturer")), NOBODY, everyone(200, "manufacturer"),
        {"edition": "{draft.edition}", "then": "save"},
    ),
    Page(
        "submissions/<int:pk>/send/", "/submissions/{draft.pk}/send/", SIGN_IN, 403,
        everyone(404, *_all_but("manufacturer")), NOBODY, everyone(200, "manufacturer"), {"answer": "-"},
    ),
    # What a page saves by itself is sent, never read; whose it is, its own tests ask.
    Page(
        "submissions/<int:pk>/save/", "/submissions/{draft.pk}/save/", SIGN_IN, 405, NOBODY, NOBODY,
        everyone(405, *EVERY_ROLE), head=False,
    ),
    Page(
        "submissions/<int:pk>/<slug:act>/", "/submissions/{submission.pk}/cancel/", SIGN_IN, 403,
        everyone(404, *_all_but("manufacturer", *_READ_ALL)), everyone(403, *_READ_ALL), {"manufacturer": 200},
        {"words": "Begun by mistake"},
    ),
    Page(
        "submissions/<int:pk>/<slug:act>/", "/submissions/{hash_of_other.pk}/confirm/", SIGN_IN, 403,
        everyone(404, *_all_but("manufacturer", "submitter", *_READ_ALL)), everyone(403, "submitter", *_READ_ALL),
        {"manufacturer": 200}, {"edition": "{hash_of_other.edition}"},
    ),
)  # fmt: skip
