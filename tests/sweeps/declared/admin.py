"""The administration site: every register by what may be done in it, and the pages besides."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.sweeps.page import NOBODY, NOT_STAFF, SIGN_IN, STAFF, Answer, Page, everyone
from tests.sweeps.world import RECORDS

_ITS_DOOR = "/admin/login/"
"""Leads on to the portal's sign-in page."""


@dataclass(frozen=True)
class Register:
    """A model's register: who reads it, who may add to it, change or delete in it. Everybody else of SECAS gets 403."""

    label: str
    readers: tuple[str, ...] = STAFF
    adders: tuple[str, ...] = ()
    changers: tuple[str, ...] = ()
    deleters: tuple[str, ...] = ()

    @property
    def home(self) -> str:
        """Its pattern."""
        return f"admin/{self.label.replace('.', '/')}/"

    def pages(self) -> Iterator[Page]:
        """The addresses that Django's admin makes for every model."""
        record = _record(self.label)
        one, at = f"{self.home}<path:object_id>/", f"/{self.home}{record}/"
        yield _in_register(self.home, f"/{self.home}", self.readers)
        yield _in_register(f"{self.home}add/", f"/{self.home}add/", self.adders)
        yield _in_register(f"{one}change/", f"{at}change/", self.readers)
        yield _in_register(f"{one}delete/", f"{at}delete/", self.deleters)
        yield _in_register(f"{one}history/", f"{at}history/", self.readers)
        # The address of a record leads to its page, which asks again.
        yield _in_register(one, at, STAFF, f"{at}change/")


class Foreign(Register):
    """A register of another application, with no record of the world in it: closed to everybody."""

    def pages(self) -> Iterator[Page]:
        """As of every register; Django says of a record that there is none before it asks who wants to know."""
        for page in super().pages():
            missing = page.pattern.endswith("/history/")
            yield _in_register(page.pattern, page.address, STAFF, "/admin/") if missing else page


class Reviewed(Register):
    """A register whose records are read on a page of their own: the address of a form leads there."""

    def pages(self) -> Iterator[Page]:
        """As of every register, but for the form that there is not."""
        for page in super().pages():
            is_form = page.pattern.endswith("/change/")
            review = page.address.replace("/change/", "/review/")
            yield _in_register(page.pattern, page.address, self.readers, review) if is_form else page


def _record(label: str) -> str:
    names = {model._meta.label_lower: name for model, name in RECORDS.items()}
    return f"{{{names[label]}.pk}}" if label in names else "0"


def staff_page(
    pattern: str, address: str, right: tuple[str, ...], answer: Answer = 200, signed_out: str = SIGN_IN, **more: Any
) -> Page:
    """A page of the site: closed to all but SECAS and auditors, and open to these of them."""
    wrong = everyone(403, *NOT_STAFF, *(who for who in STAFF if who not in right))
    return Page(pattern, address, signed_out, 403, NOBODY, wrong, everyone(answer, *right), **more)


def _in_register(pattern: str, address: str, right: tuple[str, ...], answer: Answer = 200) -> Page:
    """As `staff_page`; one role stands for all that the site is closed to, as its first page tries them all."""
    wrong = everyone(403, "administrator", *(who for who in STAFF if who not in right))
    return Page(pattern, address, SIGN_IN, 403, NOBODY, wrong, everyone(answer, *right))


def _of_site(pattern: str, address: str, right: tuple[str, ...], answer: Answer = 200) -> Page:
    return staff_page(pattern, address, right, answer, _ITS_DOOR)


_MANAGERS = ("moderator", "publisher")

REGISTERS: tuple[Register, ...] = (
    Register("accounts.auditevent", readers=("auditor",)),
    Register("accounts.party", adders=_MANAGERS, changers=_MANAGERS),
    Register("accounts.user"),
    Register("accounts.membership"),
    Register("accounts.accessrequest"),
    Register("accounts.invitation"),
    Register("accounts.review"),
    Register("accounts.apitoken"),
    Register("accounts.singlesignon", adders=_MANAGERS, changers=_MANAGERS),
    Register("cpl.cplentry"),
    Register("cpl.devicemodel"),
    Register("cpl.manufacturer"),
    Register("cpl.manufactureridentifier"),
    Register("cpl.firmwareinformation"),
    Register("cpl.contact"),
    Register("cpl.importrun"),
    Register("cpl.columnmapping", changers=("moderator",), deleters=("moderator",)),
    Register("cpl.searchmiss"),
    Reviewed("cpl.submission"),
    Reviewed("cpl.cplissue"),
    Register("cpl.notice"),
    # What other applications register is nobody's: sessions, keys and jobs are in there.
    Register("mfa.authenticator", readers=()),
    Foreign("account.emailaddress", readers=()),
    Foreign("usersessions.usersession", readers=()),
    Foreign("socialaccount.socialapp", readers=()),
    Foreign("socialaccount.socialtoken", readers=()),
    Foreign("socialaccount.socialaccount", readers=()),
    Foreign("procrastinate.procrastinatejob", readers=()),
)

