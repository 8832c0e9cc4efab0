"""`manage.py identity_keys`: make the identity cookie's keys, and change them.

On the line: before anything starts; the site signs with one of them, the gateway and the
services verify with all that are trusted. Needs no database.
"""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from strangler.adapter.key_files import announce, create_pair, retire, switch
from strangler.adapter.keys import KeyFileError, trusted_keys
from strangler.adapter.settings import key_paths


class Command(BaseCommand):
    """Creates what is missing; a key that signs is replaced in steps, by whoever asks for it."""

    # Without keys the site's own checks fail.
    requires_system_checks: list[str] = []
    help = "Make the identity cookie's keys, unless they exist, or put another in their place."

    def add_arguments(self, parser: ArgumentParser) -> None:
        step = parser.add_mutually_exclusive_group()
        step.add_argument(
            "--announce", action="store_true", help="make the next key; all who verify trust it"
        )
        step.add_argument("--switch", action="store_true", help="let the announced key sign")
        step.add_argument("--retire", metavar="ID", help="trust a key no longer")
        step.add_argument("--list", action="store_true", help="show the keys that are trusted")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self._act(options)
        except (KeyFileError, ImproperlyConfigured) as error:
            raise CommandError(str(error)) from error

    def _act(self, options: dict[str, Any]) -> None:
        files = key_paths()
        if options["announce"]:
            key = announce(*files)
            self.stdout.write(f"{key.id} is trusted and signs nothing yet")
            self.stdout.write(
                "Restart the gateway, which reads keys when it starts; then --switch."
            )
        elif options["switch"]:
            self.stdout.write(f"{switch(*files).id} signs from now on")
            self.stdout.write(
                "Retire the key before it in 30 days, when no visitor's cookie hangs on it."
            )
        elif options["retire"]:
            retire(*files, options["retire"])
            self.stdout.write(f"{options['retire']} is trusted no longer")
        elif options["list"]:
            for key in trusted_keys(str(files[1])):
                self.stdout.write(key.id)
        else:
            made = create_pair(*files)
            self.stdout.write(
                f"identity keys {'made' if made else 'kept'}: {files[0]} signs, {files[1]} verifies"
            )
            self.stdout.write(
                f"Never commit {files[0].name}, nor replace it by hand: whoever has it can sign "
                "as anybody, and every cookie in use hangs on it."
            )
