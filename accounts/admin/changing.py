"""Registers in which SECAS makes and changes records: through actions, and after a fresh password."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from unfold.admin import ModelAdmin

from accounts import whence
from accounts.admin.register import Register
from accounts.choices import Channel


class ChangingRegister(Register):
    """Adds and changes where the role may; deletes never."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whose role may make one."""
        return bool(ModelAdmin.has_add_permission(self, request))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whose role may change one."""
        return bool(ModelAdmin.has_change_permission(self, request, obj))

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The form; before anything of it is done, whoever sits there proves who they are."""
        if request.method != "POST":
            page: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
            return page
        if not (self.has_change_permission(request) if object_id else self.has_add_permission(request)):
            raise PermissionDenied
        return self._posted(request, object_id, form_url, extra_context)

    @method_decorator(reauthentication_required)
    def _posted(
        self, request: HttpRequest, object_id: str | None, form_url: str, extra_context: dict[str, Any] | None
    ) -> HttpResponse:
        # Done from the page that asked for the password, it still came by this door.
        with whence.arriving(Channel.ADMIN, whence.current().address):
            answer: HttpResponse = super().changeform_view(request, object_id, form_url, extra_context)
        return answer
