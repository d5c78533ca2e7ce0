"""Every address of the portal with its expectation, by area. A new page is declared here, or the sweep fails."""

from tests.sweeps.declared import (
    admin,
    csaf,
    estate,
    joining,
    notices,
    parties,
    portal,
    sign_in,
    submissions,
    wellknown,
)

PAGES = (
    *wellknown.PAGES, *portal.PAGES, *joining.PAGES, *parties.PAGES, *sign_in.PAGES, *admin.PAGES,
    *submissions.PAGES, *notices.PAGES, *csaf.PAGES, *estate.PAGES,
)  # fmt: skip
