"""`manage.py log_key`: the public keys of the publication log; `--new` makes a signing key."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from cpl import log_chain
from cpl.selectors import log_keys


class Command(BaseCommand):
    """Prints keys, and keeps none: a new signing key goes from the screen into the environment of the server."""

    help = "Show the public key that verifies the publication log, or make a new signing key."
    # A server without a right key must be able to make one.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--new", action="store_true", help="make a signing key for PUBLICATION_LOG_KEY")

    def handle(self, *args: Any, new: bool, **options: Any) -> None:
        """Raises CommandError where no key is set, or a wrong one."""
        if new:
            self._make()
        else:
            self._show()

    def _make(self) -> None:
        made = log_chain.new_private_key()
        self.stdout.write(made)
        public = log_chain.public_text(log_chain.private_key(made).public_key())
        # The key alone on the standard output, so that it can be led into a file that nobody else reads.
        self.stderr.write(f"Give it as PUBLICATION_LOG_KEY and keep it secret. Its public key is {public}")

    def _show(self) -> None:
        try:
            current, former = log_keys.current_key(), log_keys.former_keys()
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from None
        if current is None and not former:
            raise CommandError("No key is set: the log is not signed. Make one with --new and set PUBLICATION_LOG_KEY.")
        if current:
            self.stdout.write(f"{current.text}  {current.name}, signs now")
        for key in former:
            self.stdout.write(f"{key.text}  {key.name}, signed before")
