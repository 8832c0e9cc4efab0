"""What may go wrong between a topic and a read model; the type is the policy.

    ConsumerError
    ├── RetryLater          wait and try the same record again
    │   └── RecordTooLarge  the broker takes no record of this size
    ├── PoisonRecord        dead letter, and the line goes on
    │   ├── BrokenContract  headers or body are not what the contract says
    │   └── UnknownSchema   the registry has no schema of the id in the body
    └── StopConsumer        flush what is done, then end the process

Handlers and projections raise these; only the loop decides what follows.
"""


class ConsumerError(Exception):
    """Root of the tree."""


class RetryLater(ConsumerError):
    """The record may succeed once something outside has healed.

    The record's partition waits with growing pauses, the others flow.
    """


class RecordTooLarge(RetryLater):
    """No topic takes a record of this size; a smaller one that says the same may pass."""


class PoisonRecord(ConsumerError):
    """The record can never succeed; it goes to the dead letter topic.

    Raised for bytes that cannot be decoded or a row that breaks its contract.
    Anything that might heal by waiting is ``RetryLater`` instead.
    """


class BrokenContract(PoisonRecord):
    """Key, headers or body of an event are not what its contract says."""


class UnknownSchema(PoisonRecord):
    """The registry answers, and has no schema of this id: nobody can tell what the bytes mean."""


class StopConsumer(ConsumerError):
    """Going on would lose or spoil data, or nobody could tell; end the process."""
