"""`manage.py strangler identity_keys`: make the key pair of the identity cookie once.

On the line: before anything starts; the monolith signs with it, the gateway and the
services verify. Needs no database.
"""

from pathlib import Path
from typing import Any

from django.conf import settings

from strangler.adapter.keys import create_pair
from strangler.control.commands import Command as StranglerCommand


class Command(StranglerCommand):
    """Creates what is missing; never replaces a private key."""

    help = "Make the identity cookie's key pair, unless it exists."

    def act(self, options: dict[str, Any]) -> None:
        private = Path(settings.IDENTITY_PRIVATE_KEY_FILE)
        made = create_pair(private, Path(settings.IDENTITY_PUBLIC_KEY_FILE))
        self.say(f"identity keys {'made' if made else 'kept'}: {private.parent}")
