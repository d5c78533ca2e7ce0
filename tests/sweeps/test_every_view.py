"""The first statement of every page of our own settles who may be there."""

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from typing import Any, Final

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

OURS: Final = ("accounts.", "cpl.views.", "firmware_repo.")

SETTLES: Final = {
    "require",  # a permission, or 403
    "seen_party", "overseen_party", "managed_party", "_to_act_on",  # a Party of theirs, or 404; then its rule, or 403
    "decider",  # who decides over requests, or 403
    "follower", "beginner",  # whose business submissions are, or 403
    "readable_notice", "own_notice", "ending_notice", "issuer",  # the same for notices; who may issue any, or 403
    "visible_submission", "authored",  # a submission that they may see, or 404; one of which they are an author, or 403
}  # fmt: skip
"""Words that end the request of whoever has no business there."""

OTHERWISE: Final = {
    "accounts.views.account.account": "about oneself",
    "accounts.views.account.later": "about oneself",
    "accounts.views.sign_in.sessions": "about oneself",
    "accounts.views.sign_in.ChangePasswordView": "about oneself",
    "accounts.views.sign_in.RemovePasskeyView": "about oneself: django-allauth looks among the person's own passkeys",
    "accounts.views.parties.parties": "any role: leads to the own Party, or lists those that may be seen",
}
"""Pages that settle it in another way, and which."""


def views(resolver: URLResolver) -> Iterator[Callable[..., Any]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from views(pattern)
        elif isinstance(pattern, URLPattern):
            yield pattern.callback


def unwrapped(view: Callable[..., Any]) -> Any:
    return getattr(view, "view_class", None) or inspect.unwrap(view)


def name_of(view: Callable[..., Any]) -> str:
    inner = unwrapped(view)
    return f"{inner.__module__}.{inner.__qualname__}"


PAGES = {name_of(view): view for view in views(get_resolver()) if name_of(view).startswith(OURS)}
OF_ADMIN = {name for name in PAGES if ".<locals>." in name or ".admin" in name}
"""The administration site asks for its permission before it calls any of its pages (`has_permission`)."""


@pytest.mark.parametrize("name", sorted(set(PAGES) - OF_ADMIN - set(OTHERWISE)))
def test_the_first_statement_of_a_page_settles_access(name: str) -> None:
    view = PAGES[name]
    if not getattr(view, "login_required", True):
        return
    called = {
        call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        for call in ast.walk(first_statement(unwrapped(view)))
        if isinstance(call, ast.Call)
    }
    assert called & SETTLES, f"{name} begins with none of {', '.join(sorted(SETTLES))}"


def first_statement(view: Callable[..., Any]) -> ast.stmt:
    function = ast.parse(textwrap.dedent(inspect.getsource(view))).body[0]
    assert isinstance(function, ast.FunctionDef)
    says_what_it_does = isinstance(function.body[0], ast.Expr) and isinstance(function.body[0].value, ast.Constant)
    return function.body[1 if says_what_it_does else 0]


def test_no_exception_is_left_over() -> None:
    assert set(OTHERWISE) - set(PAGES) == set()


def test_pages_open_to_everybody_are_these() -> None:
    assert {name for name, view in PAGES.items() if not getattr(view, "login_required", True)} == {
        "accounts.views.joining.accept",
        "accounts.views.joining.ask",
        "accounts.views.joining.ask_sent",
        "accounts.views.joining.confirm",
        "accounts.views.single_sign_on.callback",
        "accounts.views.single_sign_on.start",
        "firmware_repo.admin_site.PortalAdminSite.login",
        "firmware_repo.security_txt.change_password",
        "firmware_repo.security_txt.security_txt",
        "firmware_repo.views.about",
        "firmware_repo.views.health",
    }
