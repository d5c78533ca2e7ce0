"""Forms of notices: finding them, and writing one."""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, F, Func, OuterRef, Q, QuerySet, TextField, Value
from django.http import QueryDict
from django.utils.functional import cached_property

from accounts.models import Party, User
from cpl.actions.notices import may
from cpl.choices import NoticeAudience, NoticeKind, NoticeState, Severity, Urgency, VersionStatus
from cpl.models import DeviceModel, Manufacturer, Notice, NoticeVersion
from cpl.notice_checks import is_cve, is_web_link
from cpl.selectors.notice_list import PRESSING_FIRST, SEVERITY_RANK, about_watched, writes_notices

TABS: Final = {
    "open": ("In force", (NoticeState.PUBLISHED,)),
    "withdrawn": ("Withdrawn", (NoticeState.WITHDRAWN,)),
    "drafts": ("Drafts", (NoticeState.DRAFT,)),
    "all": ("All", tuple(NoticeState)),
}
"""The tabs of the list by the states that each shows; drafts only for those who write notices."""

SORTS: Final[Mapping[str, tuple[str, tuple[Any, ...]]]] = {
    "pressing": ("Most pressing first", PRESSING_FIRST),
    "newest": ("Newest first", (F("changed").desc(nulls_last=True), "-pk")),
    "severity": ("Most severe first", ("-rank", F("changed").desc(nulls_last=True), "-pk")),
    "deadline": ("Earliest deadline first", (F("deadline").asc(nulls_last=True), "-rank", "-pk")),
}


def _select() -> forms.Select:
    return forms.Select(attrs={"class": "govuk-select"})


