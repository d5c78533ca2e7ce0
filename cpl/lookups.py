"""Words of a query for the searched text. What is typed is folded by the same function as the text itself."""

from typing import Any

from django.db import models


class Has(models.Lookup[Any]):
    """The folded text holds the folded words somewhere."""

    lookup_name = "has"
    before, after = "%%", "%%"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        """LIKE with a pattern that is constant when planned, so that a trigram index serves it."""
        column, parameters = self.process_lhs(compiler, connection)
        escaped = str(self.rhs).replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"{column} LIKE '{self.before}' || cpl_fold(%s) || '{self.after}'", (*parameters, escaped)


class HasWord(Has):
    """…as a whole word."""

    lookup_name = "has_word"
    before, after = "%% ", " %%"


class HasStart(Has):
    """…at the start of a word."""

    lookup_name = "has_start"
    before = "%% "


for lookup in (Has, HasWord, HasStart):
    models.TextField.register_lookup(lookup)
