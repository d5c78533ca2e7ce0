"""The name of a manufacturer as an estate file may write it: how two writings are told to be the same."""

import re
from typing import Final

_SIGNS: Final = re.compile(r"[\W_]+")


def maker_key(name: str) -> str:
    """The name without case, spaces and signs: `Northmoor Metering, Ltd.` and `NORTHMOOR METERING LTD` are one."""
    return _SIGNS.sub("", name.casefold())
