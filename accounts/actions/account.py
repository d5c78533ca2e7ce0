"""What people change about their own account."""

from django.db import transaction

from accounts import audit, audit_names
from accounts.models import User


@transaction.atomic
def rename(*, user: User, name: str, by: User) -> None:
    """Change how the person is called everywhere; the same name again changes nothing."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    before, user.name = locked.name, name
    if before == name:
        return
    user.save(update_fields=["name"])
    audit.record(audit_names.ACCOUNT_RENAMED, by=by, about=user, before={"name": before}, after={"name": name})
