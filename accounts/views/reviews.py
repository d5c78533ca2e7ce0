"""The yearly joiner/leaver review of a Party: the questions, a summary, and what was said last."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.access import Forbidden, manages
from accounts.actions import reviews
from accounts.choices import ReviewDecision
from accounts.forms.parties import ReviewForm
from accounts.models import Party, Review, User
from accounts.party_page import colleagues, last_review, open_review
from accounts.permissions import MANAGE_PARTY
from accounts.views.asking import overseen_party
from accounts.views.sensitive import sensitive


@require_http_methods(["GET", "HEAD", "POST"])
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """The open review with its questions; without one, the answers of the last."""
    user, party = overseen_party(request, pk)
    if request.method == "POST" and not manages(user, party):
        raise Forbidden(MANAGE_PARTY)
    found = open_review(party)
    if found is None and request.method == "POST":
        return _too_late(request, party, "The review has been answered meanwhile. Nothing of yours was changed.")
    if found is None or not manages(user, party):
        return render(request, "accounts/party_review_last.html", _told(party, found))
    form = _form(user, party, request)
    if request.method == "POST" and "change" not in request.POST and form.is_valid():
        return _summary_or_answer(request, user, found, form)
    return _questions(request, found, form)


def _form(user: User, party: Party, request: HttpRequest) -> ReviewForm:
    people = colleagues(party)
    may_leave = [one.user.pk for one in people if reviews.may_say_left(user, one.user, one.roles, party)]
    return ReviewForm(people, may_leave, user, request.POST or None)


def _questions(request: HttpRequest, found: Review, form: ReviewForm) -> HttpResponse:
    context = {"shown": found.party, "review": found, "form": form, "today": timezone.localdate()}
    return render(request, "accounts/party_review.html", context)


def _summary_or_answer(request: HttpRequest, user: User, found: Review, form: ReviewForm) -> HttpResponse:
    if "confirm" in request.POST:
        return _answer(request, user, found, form)
    said = [(one, form.decisions()[one.user]) for one in form.people]
    context = {
        "shown": found.party,
        "review": found,
        "form": form,
        "leaving": [one for one, decision in said if decision == ReviewDecision.LEFT],
        "staying": [one for one, decision in said if decision == ReviewDecision.STAYS],
    }
    return render(request, "accounts/party_review_summary.html", context)


@sensitive
def _answer(request: HttpRequest, user: User, found: Review, form: ReviewForm) -> HttpResponse:
    try:
        reviews.answer(review=found, decisions=form.decisions(), by=user)
    except reviews.AlreadyAnswered as quicker:
        return _too_late(request, found.party, str(quicker))
    except reviews.CannotAnswer as wrong:
        form.add_error(None, str(wrong))
        return _questions(request, found, form)
    messages.success(request, f"The review of {found.party} is answered.")
    return redirect("accounts:review", found.party.pk)


def _too_late(request: HttpRequest, party: Party, words: str) -> HttpResponse:
    messages.error(request, words)
    return redirect("accounts:review", party.pk)


def _told(party: Party, found: Review | None) -> dict[str, object]:
    last = last_review(party)
    return {"shown": party, "review": found, "last": last, "answers": last.answers.all() if last else []}
