"""`manage.py strangler identity_keys`: make the identity cookie's keys, and change them.

On the line: before anything starts; the monolith signs with one of them, the gateway and the
services verify with all that are trusted. Needs no database.
"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings

from strangler.adapter.key_files import announce, create_pair, retire, switch
from strangler.adapter.keys import trusted_keys
from strangler.control.commands import Command as StranglerCommand


class Command(StranglerCommand):
    """Creates what is missing; a key that signs is replaced in steps, by whoever asks for it."""

    help = "Make the identity cookie's keys, unless they exist, or put another in their place."

    def add_arguments(self, parser: ArgumentParser) -> None:
        step = parser.add_mutually_exclusive_group()
        step.add_argument(
            "--announce", action="store_true", help="make the next key; all who verify trust it"
        )
        step.add_argument("--switch", action="store_true", help="let the announced key sign")
        step.add_argument("--retire", metavar="ID", help="trust a key no longer")
        step.add_argument("--list", action="store_true", help="show the keys that are trusted")

    def act(self, options: dict[str, Any]) -> None:
        files = Path(settings.IDENTITY_PRIVATE_KEY_FILE), Path(settings.IDENTITY_PUBLIC_KEY_FILE)
        if options["announce"]:
            key = announce(*files)
            self.say(f"{key.id} is trusted and signs nothing yet")
            self.say("Restart the gateway, which reads keys when it starts; then --switch.")
        elif options["switch"]:
            self.say(f"{switch(*files).id} signs from now on")
            self.say("Retire the key before it in 30 days, when no visitor's cookie hangs on it.")
        elif options["retire"]:
            retire(*files, options["retire"])
            self.say(f"{options['retire']} is trusted no longer")
        elif options["list"]:
            for key in trusted_keys(str(files[1])):
                self.say(key.id)
        else:
            made = create_pair(*files)
            self.say(f"identity keys {'made' if made else 'kept'}: {files[0].parent}")
