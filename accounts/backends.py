"""Signs people in by e-mail address (django-allauth) and lets Django's admin ask our permissions."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from accounts.access import Person, can
from accounts.permissions import MODEL_PERMISSIONS


class RoleBackend(AuthenticationBackend):
    """Answers `user.has_perm` from roles only: permissions given in Django's own tables count for nothing."""

    def has_perm(self, user_obj: Person, perm: str, obj: Any = None) -> bool:
        """Whether a role of the user holds `perm`, or the permission of ours that stands for it."""
        return can(user_obj, MODEL_PERMISSIONS.get(perm, perm))

    def has_module_perms(self, user_obj: Person, app_label: str) -> bool:
        """Whether the admin shows anything of this app to the user."""
        return any(self.has_perm(user_obj, perm) for perm in MODEL_PERMISSIONS if perm.startswith(f"{app_label}."))

    def get_all_permissions(self, user_obj: Person, obj: Any = None) -> set[str]:
        """Every name, Django's or ours, that `has_perm` answers with yes."""
        return {perm for perm in MODEL_PERMISSIONS if self.has_perm(user_obj, perm)}
