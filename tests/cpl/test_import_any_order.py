"""Whatever rows come in whatever order: the accepted ones can be written, and then nothing is left to do.

A few makers, models and versions only, so that rows clash with one another and with what is known.
"""

import random
from datetime import date
from typing import Any

import pytest

from tests.cpl.importing import Values, bring_in, counted, listed, preview, record, removed, workbook

MAKERS = ("Northmoor Metering Ltd", "Kestrel Gas Measurement Ltd", "KESTREL gas measurement ltd")


def some_row(chance: random.Random) -> Values:
    """A row of the list, now and then wrong."""
    row = listed(chance.randint(1, 12))
    row |= {
        "manufacturer": chance.choice(MAKERS) if chance.random() < 0.3 else MAKERS[0],
        "model_identifier": chance.choice(["8B0B", "8B0C"]),
        "model_name": chance.choice(["Ember", "Cinder"]),
        "firmware_hash": chance.choice(["", "AB" * 32, "CD" * 32]),
        "predecessors": some_predecessors(chance),
        "published_on": chance.choice([date(2024, 1, 1), date(2025, 1, 1), None]),
    }
    if chance.random() < 0.2:
        row |= {"device_type": chance.choice(["SAPC", "IHD", "PPMID"]), "esme_variant": ""}
    if chance.random() < 0.1:
        row["firmware_version"] = chance.choice(["", "01000001", "zz"])
    return row


def some_predecessors(chance: random.Random) -> str:
    some = [f"CPL-{chance.randint(1, 12):06d}" for _ in range(chance.randint(1, 2))]
    return chance.choice(["", "", "N/A", ", ".join(some), ", ".join(some)])


def some_removed_row(chance: random.Random) -> Values:
    why = {name: removed()[name] for name in ("removed_on", "removal_reason")}
    return some_row(chance) | why


def some_record(chance: random.Random) -> Values:
    row = record(chance.randint(1, 12), predecessors=some_predecessors(chance))
    row |= {"stage": chance.choice(["", "Test", "Declined"]), "notes": chance.choice(["", "n/a", "Notes"])}
    return row | ({"manufacturer": "", "firmware_version": ""} if chance.random() < 0.8 else {})


def some_workbook(chance: random.Random) -> bytes:
    sheets = {
        "CPL": [some_row(chance) for _ in range(8)],
        "Removed": [some_removed_row(chance) for _ in range(3)],
        "FIR": [some_record(chance) for _ in range(5)],
    }
    names = chance.sample(list(sheets), chance.randint(1, 3))
    without = [name for name in ("predecessors", "esme_variant", "firmware_hash") if chance.random() < 0.15]
    chosen: dict[str, Any] = {name: sheets[name] for name in names}
    return workbook(without=without, **chosen)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(4))
def test_accepted_rows_can_always_be_written_and_are_then_unchanged(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - for variety, not for secrecy
    for _ in range(12):
        content = some_workbook(chance)
        first = bring_in(content, accepted_only=True)
        again = preview(content)
        assert not set(counted(again)) & {"added", "changed", "removed"}, list(again.rows.values())
        assert again.counts["refused"] <= first.counts["refused"]
