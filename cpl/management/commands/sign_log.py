"""`manage.py sign_log`: sign the head of the publication log, as the nightly job does."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from cpl.actions import publication_log
from cpl.selectors.log_keys import signing_key


class Command(BaseCommand):
    """Signs what no checkpoint covers yet; a second call changes nothing."""

    help = "Sign the publication log as it stands now."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where no key is set, or a wrong one."""
        try:
            key, made = signing_key(), publication_log.sign()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        if key is None:
            raise CommandError("PUBLICATION_LOG_KEY is not set: nothing can be signed. `log_key --new` makes a key.")
        if made is None:
            self.stdout.write("The publication log is empty: there is nothing to sign.")
        else:
            self.stdout.write(f"Signed up to record {made.record_id}, with key {made.key_id}: {made.digest}")
