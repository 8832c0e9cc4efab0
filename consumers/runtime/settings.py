"""Read a setting of the service that runs on this runtime; the HTTP side's are, one line each:

- ``SERVED_BY``: what `X-Served-By` says.
- ``PROBE_PATHS``: beginnings of addresses that machines ask on behalf of nobody.
- ``IDENTITY_PUBLIC_KEY_FILE``: PEM file; verifies the identity and freshness cookies.
- ``FRESHNESS_READ_MODEL``: dotted path of what tells whether the read model is behind.
- ``AUDITED_READ_MODELS``: for each topic of rows, dotted path of what tells what was applied.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def setting(name: str) -> Any:
    """Give the setting. Raises ``ImproperlyConfigured`` naming a missing one."""
    try:
        return getattr(settings, name)
    except AttributeError as error:
        raise ImproperlyConfigured(f"the setting {name} is missing") from error
