"""How an accepted submission is published: with others in a prepared issue, or as an issue of its own."""

from typing import Final, NamedTuple

from django.urls import reverse

from cpl.choices import IssueState
from cpl.models import CPLIssue, Submission

_MOST_OFFERED: Final = 5


class Way(NamedTuple):
    """A page of the issues on which it goes on."""

    label: str
    address: str


def ways_to_publish(submission: Submission) -> list[Way]:
    """Where a publisher goes on from here: nothing is published before that page was read."""
    if issue := submission.issue:
        words = f"Look at issue {issue.number}, which holds it ({issue.get_state_display().lower()})"
        return [Way(words, reverse("admin:cpl_cplissue_review", args=[issue.pk]))]
    prepared = CPLIssue.objects.filter(state=IssueState.PREPARED).order_by("-pk")[:_MOST_OFFERED]
    asked = f"?submission={submission.pk}"
    return [
        *(Way(f"Add it to issue {issue.number}", reverse("admin:cpl_cplissue_edit", args=[issue.pk]) + asked)
          for issue in prepared),
        Way("Publish it alone, as an issue of its own", reverse("admin:cpl_cplissue_prepare") + asked),
    ]  # fmt: skip
