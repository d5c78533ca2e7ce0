"""The app that answers what: Device Models, CPL Entries, firmware information, search and import."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CplConfig(AppConfig):
    """Configuration of cpl."""

    name = "cpl"
    verbose_name = "Central Products List"

    def ready(self) -> None:
        """Register the words of search and of audit events, and keep the indexes of search in step with the schema."""
        from accounts import audit_words as register  # noqa: PLC0415 - models are not there before
        from cpl import audit_words, checks, letters, lookups  # noqa: F401, PLC0415 - as above; they register themselves
        from cpl.search_index import ensure_trigram_indexes  # noqa: PLC0415 - as above

        register.learn(audit_words.NAMESPACES, audit_words.WORDS)
        post_migrate.connect(ensure_trigram_indexes, sender=self)
