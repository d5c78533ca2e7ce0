"""What holds the parts together, as apps of Django."""

from django.apps import AppConfig
from django.contrib.admin import apps as admin


class PortalConfig(AppConfig):
    """The portal: brings its checks of the settings."""

    name = "firmware_repo"
    verbose_name = "Firmware Information Repository"
    default = True

    def ready(self) -> None:
        """Make the checks known."""
        from firmware_repo import checks  # noqa: F401, PLC0415 - they may read settings only when all are there


class PortalAdminConfig(admin.AdminConfig):
    """Django's admin with our site."""

    default = False
    default_site = "firmware_repo.admin_site.PortalAdminSite"