class FindNoticesForm(forms.Form):
    """What the list of notices is narrowed by; what was not understood narrows nothing."""

    q = forms.CharField(label="Words, CVE, model or reference", max_length=100, required=False)
    severity = forms.ChoiceField(
        label="Severity", choices=[("", "Any"), *reversed(Severity.choices)], required=False, widget=_select()
    )
    kind = forms.ChoiceField(label="Kind", choices=[("", "Any"), *NoticeKind.choices], required=False, widget=_select())
    manufacturer = forms.ModelChoiceField(
        Manufacturer.objects.none(), label="Manufacturer", empty_label="Any", required=False, widget=_select()
    )
    sort = forms.ChoiceField(
        label="Order", choices=[(name, label) for name, (label, _) in SORTS.items()], required=False, widget=_select()
    )
    watched = forms.BooleanField(label="Only about models that I watch", required=False)
    state = forms.ChoiceField(
        choices=[(name, label) for name, (label, _) in TABS.items()], required=False, widget=forms.HiddenInput()
    )

    def __init__(self, data: QueryDict, *, found: QuerySet[Notice], user: User) -> None:
        super().__init__(data)
        self.found, self.user = found, user
        self.tabs_shown = [name for name in TABS if name != "drafts" or writes_notices(user)]
        makers: Any = self.fields["manufacturer"]
        makers.queryset = Manufacturer.objects.filter(Exists(found.filter(manufacturer=OuterRef("pk"))))
        self.is_valid()
        # A select shows its first choice where nothing was chosen.
        orders: Any = self.fields["sort"]
        orders.choices = sorted(orders.choices, key=lambda one: one[0] != self.sorted_by)

    @property
    def tab(self) -> str:
        """The tab asked for: what is in force, unless another is."""
        asked = str(self.cleaned_data.get("state") or "")
        return asked if asked in self.tabs_shown else "open"

    @property
    def sorted_by(self) -> str:
        """The order asked for: else the most pressing first of those in force, and the newest first of others."""
        return self.cleaned_data.get("sort") or ("pressing" if self.tab == "open" else "newest")

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the tab and the order is asked for."""
        return any(self.cleaned_data.get(name) for name in ("q", "severity", "kind", "manufacturer", "watched"))

    @cached_property
    def narrowed(self) -> QuerySet[Notice]:
        """Those that the filters leave, in whatever state."""
        found, said = self.found, self.cleaned_data
        for name in ("severity", "kind", "manufacturer"):
            if said.get(name):
                found = found.filter(**{name: said[name]})
        if said.get("watched"):
            found = found.filter(about_watched(self.user))
        return found.filter(self._speaks_of(said["q"])) if said.get("q") else found

    def listed(self) -> QuerySet[Notice]:
        """Those of the tab, in the order asked for."""
        rows = self.narrowed.filter(state__in=TABS[self.tab][1])
        # A withdrawal and a revision are news, as a publication is.
        changed = Func(F("published_at"), F("revised_at"), F("withdrawn_at"), function="GREATEST")
        order = SORTS[self.sorted_by][1]
        return rows.annotate(rank=SEVERITY_RANK, changed=changed).order_by(*order)

    def tabs(self) -> list[tuple[str, str, int]]:
        """Each tab with its label and how many it holds, counted in one query."""
        counts = self.narrowed.aggregate(
            **{name: Count("pk", filter=Q(state__in=states)) for name, (_, states) in TABS.items()}
        )
        return [(name, TABS[name][0], counts[name]) for name in self.tabs_shown]

    def _speaks_of(self, text: str) -> Q:
        """In its own words, by reference or CVE; or by a version that the person sees, never by a hidden one."""
        words = text.replace("\x00", "").strip()
        versions = NoticeVersion.objects.visible_to(self.user).filter(notice=OuterRef("pk"))
        named = versions.filter(
            Q(entry__model_name__icontains=words)
            | Q(entry__cpl_entry_id__iexact=words)
            | Q(entry__firmware_version__iexact=words)
        )
        number = re.fullmatch(r"(?:N-)?0*(\d{1,9})", words, re.IGNORECASE)
        own = Q(title__icontains=words) | Q(summary__icontains=words) | Q(action__icontains=words)
        cves = Q(pk__in=Notice.objects.alias(all=_joined("cves")).filter(all__icontains=words).values("pk"))
        return own | cves | Q(Exists(named)) | (Q(pk=int(number[1])) if number else Q())


def _joined(column: str) -> Func:
    return Func(F(column), Value(" "), function="array_to_string", output_field=TextField())


class OfOneManufacturer(forms.Form):
    """Whose versions it is about, and for which Party it is written: each asked only where there is a choice."""

    manufacturer = forms.ModelChoiceField(
        Manufacturer.objects.none(), label="Whose versions is it about?", empty_label="Choose a manufacturer",
        error_messages={
            "required": "Choose the manufacturer", "invalid_choice": "Choose one of the manufacturers listed",
        },
    )  # fmt: skip

    party = forms.ModelChoiceField(
        Party.objects.none(), label="For which Party do you write?", empty_label="Choose a Party", required=False,
        help_text="Readers see that this Party issued it, and only its people revise and withdraw it.",
        error_messages={"invalid_choice": "Choose one of the Parties listed"},
    )  # fmt: skip

    def __init__(self, makers: QuerySet[Manufacturer], *args: Any, by: User, **more: Any) -> None:
        super().__init__(*args, **more)
        self.makers = list(makers)
        self.parties = {maker.pk: may.parties_for(by, maker) for maker in self.makers}
        for name, rows, is_asked in (
            ("manufacturer", makers, len(self.makers) != 1),
            ("party", self._several(), any(len(found) > 1 for found in self.parties.values())),
        ):
            chosen: Any = self.fields[name]
            chosen.queryset = rows
            if not is_asked:
                del self.fields[name]

    def _several(self) -> QuerySet[Party]:
        named = {party for found in self.parties.values() for party in found}
        return Party.objects.filter(pk__in=named).order_by("name")

    def clean(self) -> None:
        """The Party is one that may write about this manufacturer, and was chosen where several may."""
        if self.errors or "party" not in self.fields:
            return
        chosen, able = self.party_chosen(), self.parties[self.manufacturer_chosen().pk]
        if chosen is None and len(able) > 1:
            self.add_error("party", "Choose the Party for which you write")
        elif chosen is not None and chosen.pk not in able:
            self.add_error("party", "Choose a Party for which you may write about this manufacturer")

    def party_chosen(self) -> Party | None:
        """The Party, once the form is valid; None where there is only one."""
        found: Party | None = self.cleaned_data.get("party")
        return found

    def manufacturer_chosen(self) -> Manufacturer:
        """The manufacturer, once the form is valid."""
        found: Manufacturer = self.cleaned_data.get("manufacturer") or self.makers[0]
        return found


class NewNoticeForm(OfOneManufacturer):
    """Beside that what kind it is, and a title: enough to begin a draft."""

    kind = forms.ChoiceField(label="What is it?", choices=NoticeKind.choices, widget=_select())
    title = forms.CharField(
        label="Title", max_length=200, help_text="What is wrong, in a line, such as “Clock drifts after a power cut”.",
        error_messages={"required": "Enter a title", "max_length": "Enter a title of at most 200 characters"},
    )  # fmt: skip


class NoticeForm(forms.Form):
    """What a notice says; which versions it names is asked beside it (`NamedVersions`)."""

    title = forms.CharField(
        label="Title", max_length=200, help_text="What is wrong, in a line.",
        error_messages={"required": "Enter a title", "max_length": "Enter a title of at most 200 characters"},
    )  # fmt: skip
    kind = forms.ChoiceField(label="Kind", choices=NoticeKind.choices, widget=_select())
    severity = forms.ChoiceField(
        label="Severity", choices=[("", "Not said yet"), *Severity.choices], required=False, widget=_select(),
        help_text="In the words of CVSS’s scale: low, medium, high or critical.",
    )  # fmt: skip
    urgency = forms.ChoiceField(
        label="How soon to upgrade from an affected version", choices=Urgency.choices, widget=_select(),
        help_text="Pages show this to whoever has an affected version, and for no other upgrade.",
    )  # fmt: skip
    summary = forms.CharField(
        label="What is wrong", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What happens, when, and how one notices. Do not tell an attacker how to bring it about.",
        error_messages={"max_length": "Enter at most 4,000 characters: this has %(show_value)s"},
    )  # fmt: skip
    action = forms.CharField(
        label="What to do", max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Which version to upgrade to, or what to do until there is one.",
        error_messages={"max_length": "Enter at most 4,000 characters: this has %(show_value)s"},
    )  # fmt: skip
    deadline = forms.DateField(
        label="To be done by", required=False, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d %B %Y", "%d %b %Y"],
        help_text="Leave it open where there is no deadline.",
        error_messages={"invalid": "Enter a day, such as 31/12/2026"},
    )  # fmt: skip
    cves = forms.CharField(
        label="CVE identifiers", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Such as CVE-2026-12345, with spaces, commas or new lines between several.",
    )  # fmt: skip
    advisory_link = forms.CharField(
        label="Manufacturer’s own advisory", required=False, max_length=500,
        help_text="Its address, beginning with https://.",
    )  # fmt: skip
    references = forms.CharField(
        label="Other references", required=False, max_length=8000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line: the address, a space, then what is found there.",
    )  # fmt: skip
    audience = forms.ChoiceField(
        label="Who reads it", choices=NoticeAudience.choices, widget=_select(),
        help_text="Of those who may see a version that it names. SECAS, the SSC, auditors and the manufacturer’s own "
        "people read every published notice.",
    )  # fmt: skip

    def clean_cves(self) -> list[str]:
        """Each identifier once, in capitals; one that is not of the form is named."""
        typed = re.split(r"[\s,;]+", self.cleaned_data["cves"].upper().strip())
        found = list(dict.fromkeys(one for one in typed if one))
        if wrong := [one for one in found if not is_cve(one)]:
            raise ValidationError(f"Enter identifiers such as CVE-2026-12345: {_quoted(wrong[0])} is none.")
        return found

    def clean_advisory_link(self) -> str:
        """An address of the web."""
        return _address(self.cleaned_data["advisory_link"].strip())

    def clean_references(self) -> list[dict[str, str]]:
        """Each line as what is found there and its address."""
        lines = [line.strip() for line in self.cleaned_data["references"].splitlines()]
        return [_reference(number, line) for number, line in enumerate(lines, 1) if line]

    def content(self) -> dict[str, Any]:
        """What the actions take, once the form is valid."""
        return {name: self.cleaned_data[name] for name in self.fields}


def _reference(number: int, line: str) -> dict[str, str]:
    url, _, summary = line.partition(" ")
    try:
        return {"summary": summary.strip(), "url": _address(url)}
    except ValidationError as error:
        raise ValidationError(f"Enter an address first in line {number}: {error.messages[0]}") from None


def _address(typed: str) -> str:
    """Raises ValidationError with what was typed, and the cure."""
    if typed and not is_web_link(typed):
        raise ValidationError(f"Enter the address of a page, beginning with https://: {_quoted(typed)} is none.")
    return typed


def number_of(typed: str) -> int:
    """A number that a page sent in a hidden box; 0 for anything else."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) <= 10 else 0


