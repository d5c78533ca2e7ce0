#!/usr/bin/env python
"""Run a management command of the Firmware Information Repository."""

import os
import sys


def main() -> None:
    """Hand the command line to Django; `demo` is a trial and so runs with DEBUG on unless told otherwise."""
    if sys.argv[1:2] == ["demo"]:
        os.environ.setdefault("DEBUG", "1")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "firmware_repo.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - after the settings are named

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
