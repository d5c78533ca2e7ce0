"""Serve the provider: `python -m tests.identity_provider PORT`, its people and client as JSON on standard input."""

import json
import os
import sys
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "tests.identity_provider.settings"


def main(port: int, given: dict[str, Any]) -> None:
    import django  # noqa: PLC0415 - settings are named above
    from django.core.management import call_command  # noqa: PLC0415 - as above

    django.setup()
    call_command("migrate", verbosity=0)
    _make(given)
    call_command("runserver", f"127.0.0.1:{port}", use_reloader=False, use_threading=True)


def _make(given: dict[str, Any]) -> None:
    from allauth.account.models import EmailAddress  # noqa: PLC0415 - models need Django set up
    from allauth.idp.oidc.models import Client  # noqa: PLC0415 - as above
    from django.contrib.auth.models import User  # noqa: PLC0415 - as above

    client = Client(id=given["client_id"], name="Portal", scopes="openid\nprofile\nemail", skip_consent=True)
    client.redirect_uris = given["redirect_uri"]
    client.set_secret(given["secret"])
    client.save()
    for name, email, verified in given["people"]:
        user = User.objects.create_user(name, email, given["password"])
        EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), json.load(sys.stdin))
