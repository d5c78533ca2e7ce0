"""Who watches what, said in a word."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from cpl.models import DeviceModel
from tests.conftest import SignedIn

Press = Callable[..., Any]


def address(model: DeviceModel) -> str:
    """Where the button of a model sends to."""
    return f"/models/{model.identifier.code}-{model.duis_model}/watch/"


@pytest.fixture
def press(signed_in: SignedIn) -> Press:
    """Press the button of a model as somebody: `begin` or `end`."""

    def pressed(person: User, model: DeviceModel, what: str = "begin", **more: str) -> Any:
        return signed_in(person).post(address(DeviceModel.objects.get(pk=model.pk)), {"watch": what, **more})

    return pressed
