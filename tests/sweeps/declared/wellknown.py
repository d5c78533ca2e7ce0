"""Addresses that programs know."""

from tests.sweeps.page import open_to_all

PAGES = (
    open_to_all(".well-known/security.txt", "/.well-known/security.txt"),
    open_to_all(".well-known/change-password", "/.well-known/change-password", "/accounts/password/change/"),
    open_to_all("health/", "/health/"),
)
