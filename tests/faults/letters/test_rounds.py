"""Letters go out once, whoever is killed and whoever writes them meanwhile."""

import logging

import pytest

from tests.faults.letters.faults import FAULTS
from tests.faults.letters.rounds import play, settle, town
from tests.faults.rounds import rounds
from tests.running_stack import Stack

_SEED = 1


# Letters that were refused wait for minutes; what each wait of it may take adds up to more than
# other tests have.
@pytest.mark.timeout(1_500)
@pytest.mark.stack
def test_everybody_gets_what_they_had_to_once(stack: Stack) -> None:
    number, faults = next(rounds(_SEED, len(FAULTS), of=FAULTS))

    with town(stack, _SEED):
        outcomes = [play(stack, _SEED, number, faults)]
    outcomes.append(settle(stack, number))

    for outcome in outcomes:
        logging.getLogger(__name__).info(str(outcome))
        assert outcome.is_proven, (str(outcome), outcome.verdict)
