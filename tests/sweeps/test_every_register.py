"""Every register of the administration site: to read, unless it is declared that something may be changed in it."""

from collections.abc import Callable

import pytest
from django.contrib import admin
from django.test import Client

from accounts.admin.read_only import ReadOnly
from tests.sweeps.declared.admin import REGISTERS, Register
from tests.sweeps.page import STAFF
from tests.sweeps.world import RECORDS, World

pytestmark = pytest.mark.django_db

OURS = [register for register in REGISTERS if register.label.startswith(("accounts.", "cpl."))]
EACH = pytest.mark.parametrize("register", OURS, ids=lambda register: register.label)
MODELS = {model._meta.label_lower: model for model in RECORDS}


def test_every_register_is_declared() -> None:
    assert {model._meta.label_lower for model in admin.site._registry} == {register.label for register in REGISTERS}


@EACH
def test_a_register_is_to_read_unless_declared(register: Register) -> None:
    shown = admin.site._registry[MODELS[register.label]]
    can_be_changed = register.adders or register.changers or register.deleters
    assert isinstance(shown, ReadOnly) or can_be_changed, f"make {type(shown).__name__} ReadOnly, or declare who may"


@EACH
def test_nobody_else_changes_or_deletes_a_record(
    register: Register, world: World, client_of: Callable[..., Client]
) -> None:
    model, home = MODELS[register.label], f"/{register.home}"
    key = world.names()[RECORDS[model]].pk
    before = model._default_manager.filter(pk=key).values()[0]
    for who in STAFF:
        client = client_of(who)
        if who not in register.changers:
            assert client.post(f"{home}{key}/change/", {"name": "x"}).status_code in (403, 405)
        if who not in register.deleters:
            assert client.post(f"{home}{key}/delete/", {"post": "yes"}).status_code == 403
        client.post(home, {"action": "delete_selected", "_selected_action": [key], "post": "yes"})
        assert model._default_manager.filter(pk=key).values()[0] == before
