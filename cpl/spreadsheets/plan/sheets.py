"""The sheets of a workbook as they were understood, for the preview: also those that are not read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from cpl.choices import Outcome
from cpl.spreadsheets.columns import Header, title
from cpl.spreadsheets.reader import Sheet, Workbook, column_letter
from cpl.spreadsheets.row_form import Row

NOT_READ = "not read"

Understood = Sequence[tuple[Sheet, Header, list[Row]]]


def described(workbook: Workbook, understood: Understood, outcomes: Mapping[Row, Outcome]) -> list[dict[str, Any]]:
    """Every sheet that holds anything, in the order of the tabs."""
    lists = {id(sheet): _as_list(sheet, header, rows, outcomes) for sheet, header, rows in understood}
    found = (lists.get(id(sheet)) or _not_read(sheet) for sheet in workbook.sheets)
    return [sheet for sheet in found if sheet["rows"] or sheet["kind"] != NOT_READ]


def _as_list(sheet: Sheet, header: Header, rows: list[Row], outcomes: Mapping[Row, Outcome]) -> dict[str, Any]:
    used: Mapping[str, int] = rows[0].layout.columns if rows else header.columns
    columns = [
        {
            "column": column_letter(index),
            "heading": header.headings[index],
            "field": field,
            "title": title(field),
        }
        for field, index in sorted(used.items(), key=lambda item: item[1])
    ]
    read = set(used.values())
    counts = Counter(Outcome.REFUSED if row.problems else outcomes[row] for row in rows)
    return {
        "name": sheet.name,
        "kind": header.kind.value,
        "hidden": sheet.hidden,
        "header_row": header.row_number,
        "rows": len(rows),
        "columns": columns,
        "ignored": [heading for index, heading in header.headings.items() if index not in read],
        "counts": {outcome.value: count for outcome, count in counts.items()},
    }


def _not_read(sheet: Sheet) -> dict[str, Any]:
    return {
        "name": sheet.name,
        "kind": NOT_READ,
        "hidden": sheet.hidden,
        "header_row": None,
        "rows": sheet.filled_rows(),
        "columns": [],
        "ignored": [],
        "counts": {},
    }
