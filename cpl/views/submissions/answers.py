"""An answer to SECAS's query while it is written: it is no part of the submission until it is sent."""

from typing import Final

from django.http import HttpRequest

from cpl.choices import SubmissionState
from cpl.models import Submission

_KEY: Final = "submission_answers"
_LONGEST: Final = 10_000
_MOST: Final = 20


def kept(request: HttpRequest, found: Submission) -> str:
    """What this person has written so far; '' where nothing is asked."""
    written = request.session.get(_KEY, {})
    return str(written.get(str(found.pk), "")) if found.state == SubmissionState.QUERIED else ""


def keep(request: HttpRequest, found: Submission) -> None:
    """Keep what the page sent of it with the person's session."""
    answer = request.POST.get("answer", "")[:_LONGEST]
    if found.state != SubmissionState.QUERIED or "answer" not in request.POST or answer == kept(request, found):
        return
    written = {key: words for key, words in request.session.get(_KEY, {}).items() if key != str(found.pk)}
    request.session[_KEY] = dict([*written.items(), (str(found.pk), answer)][-_MOST:])


def forget(request: HttpRequest, found: Submission) -> None:
    """It was sent."""
    written = request.session.get(_KEY, {})
    if str(found.pk) in written:
        request.session[_KEY] = {key: words for key, words in written.items() if key != str(found.pk)}
