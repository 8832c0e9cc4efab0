"""Django's own test runner, with the live server behind a door: no test is told of it.

Enters: `DOOR_PORT`, at which the site is visited, and `SITE_PORT`, at which it listens.
"""

import os
from typing import Any

from django.core.servers.basehttp import ThreadedWSGIServer
from django.test import LiveServerTestCase
from django.test.runner import DiscoverRunner
from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler


class Site(LiveServerThread):
    """Listens elsewhere than it says, and again at once when the next class of tests begins."""

    def _create_server(self, connections_override: Any = None) -> ThreadedWSGIServer:
        return self.server_class(
            (self.host, int(os.environ["SITE_PORT"])),
            QuietWSGIRequestHandler,
            allow_reuse_address=True,
            connections_override=connections_override,
        )


class Behind(DiscoverRunner):
    """Runs what any runner would."""

    def setup_test_environment(self, **kwargs: Any) -> None:
        super().setup_test_environment(**kwargs)
        LiveServerTestCase.server_thread_class = Site
        LiveServerTestCase.host = "127.0.0.1"
        LiveServerTestCase.port = int(os.environ["DOOR_PORT"])
