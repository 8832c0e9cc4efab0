"""People at work while things break: `simulate` beside an agent who edits through the site.

Enters: a running stack. Leaves: changes, some of which fail with the part they needed.
"""

import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from stack.environment import ROOT
from stack.visitor import PageRefused, Visitor
from tests.running_stack import Stack, clean_environment

_LONGEST_S = 24 * 3600


class Agent:
    """One who changes one price after the other, whatever the site answers."""

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self._is_over = threading.Event()
        self._done = 0

    def run(self) -> None:
        """Edit until told to stop; a change that failed is simply followed by the next."""
        with Visitor(self._stack.url("gateway")) as agent:
            agent.log_in("agent", "agent")
            for listing in itertools.cycle(agent.own_listings()[:10]):
                if self._is_over.is_set():
                    return
                self._edit(agent, listing)

    def _edit(self, agent: Visitor, listing: int) -> None:
        try:
            form = agent.edit_form(listing)
            agent.submit_edit(listing, form | {"price": str(int(form["price"]) + 1)})
            self._done += 1
        except (httpx.HTTPError, PageRefused):
            # The site is down for a moment; a real agent tries again, too.
            time.sleep(0.1)

    def stop(self) -> None:
        """Make this edit the last."""
        self._is_over.set()

    def wait_for_more(self, edits: int = 10) -> None:
        """Return when the site has taken so many more changes."""
        wanted = self._done + edits
        self._stack.wait_until(lambda: self._done >= wanted, timeout_s=60)


@contextmanager
def editing(stack: Stack) -> Iterator[Agent]:
    """Have the agent at work for the time of the block."""
    agent = Agent(stack)
    thread = threading.Thread(target=agent.run)
    thread.start()
    try:
        yield agent
    finally:
        agent.stop()
        thread.join()


@contextmanager
def load(stack: Stack, seed: int) -> Iterator[Agent]:
    """Have people at work for the time of the block."""
    words = ("simulate", "--rate", "10", "--seconds", str(_LONGEST_S), "--seed", str(seed))
    crowd = subprocess.Popen(
        [sys.executable, "manage.py", *words],
        cwd=ROOT,
        env=clean_environment() | {"BANYAN_HOME": str(stack.home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with editing(stack) as agent:
            yield agent
    finally:
        crowd.kill()
        crowd.wait()
