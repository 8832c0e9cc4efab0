"""What is done to those who write letters, as data: kills, a wiped Redis, a mail server that will
not, and kinds that are given to the service and taken back while letters are on their way.

Enters: a stack and a source of chance. Leaves: a fault; none waits for the line to be well again.
"""

import time
from functools import partial
from random import Random

import redis

from stack.mail import REFUSAL
from tests.faults.faults import Fault, kill, restart
from tests.running_stack import Stack

# Of what the town leads to: homes that somebody keeps, and homes that somebody looks for.
FLAGS = ("alerts-price", "alerts-match")
_KILLED = (
    *("notifications-consumer", "notifications-worker", "notifications-beat"),
    *("alerts-worker", "alerts-beat", "mail", "monolith", "strangler-agent"),
    *("redis", "kafka", "connect", "postgres"),
)
# Later, please: a refusal for good would end the letter, and rightly so.
_ANSWERS = ("451 4.3.0 Try again later", "452 4.2.2 Mailbox full", "421 4.7.0 Too many letters")


def wipe_redis(stack: Stack, chance: Random) -> None:
    """Forget every task that is queued, on either side."""
    with redis.Redis.from_url(stack.environment()["REDIS_URL"]) as server:
        try:
            server.flushall()
        except redis.ConnectionError:
            # Away because of an earlier fault, which it does not survive with anything either.
            return


def refuse(stack: Stack, chance: Random) -> None:
    """Answer every letter with a refusal for some seconds."""
    file = stack.home / "mail" / REFUSAL
    file.write_text(chance.choice(_ANSWERS))
    time.sleep(chance.uniform(0.5, 4))
    file.unlink()


def hang(stack: Stack, chance: Random) -> None:
    """Let the mail server say nothing, now and then for longer than anybody waits."""
    family = stack.family("mail")
    for process in family:
        process.suspend()
    time.sleep(chance.choice((0.5, 2, 12)))
    for process in family:
        process.resume()


def move(stack: Stack, chance: Random) -> None:
    """Give a kind to the service for another share of people, or take it back."""
    give(stack, chance.choice(FLAGS), chance.choice(("0", "20", "50", "80", "100")))


def give(stack: Stack, flag: str, percent: str) -> None:
    """Let the service write to so many people, as soon as the control plane can be told."""
    words = ("flags", "set", flag, "--percent", percent, "--reason", "a fault test")
    stack.wait_until(lambda: not stack.try_manage("strangler", *words).returncode, timeout_s=60)


FAULTS: dict[str, Fault] = {
    **{f"kill {name}": partial(kill, name) for name in _KILLED},
    "restart postgres": partial(restart, "postgres"),
    "wipe redis": wipe_redis,
    "refuse letters": refuse,
    "hang at a letter": hang,
    # As often as twice a deck, so that a letter's cause and its sending see different shares.
    "move the flag": move,
    "move the flag back": move,
}
