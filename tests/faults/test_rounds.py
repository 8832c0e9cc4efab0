"""Every part is killed, held and restarted in the middle of a stream; nothing is lost."""

import logging
from itertools import islice

import pytest

from tests.faults.faults import ALONE, FAULTS, deck
from tests.faults.load import load
from tests.faults.rounds import dead_letters, play, rounds
from tests.running_stack import Stack

_SEED = 1
_SIZE = (len(FAULTS) + 1) // 2


def test_a_deck_holds_every_fault_and_a_seed_deals_it_alike() -> None:
    dealt = list(islice(rounds(_SEED, _SIZE), 3))

    assert [number for number, _ in dealt] == [1, 2, 3]
    assert sorted(fault for _, faults in dealt[:2] for fault in faults) == sorted(FAULTS)
    assert dealt == list(islice(rounds(_SEED, _SIZE), 3))
    assert dealt[2][1] == tuple(deck(_SEED + 1)[:_SIZE])
    longer = list(islice(rounds(_SEED, _SIZE, ALONE), 3 + len(ALONE)))
    assert longer[2 : 2 + len(ALONE)] == [(3 + n, (name,)) for n, name in enumerate(ALONE)]
    assert longer[-1][1] == dealt[2][1]


@pytest.mark.stack
def test_nothing_is_lost_doubled_or_put_out_of_order(stack: Stack) -> None:
    known = dead_letters(stack)
    with load(stack, _SEED) as agent:
        agent.wait_for_more()
        for number, faults in islice(rounds(_SEED, _SIZE), 2):
            outcome = play(stack, agent, _SEED, number, faults)
            logging.getLogger(__name__).info(str(outcome))
            assert outcome.is_proven, (str(outcome), outcome.verdict)
    assert dead_letters(stack) == known
