"""Browsers and systems as people call them."""

from typing import Final

# The order matters: nearly every browser also names those that it wants to be taken for.
_BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device(user_agent: str) -> str:
    """Browser and system in a few words ("Firefox on Linux"); only as true as what the browser says of itself."""
    browser, system = _named(user_agent, _BROWSERS), _named(user_agent, _SYSTEMS)
    if not browser and not system:
        return "Unknown device"
    return f"{browser or 'Unknown browser'} on {system}" if system else browser


def _named(user_agent: str, names: tuple[tuple[str, str], ...]) -> str:
    return next((name for mark, name in names if mark in user_agent), "")
