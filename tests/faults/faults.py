"""Everything that is done to a running line, as data.

Enters: a stack and a source of chance. Leaves: a part that was killed, held still, restarted,
configured anew, or flooded. None of them waits for the line to be well again.
"""

import time
from collections.abc import Callable, Iterable
from functools import partial
from random import Random

import psutil
import psycopg

from cdc.connect.client import ConnectClient, ConnectError
from cdc.connect.connectors import OUTBOX_CONNECTOR, TABLES_CONNECTOR
from tests.faults.budget import lose_and_renew
from tests.faults.bulk import write_in_bulk
from tests.running_stack import Stack

Fault = Callable[[Stack, Random], None]

_LINE = ("postgres", "kafka", "connect", "registry", "search-consumer", "search-web")
_SITE = (
    *("redis", "monolith", "alerts-worker", "alerts-beat"),
    *("strangler", "strangler-agent", "gateway"),
)


def kill(service: str, stack: Stack, chance: Random) -> None:
    """End it without a word; a part that is still coming back from the last time is let be."""
    for process in stack.family(service):
        signalled(process, process.kill)


def hold(service: str, stack: Stack, chance: Random) -> None:
    """Stop it in the middle of whatever it does, and let it go on as if nothing had been."""
    # Long enough now and then that others take it for dead: sessions last six seconds.
    seconds = chance.choice((0.3, 1.0, 1.0, 7.0))
    family = stack.family(service)
    for process in family:
        signalled(process, process.suspend)
    time.sleep(seconds)
    for process in family:
        signalled(process, process.resume)


def restart(service: str, stack: Stack, chance: Random) -> None:
    """Stop it in good order and start it again."""
    stack.try_manage("stack", "restart", service)


def configure_anew(stack: Stack, chance: Random) -> None:
    """Change a connector's configuration, which restarts its task in mid-stream."""
    client = ConnectClient(stack.environment()["CONNECT_URL"])
    name = chance.choice((OUTBOX_CONNECTOR, TABLES_CONNECTOR))
    try:
        config = client.configuration(name)
        client.apply(name, config | {"poll.interval.ms": str(chance.randrange(10, 40))})
    except ConnectError:
        # Connect is away because of an earlier fault: an operator would be told the same.
        return
    finally:
        client.close()


def write_many(stack: Stack, chance: Random) -> None:
    """Flood the line with rows that share a statement, as soon as the database takes them."""
    stack.wait_until(lambda: _writes(stack, chance), timeout_s=60)


def _writes(stack: Stack, chance: Random) -> bool:
    try:
        write_in_bulk(stack.environment()["MONOLITH_DATABASE_URL"], chance)
    except psycopg.OperationalError:
        # Away because of an earlier fault; what was committed before counts.
        return False
    return True


FAULTS: dict[str, Fault] = {
    **{f"kill {name}": partial(kill, name) for name in (*_LINE, *_SITE)},
    **{f"hold {name}": partial(hold, name) for name in _LINE},
    "restart kafka": partial(restart, "kafka"),
    "configure a connector": configure_anew,
    "write in bulk": write_many,
}

# A round each, in the long run only: what was lost does not come back by itself.
ALONE: dict[str, Fault] = {"exceed the log's budget": lose_and_renew}


def deck(seed: int, of: Iterable[str] = FAULTS) -> list[str]:
    """Return the names of all faults, shuffled."""
    names = sorted(of)
    Random(seed).shuffle(names)
    return names


def signalled(process: psutil.Process, send: Callable[[], None]) -> bool:
    """Send it a signal, and tell whether it was still there."""
    try:
        send()
    except psutil.NoSuchProcess:
        # It ended by itself between our look and our signal.
        return False
    return True
