"""The app that answers who: Parties, people, roles, permission and the audit trail."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Configuration of accounts."""

    name = "accounts"
    verbose_name = "People and Parties"

    def ready(self) -> None:
        """Listen to what happens at sign-in."""
        from accounts import sign_in  # noqa: PLC0415 - models are not loaded before

        sign_in.connect()
