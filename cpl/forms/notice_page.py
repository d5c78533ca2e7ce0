"""The page on which a notice is written, as it stands between two presses of a button."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.forms import BoundField

from accounts.models import User
from cpl.choices import NoticeState, VersionStatus
from cpl.forms.notice_versions import NamedVersions
from cpl.forms.notices import NoticeForm, content_of, models_like
from cpl.models import CPLEntry, DeviceModel, Notice
from cpl.notice_checks import NoticeProblem
from cpl.presenters.notices import LABELS, Change, changes, version_changes, words_of
from cpl.selectors.notice_versions import NamedModel, described
from cpl.selectors.versions import Version

MOST_FOUND: Final = 12

GROUPS: Final = (
    ("The fault or vulnerability", ("title", "kind", "severity", "summary")),
    ("What to do", ("action", "urgency", "deadline")),
    ("References", ("cves", "advisory_link", "references")),
    ("Readers", ("audience",)),
)


@dataclass(frozen=True)
class Theirs:
    """What somebody else saved meanwhile: who and when in words, and what differs, by field and by version."""

    told: str
    fields: Mapping[str, str]
    versions: Sequence[Change]


@dataclass(frozen=True)
class Row:
    """A version in its model's table."""

    version: Version
    status: str
    words: str
    is_marked: bool


@dataclass(frozen=True)
class Table:
    """A Device Model with the table of its versions, newest first."""

    named: NamedModel
    rows: list[Row]
    numbers: list[tuple[int, str]]
    stretch: Mapping[str, str]
    told: str
    wrong: str

    @property
    def ends(self) -> list[tuple[Version, str]]:
        """The versions for choosing the ends of a stretch, newest first as in the table, each with what marks it."""
        return [(row.version, self._mark(row.version)) for row in self.rows]

    def _mark(self, version: Version) -> str:
        if version.withdrawn_on:
            return "withdrawn"
        if version.removed_on:
            return "removed"
        return "recommended" if version == self.named.summary.recommended else ""


@dataclass
class WritingPage:
    """Everything that the page shows; buttons change it, and nothing of it is saved until somebody saves."""

    user: User
    notice: Notice
    form: NoticeForm
    named: NamedVersions
    edition: int
    """The one that the person saw."""
    words: str = ""
    errors: list[dict[str, str]] = field(default_factory=list)
    theirs: Theirs | None = None
    find: str = ""
    has_looked: bool = False
    stretch: dict[int, dict[str, str]] = field(default_factory=dict)
    """By model, the ends and the status chosen for a stretch, with what came of it under `told` or `wrong`;
    `between` is how many versions were released between the two, where no way is known.
    """

    def fresh(self) -> Notice:
        """The notice as it stands by now."""
        self.notice.refresh_from_db()
        return self.notice

    def tell(self, problems: Iterable[NoticeProblem]) -> None:
        """Show what the checks found, each with a link to its field."""
        self.errors = [
            {"text": f"{one.message} {one.cure}", "href": _place(one.field)} for one in problems if one.blocking
        ]

    def meet(self, told: str, said: Mapping[int, tuple[str, str]]) -> Theirs:
        """Show what somebody else saved beside what was typed here."""
        mine, saved = self.form.content(), content_of(self.notice)
        differing = {one.label for one in changes(saved, mine)}
        fields = {name: words_of(name, saved[name]) for name, label in LABELS.items() if label in differing}
        rows = CPLEntry.objects.visible_to(self.user).filter(pk__in={*said, *self.named.complete})
        names = {str(pk): f"{model} {version}".strip() for pk, model, version in
                 rows.values_list("pk", "model_name", "firmware_version")}  # fmt: skip
        saved_versions = {str(key): one for key, one in said.items()}
        typed_versions = {str(key): one for key, one in self.named.complete.items()}
        self.theirs = Theirs(told, fields, version_changes(typed_versions, saved_versions, names))
        return self.theirs

    def context(self) -> dict[str, Any]:
        """What the template shows."""
        return {
            "page": self,
            "notice": self.notice,
            "form": self.form,
            "named": self.named,
            "errors": self.errors,
            "is_draft": self.notice.state == NoticeState.DRAFT,
            "edition": self.notice.edition if self.theirs else self.edition,
            "groups": [(legend, [self._field(name) for name in names]) for legend, names in GROUPS],
            "tables": self.tables(),
            "closed": self._closed(),
            "numbers": self.named.numbers(),
            "statuses": VersionStatus.choices,
            **self._found(),
        }

    def _field(self, name: str) -> tuple[BoundField, str, bool]:
        """A box, with what somebody else saved in it meanwhile."""
        differs = self.theirs is not None and name in self.theirs.fields
        return self.form[name], self.theirs.fields[name] if self.theirs and differs else "", differs

    def tables(self) -> list[Table]:
        """The models whose tables are open, in the order in which they were opened. Four queries."""
        found = DeviceModel.objects.filter(pk__in=self.named.shown).select_related("identifier")
        known = {one.model.pk: one for one in described(self.user, list(found), {})} if self.named.shown else {}
        return [self._table(known[model]) for model in self.named.shown if model in known]

    def _table(self, known: NamedModel) -> Table:
        said, marked = self.named.said, self.named.marked
        rows = [
            Row(version, *said.get(version.pk, ("", "")), version.pk in marked) for version in known.summary.versions
        ]
        stretch = self.stretch.get(known.model.pk, {})
        numbers = self.named.numbers(known.model.pk)
        return Table(known, rows, numbers, stretch, stretch.get("told", ""), stretch.get("wrong", ""))

    def _closed(self) -> list[tuple[DeviceModel, list[tuple[int, str]]]]:
        models = DeviceModel.objects.filter(pk__in=self.named.closed()).select_related("identifier")
        return [(model, self.named.numbers(model.pk)) for model in models] if self.named.closed() else []

    def _found(self) -> dict[str, Any]:
        """The models that the box for finding them found, with how many versions each has."""
        if not self.has_looked:
            return {"find": self.find, "found": None}
        visible = DeviceModel.objects.filter(pk__in=set(self.named.models.values())).select_related("identifier")
        entries = CPLEntry.objects.filter(pk__in=list(self.named.models))
        found = models_like(self.find, visible, entries).exclude(pk__in=self.named.shown).order_by("name", "pk")
        shown = [(model, self.named.rows([model.pk])) for model in found[:MOST_FOUND]]
        return {"find": self.find, "found": shown, "more": found.count() - len(shown)}


def _place(name: str) -> str:
    if name == "versions":
        return "#versions"
    return f"#id_{name}" if name in LABELS or name == "words" else "#main-content"
