"""`manage.py strangler agent`: keep the gateway in step with the control plane.

On the line: runs beside Envoy, in the foreground; SIGTERM ends it with exit code 0.
"""

import signal
import sys
from types import FrameType
from typing import Any

from strangler.control import feed
from strangler.control.commands import Command as StranglerCommand
from strangler.envoy.agent import Agent
from strangler.envoy.publisher import Publisher


class Command(StranglerCommand):
    """Runs the agent."""

    help = "Follow the control plane and render Envoy's files at each change."

    def act(self, options: dict[str, Any]) -> None:
        signal.signal(signal.SIGTERM, _exit)
        signal.signal(signal.SIGINT, _exit)
        publisher = Publisher(self.config)
        # What was set or announced since: for the gateway's next start.
        publisher.place_door()
        Agent(publisher, feed.opened).run()


def _exit(number: int, frame: FrameType | None) -> None:
    # Files are replaced in one step each, so any moment is a good one.
    sys.exit(0)
