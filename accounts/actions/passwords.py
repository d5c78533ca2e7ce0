"""Forgotten passwords."""

from django.db import transaction

from accounts import audit, audit_names, mail


@transaction.atomic
def ask_reset(*, email: str) -> None:
    """Queue the letter that lets its reader choose a new password.

    Whether the address has an account is found out by the worker that writes the letter: nothing is looked up
    here, the job holds the typed address and no link.
    """
    audit.record(audit_names.PASSWORD_RESET_ASKED, by=email, about=email)
    mail.later("password_reset", to=email, email=email)
