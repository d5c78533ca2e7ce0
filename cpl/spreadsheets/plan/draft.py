"""A plan in the making: the rows of a workbook beside what the repository knows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from cpl.actions.imports import ModelFacts, ModelKey, Pathway, fold_maker
from cpl.spreadsheets.plan.known import Known
from cpl.spreadsheets.row_form import Row
from cpl.spreadsheets.row_form.listed import model_key


@dataclass
class Draft:
    """What the checks share. `given_on` is the day from which the workbook speaks."""

    listed: list[Row]
    records: list[Row]
    given_on: date
    known: Known = field(default_factory=Known)
    # The first row of the list that names an entry; a later one that does is refused.
    claims: dict[str, Row] = field(default_factory=dict)
    # Entries whose Device Model and version a refused row has, maybe under another CPL Entry ID: not absent.
    recognised: set[str] = field(default_factory=set)
    keys: dict[Row, ModelKey | None] = field(default_factory=dict)
    # What is settled anew whenever a row was refused.
    models: dict[ModelKey, ModelFacts] = field(default_factory=dict)
    pathways: dict[str, tuple[Row, Pathway]] = field(default_factory=dict)

    def key(self, row: Row) -> ModelKey | None:
        """What identifies the row's Device Model: said by the row, else by the entry it names."""
        if row not in self.keys:
            self.keys[row] = model_key(row) or self._known_key(row)
        return self.keys[row]

    def _known_key(self, row: Row) -> ModelKey | None:
        known = self.known.entries.get(row.entry_id)
        return known.model if known else None

    def accepted_listed(self) -> Iterator[Row]:
        """Rows of the list that are not refused, in the order of the workbook."""
        return (row for row in self.listed if not row.problems)

    def accepted_records(self) -> Iterator[Row]:
        """Rows of firmware information that are not refused."""
        return (row for row in self.records if not row.problems)

    def exists(self, entry_id: str) -> bool:
        """Whether the entry is in the repository, or will be by an accepted row of this workbook."""
        row = self.claims.get(entry_id)
        return entry_id in self.known.entries or (row is not None and not row.refused)

    def model_of(self, entry_id: str) -> ModelKey | None:
        """The Device Model of an entry that exists."""
        if known := self.known.entries.get(entry_id):
            return known.model
        row = self.claims.get(entry_id)
        return self.key(row) if row else None

    def facts_of(self, entry_id: str) -> ModelFacts | None:
        """What will be known of the Device Model of an entry."""
        key = self.model_of(entry_id)
        return None if key is None else self.models.get(key) or self.known.models.get(key)

    def maker_of(self, entry_id: str) -> str:
        """The folded name of the maker that the entry will have; '' where it does not exist."""
        facts = self.facts_of(entry_id)
        return facts.maker if facts else ""

    def maker_name(self, folded: str) -> str:
        """A maker's name as the repository writes it, else as the workbook does."""
        return self.known.makers.get(folded) or self._names_given.get(folded, folded)

    @cached_property
    def _names_given(self) -> dict[str, str]:
        """How the workbook writes each maker first."""
        names = (row.given("manufacturer") for row in reversed(self.listed))
        return {fold_maker(name): name for name in names if name}