def _quoted(typed: str) -> str:
    return f"“{typed[:60]}{'…' if len(typed) > 60 else ''}”"


def typed_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """What stands in the boxes for a notice that says this."""
    references = [f"{one['url']} {one['summary']}".strip() for one in content.get("references") or []]
    return {
        **content,
        "cves": "\n".join(content.get("cves") or []),
        "references": "\n".join(references),
    }


def content_of(notice: Notice) -> dict[str, Any]:
    """What a notice says, by the names of the form."""
    return {name: getattr(notice, name) for name in NoticeForm.base_fields}


def models_like(text: str, visible: QuerySet[DeviceModel], entries: QuerySet[Any]) -> QuerySet[DeviceModel]:
    """Models by name, identifier, or the ID or firmware version of one of these entries."""
    words = text.replace("\x00", "").strip()
    digits = re.sub(r"[\s:.-]", "", words)
    named = entries.filter(device_model=OuterRef("pk")).filter(
        Q(cpl_entry_id__iexact=words) | Q(firmware_version__iexact=digits)
    )
    of_itself = Q(name__icontains=words) | Q(duis_model__istartswith=digits) | Q(identifier__code__iexact=digits)
    return visible.filter(of_itself | Q(Exists(named)) if digits else of_itself)


def read_kept(typed: str) -> dict[int, tuple[str, str]]:
    """What the page carried of versions that it did not show; what it cannot have written itself is left out."""
    try:
        found = json.loads(typed or "{}")
    except (ValueError, RecursionError):
        return {}
    pairs: Iterable[tuple[Any, Any]] = found.items() if isinstance(found, dict) else ()
    return {
        number_of(key): (said[0], said[1].encode(errors="replace").decode())
        for key, said in pairs
        if number_of(key) and _is_kept(said)
    }


def _is_kept(said: Any) -> bool:
    """A status, or none, and words: JSON can hold anything else as well."""
    return (
        isinstance(said, list)
        and len(said) == 2
        and said[0] in ("", *VersionStatus.values)
        and isinstance(said[1], str)
    )


def write_kept(statuses: Mapping[int, tuple[str, str]]) -> str:
    """The same for the page to carry."""
    return json.dumps({str(key): list(said) for key, said in statuses.items()}, separators=(",", ":"))
