"""The app that answers what: Device Models, CPL Entries, firmware information, search and import."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CplConfig(AppConfig):
    """Configuration of cpl."""

    name = "cpl"
    verbose_name = "Central Products List"

    def ready(self) -> None:
        """Register the words of search, and keep its indexes in step with the schema."""
        from cpl import lookups  # noqa: F401, PLC0415 - models are not there before
        from cpl.search_index import ensure_trigram_indexes  # noqa: PLC0415

        post_migrate.connect(ensure_trigram_indexes, sender=self)
