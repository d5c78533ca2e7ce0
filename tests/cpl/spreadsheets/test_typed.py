"""What a spreadsheet's cell said is typed into a submission so that it is read there as the same value."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cpl.choices import SubmissionKind
from cpl.proposals import read_content
from cpl.readings import records
from cpl.readings.cells import CellError
from cpl.spreadsheets.batch.requests import typed

TODAY = date(2026, 11, 20)
ODD = st.lists(
    st.sampled_from(["=", "+", "@", "'", "\t", "\n", " ", "N/A", "declined", "TBC", "é", "\u200b", "1E5", "\uff1d"]),
    max_size=6,
).map("".join)


@pytest.mark.parametrize("name", ["notes", "vulnerabilities"])
@given(cell=ODD | st.text(max_size=20))
def test_a_text_is_the_same_text_again(name: str, cell: str) -> None:
    try:
        value, state = records.parsers(TODAY)[name](cell)
    except CellError:
        return
    if state == "supplied":
        content = {f"{name}_answer": "give", name: typed(name, value)}
        assert read_content(SubmissionKind.INFORMATION, content, TODAY).answers[name] == (value, "supplied")


@pytest.mark.parametrize(
    ("name", "value"),
    [("release_date", date(2026, 3, 1)), ("irreversible", False), ("stage", "test"),
     ("recommendation", "do_not_deploy"),
     ("urgency", "soon"), ("portal_link", "https://portal.maker.example/?a='1'")],
)  # fmt: skip
def test_any_other_value_is_the_same_again(name: str, value: Any) -> None:
    content = {f"{name}_answer": "give", name: typed(name, value)}
    assert read_content(SubmissionKind.INFORMATION, content, TODAY).answers[name] == (value, "supplied")