_MODERATOR = ("moderator",)
_RUN, _RUN_AT = "admin/cpl/importrun/<int:pk>/", "/admin/cpl/importrun/{run.pk}/"
_FIR, _FIR_AT = "admin/cpl/firmwareinformation/<int:pk>/", "/admin/cpl/firmwareinformation/{information.pk}/"
_EXPORT, _EXPORT_AT = "admin/accounts/auditevent/export.<str:file_format>", "/admin/accounts/auditevent/export"
_PASSWORD = "/accounts/password/change/"
_ISSUES, _PUBLISHER = "admin/cpl/cplissue/", ("publisher",)
_QUEUE, _WORKERS = "admin/cpl/submission/", ("moderator", "publisher")

PAGES = (
    _of_site("admin/", "/admin/", STAFF),
    Page("admin/login/", "/admin/login/", SIGN_IN, 403, NOBODY, everyone(403, *NOT_STAFF), everyone("/admin/", *STAFF)),
    _of_site("admin/logout/", "/admin/logout/", STAFF),
    _of_site("admin/password_change/", "/admin/password_change/", STAFF, _PASSWORD),
    _of_site("admin/password_change/done/", "/admin/password_change/done/", STAFF, _PASSWORD),
    staff_page("admin/search/", "/admin/search/?s=a", STAFF),
    _of_site("admin/autocomplete/", "/admin/autocomplete/", ()),
    _of_site("admin/jsi18n/", "/admin/jsi18n/", STAFF),
    _of_site("admin/r/<path:content_type_id>/<path:object_id>/", "/admin/r/999999/1/", STAFF, 404),
    _of_site("admin/<app_label>/", "/admin/cpl/", STAFF),
    _of_site("admin/(?P<url>.*)$", "/admin/nothing/", STAFF, 404),
    staff_page(_EXPORT, f"{_EXPORT_AT}.csv", ("auditor",), is_file=True),
    staff_page(_EXPORT, f"{_EXPORT_AT}.jsonl", ("auditor",), is_file=True),
    staff_page("admin/cpl/cplentry/process_import/", "/admin/cpl/cplentry/process_import/", STAFF, 404),
    staff_page("admin/cpl/cplentry/import/", "/admin/cpl/cplentry/import/", _MODERATOR),
    staff_page("admin/cpl/cplentry/export/", "/admin/cpl/cplentry/export/", STAFF),
    staff_page("admin/cpl/notice/export/", "/admin/cpl/notice/export/", STAFF),
    staff_page("admin/cpl/cplentry/<int:pk>/audience/", "/admin/cpl/cplentry/{restricted.pk}/audience/", _MODERATOR),
    staff_page(f"{_FIR}audience/", f"{_FIR_AT}audience/", _MODERATOR),
    staff_page(f"{_FIR}notes/", f"{_FIR_AT}notes/", _MODERATOR),
    staff_page(f"{_FIR}notes/audience/", f"{_FIR_AT}notes/audience/", _MODERATOR, 404),
    staff_page("admin/cpl/contact/<int:pk>/audience/", "/admin/cpl/contact/{contact.pk}/audience/", _MODERATOR),
    *(staff_page(f"{_RUN}{name}/", f"{_RUN_AT}{name}/", _MODERATOR, 405) for name in ("choose", "discard", "again")),
    *(staff_page(f"{_RUN}{name}/", f"{_RUN_AT}{name}/", _MODERATOR) for name in ("apply", "columns")),
    staff_page(f"{_RUN}rows/<str:outcome>.<str:file_format>", f"{_RUN_AT}rows/added.csv", STAFF, is_file=True),
    staff_page(f"{_QUEUE}<int:pk>/review/", "/admin/cpl/submission/{submission.pk}/review/", STAFF),
    staff_page(f"{_QUEUE}accept/", f"/{_QUEUE}accept/", _MODERATOR, 405),
    staff_page(f"{_QUEUE}views/", f"/{_QUEUE}views/", STAFF),
    staff_page(f"{_QUEUE}views/save/", f"/{_QUEUE}views/save/", _WORKERS, 405),
    staff_page(f"{_QUEUE}views/<int:pk>/", f"/{_QUEUE}views/{{view.pk}}/", _WORKERS, 405),
    staff_page(f"{_QUEUE}export.<str:file_format>", f"/{_QUEUE}export.csv", STAFF, is_file=True),
    staff_page(f"{_ISSUES}prepare/", f"/{_ISSUES}prepare/", _PUBLISHER),
    staff_page(f"{_ISSUES}start/", f"/{_ISSUES}start/", _PUBLISHER, f"/{_ISSUES}prepare/"),
    staff_page(f"{_ISSUES}<int:pk>/review/", f"/{_ISSUES}{{prepared.pk}}/review/", STAFF),
    staff_page(f"{_ISSUES}<int:pk>/edit/", f"/{_ISSUES}{{prepared.pk}}/edit/", _PUBLISHER),
    *(
        staff_page(f"{_ISSUES}<int:pk>/{name}/", f"/{_ISSUES}{{prepared.pk}}/{name}/", _PUBLISHER, 405)
        for name in ("schedule", "unschedule", "abandon")
    ),
    staff_page(f"{_ISSUES}<int:pk>/publish/", f"/{_ISSUES}{{prepared.pk}}/publish/", _PUBLISHER),
    *(page for register in REGISTERS for page in register.pages()),
)  # fmt: skip
