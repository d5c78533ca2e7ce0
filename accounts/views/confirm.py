"""The page that asks before something is taken away: a page, not a script."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Party


@dataclass(frozen=True)
class Question:
    """What will happen, said before it does."""

    title: str
    consequences: Sequence[str]
    button: str
    back: str
    warns: bool = True


def ask(request: HttpRequest, party: Party, question: Question) -> HttpResponse:
    """Show the question; the answer is a POST to the same address."""
    return render(request, "accounts/party_confirm.html", {"shown": party, "question": question})
