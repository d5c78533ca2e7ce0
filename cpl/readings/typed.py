"""Identifiers as they were typed into submissions, read by the database: to find few rows among thousands."""

from django.db.models import Func, TextField, Value
from django.db.models.fields.json import KT
from django.db.models.functions import Upper


def bare_hex(name: str) -> Func:
    """The hex digits of a field of `Submission.content`, without `0x` and whatever stands between them.

    Every identifier that `cells.identifier` can read comes out as it reads it; what it cannot read comes out somehow.
    """
    beside = Value(r"^[^0-9A-F]*0X|[^0-9A-F]")
    typed = Upper(KT(f"content__{name}"))
    return Func(typed, beside, Value(""), Value("g"), function="REGEXP_REPLACE", output_field=TextField())
