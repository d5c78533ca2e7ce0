"""What this provider says of its people."""

from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter


# django-allauth comes without types.
class NamedSubjects(DefaultOIDCAdapter):  # type: ignore[misc]
    """Names people by their user name, so that tests can tell two who share an address."""

    def get_user_sub(self, client: Any, user: Any) -> str:
        return str(user.get_username())

    def get_user_by_sub(self, client: Any, sub: str) -> Any:
        from django.contrib.auth.models import User  # noqa: PLC0415 - models are not loaded before

        return User.objects.filter(username=sub).first()
