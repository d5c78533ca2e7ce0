"""How the estate checks of a Party are kept, whose watch lists they feed, and which columns are remembered."""

from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import Forbidden, require
from accounts.models import Party, User
from accounts.permissions import CHECK_ESTATE, MANAGE_PARTY
from cpl.actions.estate import feeding, keeping
from cpl.actions.estate.may import keeps
from cpl.actions.interest import MOST_WATCHED
from cpl.choices import EstateColumn
from cpl.forms.estate_keeping import KeepingForm
from cpl.models import EstateColumns
from cpl.querysets import parties_with_estate
from cpl.selectors.estate.feeding import Fed, fed

PAGE: Final = "cpl:estate_preferences"

_CHOICES: Final = {"yes": True, "no": False, "party": None}
"""What a person can say of their own watch list; None: as the Party decides."""

_NOT_FED: Final = "do not feed your watch list. What is on it stays"


@dataclass(frozen=True)
class Kept:
    """One Party of the person: how long its checks are kept and whether they feed the person's watch list, with a form
    where the person decides that for the Party.
    """

    party: Party
    days: int
    fed: Fed
    form: KeepingForm | None
    due: int = 0
    """Checks that the days asked for would delete in the coming night."""


@dataclass(frozen=True)
class Remembered:
    """Columns of files with certain headings."""

    columns: EstateColumns
    said: list[tuple[str, str]]
    """Each heading with what its column holds."""


@require_http_methods(["GET", "HEAD", "POST"])
def estate_preferences(request: HttpRequest) -> HttpResponse:
    """Read by everybody who may check an estate, each of whom decides over their own watch list; what holds for the
    whole Party is changed by its administrators.
    """
    user = require(request, CHECK_ESTATE)
    if request.method != "POST":
        return _show(request, user)
    ways = {"forget": _forget, "mine": _feed_me, "everybody": _feed_everybody}
    return next((way for name, way in ways.items() if name in request.POST), _keep)(request, user)


def _party(request: HttpRequest, user: User) -> Party:
    return get_object_or_404(Party, pk=_key(request.POST.get("party")), pk__in=parties_with_estate(user))


def _feed_me(request: HttpRequest, user: User) -> HttpResponse:
    """The person's own choice. Nothing else than the three can be chosen on the page."""
    party, typed = _party(request, user), request.POST["mine"]
    if typed not in _CHOICES:
        messages.error(request, f"Nothing was changed: choose yes, no, or as {party} decides.")
        return redirect(PAGE)
    feeding.choose(party=party.pk, wanted=_CHOICES[typed], by=user)
    is_on = fed(user, party.pk).is_on
    messages.success(request, f"Checks of {party} {'feed your watch list from now on' if is_on else _NOT_FED}.")
    return redirect(PAGE)


def _feed_everybody(request: HttpRequest, user: User) -> HttpResponse:
    """What the Party decides for whoever has not chosen. The button says which, so pressing it twice does it once."""
    party, wanted = _party(request, user), request.POST["everybody"] == "on"
    feeding.choose_for_party(party=party.pk, wanted=wanted, by=user)
    whose = (
        "everybody who may check its estates, except of those who chose No" if wanted else "those only who chose Yes"
    )
    messages.success(request, f"Checks of {party} feed the watch lists of {whose}.")
    return redirect(PAGE)


def _keep(request: HttpRequest, user: User) -> HttpResponse:
    party = _party(request, user)
    if not keeps(user, party.pk):
        raise Forbidden(MANAGE_PARTY)
    form = KeepingForm(request.POST, party=party.pk)
    if not form.is_valid() or not form.is_agreed():
        return _show(request, user, form)
    keeping.keep_for(party=party.pk, days=form.cleaned_data["keep_days"], by=user)
    messages.success(request, f"Estate checks of {party} are kept for {form.cleaned_data['keep_days']:,} days.")
    return redirect(PAGE)


def _forget(request: HttpRequest, user: User) -> HttpResponse:
    """Pressing twice forgets once: the second finds nothing and is told the same."""
    known = EstateColumns.objects.visible_to(user).filter(pk=_key(request.POST["forget"])).first()
    if known is not None:
        keeping.forget_columns(columns=known, by=user)
    messages.success(request, "Forgotten. The next file with these headings is asked about anew.")
    return redirect(PAGE)


def _show(request: HttpRequest, user: User, asked: KeepingForm | None = None) -> HttpResponse:
    parties = Party.objects.in_bulk(parties_with_estate(user))
    context = {
        "kept": [_kept(user, party, asked) for party in parties.values()],
        "remembered": [_remembered(one) for one in _columns(user)],
        "most": MOST_WATCHED,
        "asked": asked if asked is not None and asked.errors else None,
    }
    return render(request, "cpl/estate/preferences.html", context)


def _kept(user: User, party: Party, asked: KeepingForm | None) -> Kept:
    own = asked if asked is not None and asked.party == party.pk else None
    form = (own or KeepingForm(party=party.pk)) if keeps(user, party.pk) else None
    return Kept(party, keeping.days_kept(party.pk), fed(user, party.pk), form, own.due() if own is not None else 0)


def _columns(user: User) -> list[EstateColumns]:
    return list(EstateColumns.objects.visible_to(user).select_related("party", "confirmed_by"))


def _remembered(known: EstateColumns) -> Remembered:
    holds = {at: str(EstateColumn(name).label) for name, at in known.columns.items()}
    left = dict.fromkeys(known.left_out, "Left out")
    named = enumerate(known.headings)
    return Remembered(known, [(heading, left.get(at) or holds.get(at, "")) for at, heading in named])


def _key(typed: str | None) -> int:
    """A key as a form sends it; 0, which nothing has, for anything else."""
    return int(typed) if typed and typed.isascii() and typed.isdigit() and len(typed) < 19 else 0
