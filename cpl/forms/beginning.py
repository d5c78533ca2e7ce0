"""What a submission is about, asked before it is begun, where the page that led here has not said so."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Count, OuterRef, Subquery, Value
from django.db.models.functions import Concat

from accounts.models import User
from cpl.actions.submissions import may
from cpl.choices import SubmissionKind
from cpl.models import Contact, CPLEntry, DeviceModel, Manufacturer
from cpl.querysets import manufacturers_of

Kind = SubmissionKind


class BeginForm(forms.Form):
    """The entry, the Device Model, the manufacturer or the contact: whichever the kind is about."""

    def __init__(self, user: User, kind: SubmissionKind, data: Any = None, *, initial: Any = None) -> None:
        super().__init__(data, initial=initial)
        self.user, self.kind = user, kind
        self.own = Manufacturer.objects.filter(pk__in=manufacturers_of(user))
        if kind == Kind.NEW_ENTRY:
            self._ask_maker()
            self._ask_model()
        elif kind == Kind.CONTACT:
            self._ask_maker()
            self._ask_contact()
        else:
            self._ask_entry()

    def _ask_maker(self) -> None:
        """Only of those who speak for several."""
        if len(self.own) != 1:
            self.fields["manufacturer"] = forms.ModelChoiceField(
                self.own, label="Manufacturer", error_messages={"required": "Choose the manufacturer"}
            )

    def _ask_model(self) -> None:
        models = DeviceModel.objects.visible_to(self.user).filter(manufacturer__in=self.own)
        self.fields["model"] = _ModelChoice(
            models.select_related("identifier"),
            label="Device Model",
            required=False,
            empty_label="A model that is not on the list yet",
            help_text="For one that is on the list its facts are copied from its newest version: "
            "you type only what is new.",
        )

    def _ask_contact(self) -> None:
        """The contacts of makers that the person submits for, with the versions that name each."""
        makers = [maker.pk for maker in self.own if may.may_begin(self.user, self.kind, maker)]
        entries = CPLEntry.objects.visible_to(self.user).filter(fir__contact=OuterRef("pk"))
        words = Concat("model_name", Value(" "), "firmware_version")
        newest = entries.order_by("-published_on", "-pk").values(words=words)
        number = entries.order_by().values("fir__contact").annotate(number=Count("pk")).values("number")
        self.fields["contact"] = _ContactChoice(
            Contact.objects.visible_to(self.user)
            .filter(manufacturer__in=makers)
            .annotate(versions=Subquery(number), such_as=Subquery(newest[:1])),
            label="Contact to change",
            required=False,
            empty_label="None: a new contact",
        )

    def _ask_entry(self) -> None:
        hint = "As in the Central Products List, such as CPL-001003. You can begin on the entry’s own page too."
        if self.kind == Kind.ADDED_MODEL:
            hint = "The entry whose certificates cover the model that you add, such as CPL-001003."
        self.fields["entry"] = forms.CharField(
            label="CPL Entry ID",
            max_length=40,
            help_text=hint,
            error_messages={"required": "Enter the CPL Entry ID"},
        )

    def clean_entry(self) -> CPLEntry:
        """The entry; one that the person may not see, or not submit about, is told as such."""
        typed = self.cleaned_data["entry"].strip().upper()
        visible = CPLEntry.objects.visible_to(self.user).select_related("device_model", "manufacturer")
        entry = visible.filter(cpl_entry_id=typed).first()
        if entry is None:
            raise ValidationError(f"Enter the ID of an entry that you can see: {typed} is none.")
        if not may.may_begin(self.user, self.kind, entry.manufacturer, entry):
            raise ValidationError(f"{typed} is of {entry.manufacturer}: only its own people submit that.")
        if reason := why_not(self.kind, entry):
            raise ValidationError(reason)
        return entry

    def clean(self) -> dict[str, Any]:
        """What is chosen together must be of one manufacturer."""
        cleaned = super().clean() or {}
        maker = cleaned.get("manufacturer")
        for name in ("model", "contact"):
            record = cleaned.get(name)
            if maker and record and record.manufacturer_id != maker.pk:
                self.add_error(name, f"Choose one of {maker}: this one is of {record.manufacturer}.")
        return cleaned

    def about(self) -> dict[str, Any]:
        """What `drafts.begin` takes, once the form is valid."""
        said = self.cleaned_data
        maker = said.get("manufacturer") or (self.own[0] if len(self.own) == 1 and not said.get("entry") else None)
        found = {
            "manufacturer": maker,
            "entry": said.get("entry"),
            "device_model": said.get("model"),
            "contact": said.get("contact"),
        }
        return {name: record for name, record in found.items() if record is not None}


def why_not(kind: SubmissionKind, entry: CPLEntry) -> str:
    """Why nothing of this kind can be said of the entry as it stands, whoever says it; '' where it can."""
    if kind == Kind.HASH and entry.firmware_hash:
        return (
            f"{entry} has its firmware hash already, and a published hash is final. An image with another hash is "
            "another version: list a new firmware version. If the published hash is wrong, write to SECAS."
        )
    if entry.is_removed and kind in (Kind.REMOVAL, Kind.ADDED_MODEL):
        return f"{entry} has been removed from the list. Enter the ID of an entry that is on it."
    return ""


class _ContactChoice(forms.ModelChoiceField[Contact]):
    """The maker's own contacts, told apart by address and by the versions that name them.

    Only people who submit for that maker are offered them, so that its details are shown to nobody else here.
    """

    def label_from_instance(self, obj: Any) -> str:
        """Firmware desk (firmware@…), named by 12 versions, such as Ember X495 01040605."""
        address = obj.email or obj.telephone
        named = f"{obj}{f' ({address})' if address and address != str(obj) else ''}"
        if not obj.versions:
            return f"{named}, named by no version"
        return f"{named}, named by {obj.versions} version{'s' if obj.versions > 1 else ''}, such as {obj.such_as}"


class _ModelChoice(forms.ModelChoiceField[DeviceModel]):
    """Device Models by name and identity."""

    def label_from_instance(self, obj: Any) -> str:
        """Ember X495, 7A01 8B0B030D."""
        return f"{obj.name}, {obj.identifier.code} {obj.duis_model}"
