"""Read a setting of the service that runs on this runtime; the HTTP side's are, one line each:

- ``SERVED_BY``: what `X-Served-By` says.
- ``PROBE_PATHS``: beginnings of addresses that machines ask on behalf of nobody.
- ``IDENTITY_PUBLIC_KEY_FILE``: PEM file; verifies the identity and freshness cookies.
- ``FRESHNESS_READ_MODEL``: dotted path of what tells whether the read model is behind.
- ``FRESHNESS_HOLDS``: dotted path of what makes the `Holds`; without it a hold's time alone counts.
- ``FRESHNESS_CLEARS``: true where every process that answers reads one and the same read model
  and no other service reads the freshness cookies; they are then cleared as it catches up.
- ``AUDITED_READ_MODELS``: for each topic of rows, dotted path of what tells what was applied.
"""

from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def setting(name: str, *default: Any) -> Any:
    """Give the setting, or the default; raises ``ImproperlyConfigured`` naming a missing one."""
    try:
        return getattr(settings, name, *default)
    except AttributeError as error:
        raise ImproperlyConfigured(f"the setting {name} is missing") from error
