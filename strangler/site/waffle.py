"""A site's django-waffle flags, as plain data.

On the line: read inside the site's own process, told to the control plane. Enters: the
site's database. Leaves: each flag as waffle keeps it.
"""

from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured


def waffle_flags() -> list[dict[str, Any]]:
    """Return every flag; raises ``ImproperlyConfigured`` for a site without waffle."""
    if not apps.is_installed("waffle"):
        raise ImproperlyConfigured("waffle is not in its INSTALLED_APPS")
    # Imported only where it is installed.
    from waffle import get_waffle_flag_model

    found = get_waffle_flag_model().objects.prefetch_related("groups", "users").order_by("name")
    return [
        {
            "name": flag.name,
            "everyone": flag.everyone,
            "percent": None if flag.percent is None else str(flag.percent),
            "staff": flag.staff,
            "groups": sorted(group.name for group in flag.groups.all()),
            "users": sorted(str(user.pk) for user in flag.users.all()),
            "superusers": flag.superusers,
            "authenticated": flag.authenticated,
            "languages": flag.languages,
            "testing": flag.testing,
        }
        for flag in found
    ]
