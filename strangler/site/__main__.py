"""`python -m strangler.site urls`: tell about a Django site, from inside its own process.

On the line: started by ``asking``, because two sites' settings never share a process.
Enters: `DJANGO_SETTINGS_MODULE` or a bare URLconf. Leaves: JSON on standard output.
"""

import dataclasses
import json
import os
import sys
from argparse import ArgumentParser
from typing import Any

import django
from django.conf import settings


def main() -> None:
    """Print what is asked for; what the site itself prints goes to standard error."""
    parser = ArgumentParser()
    parser.add_argument("what", choices=["urls", "waffle"])
    parser.add_argument("--urlconf")
    asked = parser.parse_args()
    out, sys.stdout = sys.stdout, sys.stderr
    _boot(asked.urlconf)
    json.dump(_told(asked.what, asked.urlconf), out)


def _boot(urlconf: str | None) -> None:
    if "DJANGO_SETTINGS_MODULE" not in os.environ:
        settings.configure(
            ROOT_URLCONF=urlconf,
            SECRET_KEY="read only",  # noqa: S106
            INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
        )
    django.setup()


def _told(what: str, urlconf: str | None) -> list[dict[str, Any]]:
    # Imported when the site is up: both import its models.
    if what == "waffle":
        from .waffle import waffle_flags

        return waffle_flags()
    from .urls import patterns

    return [dataclasses.asdict(pattern) for pattern in patterns(urlconf)]


if __name__ == "__main__":
    main()
