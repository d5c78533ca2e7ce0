"""Pages of this app: where they are, what they say, and who opens them."""

from typing import Any

from bs4 import BeautifulSoup
from django.urls import reverse

from accounts.models import User
from tests.factories import Cast


def at(view: str, *args: object) -> str:
    """The address of a page of this app."""
    return reverse(f"accounts:{view}", args=args)


def text_of(answer: Any) -> str:
    """What the page itself says."""
    main = BeautifulSoup(answer.content, "html.parser").select_one("main")
    assert main is not None
    return " ".join(main.get_text(" ").split())


def whole_text_of(answer: Any) -> str:
    """What stands anywhere, beside the page itself too: for what must not be there at all, and for the admin site."""
    return " ".join(BeautifulSoup(answer.content, "html.parser").get_text(" ").split())


def person_of(cast: Cast, rival: User, who: str) -> User:
    """One of the cast, or the rival."""
    return rival if who == "rival" else getattr(cast, who)
