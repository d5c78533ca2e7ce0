"""The app that answers who: Parties, people, roles, permission and the audit trail."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Configuration of accounts."""

    name = "accounts"
    verbose_name = "People and Parties"
