"""The provider for whoever shares no disk with the agent: the same file, followed over HTTP.

On the line: the control plane tells `/api/flags.json` -> a thread keeps a file here in step ->
``FileProvider`` answers by it. A control plane that is away, or says something else, changes
nothing: the last good file holds, and outlives the process.

    api.set_provider(RemoteProvider("http://strangler:8010/api/flags.json /var/lib/it/flags.json"))
"""

import logging
import os
import time
from collections.abc import Callable
from http import HTTPStatus
from http.client import HTTPException
from threading import Event, Lock, Thread
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from strangler.provider import FileProvider, rules

log = logging.getLogger(__name__)

# With a look at the file every quarter of a second a change is felt within a second.
ASK_EVERY = 0.5
PATIENCE = 2.0


class RemoteProvider(FileProvider):
    """Made of one text, as a setting holds it: an address, a space, and the file that is kept."""

    def __init__(
        self,
        source: str,
        monotonic: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.url, _, file = source.partition(" ")
        if not file:
            raise ValueError(f"{source!r} is not an address, a space and a file")
        super().__init__(file, monotonic, clock)
        self._version = ""
        self._is_heard = True
        self._stopped = Event()
        self._starting = Lock()
        self._follower: Thread | None = None

    def shutdown(self) -> None:
        """Ask no more; what is known holds."""
        self._stopped.set()

    def ask(self) -> None:
        """Ask once, and keep what is good."""
        try:
            self._keep(*self._asked())
        except (OSError, ValueError, HTTPException) as error:
            if self._is_heard:
                log.warning("flags of %s unheard, the last good ones hold: %s", self.url, error)
            self._is_heard = False
        else:
            self._is_heard = True

    def _look(self) -> None:
        # At a question, not at the start: a process that was forked has lost its threads.
        with self._starting:
            is_followed = self._follower is not None and self._follower.is_alive()
            if not is_followed and not self._stopped.is_set():
                self._follower = Thread(target=self._follow, name="flags", daemon=True)
                self._follower.start()
        super()._look()

    def _follow(self) -> None:
        self.ask()
        while not self._stopped.wait(ASK_EVERY):
            self.ask()

    def _asked(self) -> tuple[str, str]:
        request = Request(self.url, headers={"If-None-Match": self._version})
        try:
            with urlopen(request, timeout=PATIENCE) as answer:
                return answer.headers.get("ETag", ""), answer.read().decode()
        except HTTPError as error:
            if error.code == HTTPStatus.NOT_MODIFIED:
                return self._version, ""
            raise

    def _keep(self, version: str, text: str) -> None:
        if text:
            rules(text)
            self.file.parent.mkdir(parents=True, exist_ok=True)
            # Several processes may keep one file: each moves a whole one into its place.
            draft = self.file.with_name(f".{self.file.name}.{os.getpid()}.draft")
            draft.write_text(text)
            draft.replace(self.file)
        self._version = version
