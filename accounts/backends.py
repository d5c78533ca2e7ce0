"""Lets Django's admin ask our permissions: it knows no others."""

from typing import Any

from django.contrib.auth.backends import BaseBackend

from accounts.access import Person, can
from accounts.permissions import MODEL_PERMISSIONS


class RoleBackend(BaseBackend):
    """Answers `user.has_perm` from roles; signs nobody in."""

    def has_perm(self, user_obj: Person, perm: str, obj: Any = None) -> bool:  # type: ignore[override]
        """Whether a role of the user holds `perm`, or the permission of ours that stands for it."""
        return can(user_obj, MODEL_PERMISSIONS.get(perm, perm))

    def has_module_perms(self, user_obj: Person, app_label: str) -> bool:
        """Whether the admin shows anything of this app to the user."""
        return any(
            self.has_perm(user_obj, perm) for perm in MODEL_PERMISSIONS if perm.startswith(f"{app_label}.")
        )
