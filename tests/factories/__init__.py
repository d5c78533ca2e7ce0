"""Makes records for tests: valid by default, so that a test names only what it is about."""

from tests.factories.catalogue import Catalogue, make_catalogue, make_entry, make_model
from tests.factories.estate import make_estate_check
from tests.factories.notices import make_notice
from tests.factories.people import Cast, make_cast, make_user
from tests.factories.submissions import make_issue, make_submission

__all__ = [
    "Cast",
    "Catalogue",
    "make_cast",
    "make_catalogue",
    "make_entry",
    "make_estate_check",
    "make_issue",
    "make_model",
    "make_notice",
    "make_submission",
    "make_user",
]
