"""A declaration says how often what is tried: by handler, and by the type of the error."""

from typing import Any

from cdc.contracts.events import ListingRepriced
from consumers.runtime.config import AT_ONCE_DEAD, RetryPolicy
from consumers.runtime.consumer import Consumer
from consumers.runtime.errors import BrokenContract, PoisonRecord, RetryLater

OFTEN, ONCE_MORE, OTHERWISE = (RetryPolicy(attempts=count) for count in (9, 2, 3))


def policy(error: Exception, **options: Any) -> RetryPolicy:
    consumer: Consumer[None] = Consumer("tried")
    consumer.on(ListingRepriced, **options)(lambda event, context: None)
    return consumer.events[ListingRepriced.__name__].policy_for(error, OTHERWISE)


def test_of_policies_by_type_the_first_that_fits_counts() -> None:
    policies = {KeyError: ONCE_MORE, LookupError: OFTEN, BrokenContract: ONCE_MORE}
    assert policy(KeyError(), policies=policies) == ONCE_MORE
    assert policy(IndexError(), policies=policies) == OFTEN
    assert policy(BrokenContract(), policies=policies) == ONCE_MORE
    assert policy(PoisonRecord(), policies=policies) == AT_ONCE_DEAD
    assert policy(RetryLater(), policies=policies) == OTHERWISE


def test_a_handlers_own_policy_is_for_all_but_poison() -> None:
    assert policy(KeyError(), retry=OFTEN) == OFTEN
    assert policy(PoisonRecord(), retry=OFTEN) == AT_ONCE_DEAD
    assert policy(KeyError(), retry=OFTEN, policies={KeyError: ONCE_MORE}) == ONCE_MORE
    assert policy(PoisonRecord(), retry=OFTEN, policies={PoisonRecord: ONCE_MORE}) == ONCE_MORE
