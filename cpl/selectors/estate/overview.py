"""All rows of an answer in short, for shares and charts; of those that a page shows, the lines with all that is said.

Both say what `reading.lines_of` says. That reads everything of every line, which takes long for a large estate; here
everything is read of the lines shown alone, and only what names something hidden is masked: the rest stays as it is.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from accounts.access import acting_for
from accounts.models import User
from cpl.estate.collecting import collector_held_off
from cpl.estate.tally import Kind
from cpl.models import EstateCheck
from cpl.selectors.estate.choosing import EVERYTHING, Chosen
from cpl.selectors.estate.lagging import known_of
from cpl.selectors.estate.lines import Line, Row, most_first
from cpl.selectors.estate.masking import masked
from cpl.selectors.estate.reading import line_of
from cpl.selectors.estate.seen import Hidden, ModelName, Seen, hidden_in, names_in, records_seen_by, versions_seen
from cpl.selectors.estate.stored import Held, Named, Stored, holdings_of, named_answers

Holdings = Mapping[tuple[str, ...], Sequence[Held]]

_NO_MODEL: Final = ModelName("", "", "", "", "")


@dataclass(frozen=True)
class Known:
    """What one person sees today of all that a check names."""

    models: Mapping[int, ModelName]
    makers: Mapping[str, str]
    hidden: Hidden

    def is_whole(self, row: Stored) -> bool:
        """Whether all that the row names is seen, so that it reads as it was stored, or nothing is named at all."""
        if row.model is None:
            return row.entry is None and row.target is None
        if row.model not in self.models or not all(key in self.hidden.notices for key in row.notices):
            return False
        return self.hidden.entries.isdisjoint((row.entry, row.target, *row.way))

    def has_open_notice(self, row: Stored) -> bool:
        """Whether a notice that the row may tell of is open."""
        return any(self.hidden.notices[key].is_open for key in row.notices)


@dataclass(frozen=True)
class Overview:
    """`rows` are those of a check, most devices first."""

    rows: list[Row]
    person: User
    known: Known
    answers: Mapping[Kind, Named]
    held: Holdings | None

    @property
    def labels_of_file(self) -> list[str]:
        """What `reading.labels_of` says, where no label is chosen."""
        labels = sorted({label for row in self.rows for label, _ in row.by_label})
        return labels if any(labels) else []

    def lines(self, rows: Iterable[Row]) -> dict[Kind, Line]:
        """Everything that is said of some of the rows, by kind. One query; three more where a version is hidden."""
        answers = {row.kind: self.answers[row.kind] for row in rows}
        named = {one.stored.model for one in answers.values() if one.stored.model}
        seen = self._seen(named.intersection(self.known.models))
        return {kind: self._line(one, seen) for kind, one in answers.items()}

    def _line(self, one: Named, seen: Seen) -> Line:
        held = [("", 0, one.devices)] if self.held is None else self.held[one.stored.kind]
        return line_of(masked(one.stored, seen), held, seen, with_labels=self.held is not None)

    def _seen(self, models: Collection[int]) -> Seen:
        versions = versions_seen(self.person, models)
        return Seen(
            {key: self.known.models[key].seen for key in models}, versions.entries, self.known.hidden.notices,
            versions.contacts, versions.contact_of, self.known.makers,
            known_of(self.person, self.known.hidden.models.intersection(models)),
        )  # fmt: skip


@collector_held_off()
def overview_of(person: User, check: EstateCheck, chosen: Chosen = EVERYTHING, *, with_labels: bool = True) -> Overview:
    """A check as the person sees it today on behalf of its Party; of what is `chosen`, only the label counts here.

    The caller found the check by `visible_to` the same person. Without labels, and where none is chosen, `by_label` is
    empty and rows of the file are not counted. Five queries; three more where something that an answer names is hidden.
    """
    acting = acting_for(person, check.party_id)
    held = _held(check, chosen, with_labels=with_labels)
    answers = {one.stored.kind: one for one in named_answers(check) if held is None or one.stored.kind in held}
    known = _known(acting, check, [one.stored for one in answers.values()])
    partly = [one.stored for one in answers.values() if not known.is_whole(one.stored)]
    seen = records_seen_by(acting, partly) if partly else None
    left = {row.kind: masked(row, seen) for row in partly} if seen else {}
    rows = most_first(_row(one, left.get(one.stored.kind), known, held) for one in answers.values())
    return Overview(rows, acting, known, answers, held)


def _held(check: EstateCheck, chosen: Chosen, *, with_labels: bool) -> Holdings | None:
    if chosen.label:
        return holdings_of(check, label=chosen.label_of_file)
    return holdings_of(check) if with_labels else None


def _known(person: User, check: EstateCheck, rows: Collection[Stored]) -> Known:
    hidden = hidden_in(person, check, {key for row in rows for key in row.notices})
    # A maker is named by its model, where that is seen: all versions of one that is not are hidden.
    nameless = {row.kind.manufacturer_code for row in rows if row.model is None or row.model in hidden.models}
    models, makers = names_in(person, check, nameless)
    return Known(models, makers, hidden)


def _row(one: Named, left: Stored | None, known: Known, held: Holdings | None) -> Row:
    """`left` is what masking left of the row, where something is hidden of it."""
    row = left or one.stored
    model = known.models.get(row.model, _NO_MODEL) if row.model else _NO_MODEL
    counted = None if held is None else held[row.kind]
    return Row(
        row.kind,
        one.devices if counted is None else sum(devices for _, _, devices in counted),
        0 if counted is None else sum(rows for _, rows, _ in counted),
        row.status,
        row.standing,
        row.route,
        row.urgency,
        model.manufacturer or known.makers.get(row.kind.manufacturer_code, ""),
        model.name,
        one.entry_id if row.entry else "",
        one.target_version if row.target else "",
        row.days_behind,
        row.released_on,
        row.certificate_ends,
        known.has_open_notice(row),
        () if counted is None else tuple((label, devices) for label, _, devices in counted),
    )
