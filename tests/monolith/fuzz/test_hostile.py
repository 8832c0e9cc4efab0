"""Every address and every form of the site, with values that somebody sends to break it.

Whatever comes is answered: with a page, a redirect or a refusal, never by an error of ours.
"""

import logging
from collections.abc import Callable, Iterator

import pytest

from tests.monolith.fuzz import attacks
from tests.monolith.fuzz.attacks import Attack, Target
from tests.monolith.world import World

pytestmark = pytest.mark.django_db

# A few addresses in the quick run; all in the whole one.
EVERY = [29, pytest.param(1, marks=pytest.mark.stack)]


@pytest.fixture(autouse=True)
def _refusals_are_no_news(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    with caplog.at_level(logging.CRITICAL):
        yield


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("ways", [attacks.questions, attacks.bodies, attacks.fillings])
def test_nothing_that_is_sent_breaks_the_site(
    world: World, ways: Callable[[World, Target], Iterator[Attack]], every: int
) -> None:
    everything = (attack for target in attacks.targets()[::every] for attack in ways(world, target))
    # Many pages have the same form; a dict keeps the order, and each only once.
    broken = [str(attack) for attack in dict.fromkeys(everything) if fails(world, attack)]
    assert not broken, "\n".join(broken)


def fails(world: World, attack: Attack) -> bool:
    sent = attack.role, attack.method, attack.path, attack.body, attack.kind
    # A 503 is said on purpose: of what only a service can answer.
    return world.ask(*sent).status_code not in (*range(500), 503)
