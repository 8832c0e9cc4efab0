"""`manage.py strangler render`: put all of Envoy's files in place, once.

On the line: before the gateway starts. Envoy judges the whole first; what it refuses
is not put in place.
"""

from typing import Any

from strangler.control import services
from strangler.control.commands import Command as StranglerCommand
from strangler.envoy.files import BOOTSTRAP_FILE
from strangler.envoy.publisher import render


class Command(StranglerCommand):
    """Renders bootstrap, clusters and routes."""

    help = "Render Envoy's files, after Envoy itself has found them good."

    def act(self, options: dict[str, Any]) -> None:
        config = self.config
        render(config, services.snapshot())
        self.say(f"rendered: {config.folder / BOOTSTRAP_FILE}")
