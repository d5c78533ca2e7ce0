"""A mailbox."""

from tests.accounts.mailbox import mail_server, mailbox

__all__ = ["mail_server", "mailbox"]
