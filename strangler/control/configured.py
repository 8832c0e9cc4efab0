"""The one setting that the control plane's commands and API work by."""

from typing import Any

from django.conf import settings

from strangler.envoy.configuration import Configuration


def configuration() -> Configuration:
    """Return ``settings.STRANGLER``."""
    anywhere: Any = settings
    found: Configuration = anywhere.STRANGLER
    return found
