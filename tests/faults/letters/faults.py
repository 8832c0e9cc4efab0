"""What is done to those who write letters, as data: kills, a wiped Redis, a mail server that will
not, and kinds that are given to the service and taken back while letters are on their way, by
their flags or, when the service is given up, by handing back what it has not sent.

Enters: a stack and a source of chance. Leaves: a fault; none waits for the line to be well again.
"""

import time
from functools import partial
from random import Random

import redis

from stack.mail import REFUSAL, SILENCE
from tests.bench.notifying import keepers
from tests.faults.faults import Fault, kill, restart
from tests.faults.letters.flags import FLAGS, give, give_all
from tests.faults.letters.town import PEOPLE
from tests.running_stack import Stack

_SERVICE = ("notifications-worker", "notifications-consumer", "notifications-beat")
_KILLED = (
    *("notifications-consumer", "notifications-worker", "notifications-beat"),
    *("alerts-worker", "alerts-beat", "mail", "monolith", "strangler-agent"),
    *("redis", "kafka", "connect", "postgres"),
)
# Later, please.
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
    _stand(stack, REFUSAL, chance.choice(_ANSWERS), chance.uniform(0.5, 4))


def refuse_for_good(stack: Stack, chance: Random) -> None:
    """Take nothing for some of the people for some seconds: their letters end there.

    They are not called unknown: the service would write to them no more, and nothing were counted.
    """
    lost = chance.sample(keepers.addresses(PEOPLE), PEOPLE // 2)
    _stand(
        stack, REFUSAL, "\n".join(("550 5.7.1 Not for this person", *lost)), chance.uniform(1, 4)
    )


def say_nothing(stack: Stack, chance: Random) -> None:
    """Take letters without a word, now and then for longer than anybody waits."""
    _stand(stack, SILENCE, "", chance.choice((0.5, 2, 12)))


def _stand(stack: Stack, name: str, text: str, seconds: float) -> None:
    draft = stack.home / "mail" / "order.draft"
    draft.write_text(text)
    # Whole or not at all: the mail server reads it at every letter.
    order = draft.rename(draft.with_name(name))
    time.sleep(seconds)
    order.unlink()


def hang(stack: Stack, chance: Random) -> None:
    """Let the mail server do nothing, now and then for longer than anybody waits."""
    family = stack.family("mail")
    for process in family:
        process.suspend()
    time.sleep(chance.choice((0.5, 2, 12)))
    for process in family:
        process.resume()


def move(stack: Stack, chance: Random) -> None:
    """Give a kind to the service for another share of people, or take it back."""
    give(stack, chance.choice(FLAGS), chance.choice((0, 20, 50, 80, 100)))


def give_up(stack: Stack, chance: Random) -> None:
    """Stop the service amid letters, and give back to the monolith what it did not send."""
    worker, *others = _SERVICE
    stack.ask_manager("stopProcess", worker)
    # Meanwhile letters are planned that nobody sends.
    time.sleep(chance.uniform(2, 6))
    give_all(stack, 0)
    for part in others:
        stack.ask_manager("stopProcess", part)
    back = ("notifications", "handback")
    stack.wait_until(lambda: not stack.try_manage(*back).returncode, timeout_s=120)
    for part in _SERVICE:
        stack.ask_manager("startProcess", part)
    give_all(stack, 50)


FAULTS: dict[str, Fault] = {
    **{f"kill {name}": partial(kill, name) for name in _KILLED},
    "restart postgres": partial(restart, "postgres"),
    "wipe redis": wipe_redis,
    "refuse letters": refuse,
    "refuse people for good": refuse_for_good,
    "say nothing of letters": say_nothing,
    "hang at a letter": hang,
    "give the service up": give_up,
    # As often as twice a deck, so that a letter's cause and its sending see different shares.
    "move the flag": move,
    "move the flag back": move,
}
