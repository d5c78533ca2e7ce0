"""Entries that only named parties may see give nothing away to others through their Device Model."""

import pytest

from cpl.models import CPLEntry, DeviceModel
from tests.cpl.importing import bring_in, entry, listed, preview, row_of, workbook

pytestmark = pytest.mark.django_db


def restrict(number: int) -> None:
    CPLEntry.objects.filter(cpl_entry_id=f"CPL-{number:06d}").update(audience="named_parties")


def test_a_restricted_entry_does_not_name_its_device_model() -> None:
    bring_in(workbook(listed()))
    restrict(1)
    run = bring_in(workbook(listed(model_name="Secret X500")))
    assert DeviceModel.objects.get().name == "Ember X495"
    assert entry().model_name == "Secret X500"
    assert row_of(run).changes == [["Model Name", "Ember X495", "Secret X500"]]
    assert not preview(workbook(listed(model_name="Secret X500"))).rows.exists()


def test_only_entries_that_all_may_see_rename_a_device_model() -> None:
    bring_in(workbook(listed(), listed(2)))
    restrict(2)
    bring_in(workbook(listed(model_name="Ember X500"), listed(2, model_name="Secret X500")))
    assert DeviceModel.objects.get().name == "Ember X500"


def test_a_stored_restricted_entry_that_the_file_lacks_names_nothing() -> None:
    bring_in(workbook(listed(), listed(2)))
    restrict(2)
    bring_in(workbook(listed(model_name="Ember X500"), listed(2, model_name="Secret X500")))
    bring_in(workbook(listed(model_name="Ember X600")))
    assert DeviceModel.objects.get().name == "Ember X600"


def test_a_new_entry_of_a_model_with_restricted_entries_may_name_it() -> None:
    bring_in(workbook(listed()))
    restrict(1)
    bring_in(workbook(listed(), listed(2, model_name="Ember X500")))
    assert DeviceModel.objects.get().name == "Ember X500"
