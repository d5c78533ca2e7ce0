"""Notices as CSAF files: taken away by whoever reads the notice, begun from one by whoever issues notices."""

from tests.sweeps.declared.notices import _ISSUE, _READ_ALL, _all_but
from tests.sweeps.page import NOBODY, SIGN_IN, Page, everyone, for_every_role

_FILE = "notices/<int:pk>/csaf.json"

PAGES = (
    Page(
        "notices/from-csaf/", "/notices/from-csaf/", SIGN_IN, 403, NOBODY,
        everyone(403, *_all_but(*_ISSUE)), everyone(200, *_ISSUE),
    ),
    for_every_role(_FILE, "/notices/{notice.pk}/csaf.json", is_file=True),
    Page(
        _FILE, "/notices/{draft_notice.pk}/csaf.json", SIGN_IN, 403,
        everyone(404, *_all_but("manufacturer")), NOBODY, everyone(200, "manufacturer"), is_file=True,
    ),
    Page(
        _FILE, "/notices/{concerned_notice.pk}/csaf.json", SIGN_IN, 403,
        everyone(404, *_all_but(*_READ_ALL)), NOBODY, everyone(200, *_READ_ALL), is_file=True,
    ),
)  # fmt: skip
