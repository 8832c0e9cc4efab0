"""What may go wrong between a topic and a read model; the type is the policy.

    ConsumerError
    ├── RetryLater          park the key and try the same record again
    │   └── RecordTooLarge  the broker takes no record of this size
    ├── PoisonRecord        dead letter, and the line goes on
    │   ├── BrokenContract  headers or body are not what the contract says
    │   └── UnknownSchema   the registry has no schema of the id in the body
    ├── StoreAway           nothing can be read or kept now: read no further until it can
    ├── Refused             what a unit did cannot be kept: one of its records is to blame
    ├── StopConsumer        flush what is done, then end the process; the next one may do better
    │   ├── Fenced          another process owns the partition
    │   ├── OtherVersion    other handlers have built the read model
    │   └── Halted          no process goes on, the next one included, until a person says so
    ├── MistakenConsumer    the declaration itself is wrong
    └── UnclearChoice       what a person asked for cannot be done as it was said

Handlers and read models raise these; only the runtime decides what follows.
"""


class ConsumerError(Exception):
    """Root of the tree."""


class RetryLater(ConsumerError):
    """The record may succeed once something outside has healed.

    Its key is parked with growing pauses, the others flow.
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


class StoreAway(ConsumerError):
    """The store or the dead letter topic takes nothing, or the registry gives none of its schemas.

    It is no record's fault: reading pauses, the group is kept, and the same records are tried
    again.
    """


class Refused(ConsumerError):
    """The store keeps nothing of a unit, as what its handlers did breaks a rule.

    Raised by stores only; the unit is taken apart to find the record.
    """


class StopConsumer(ConsumerError):
    """Going on would lose or spoil data, or nobody could tell; end the process.

    Whoever began it begins it again, from the same record. What only a person can mend is
    ``Halted`` instead.
    """


class Fenced(StopConsumer):
    """Another process owns the partition by now; what this one did last was rolled back."""


class OtherVersion(StopConsumer):
    """Handlers of another version have built the read model; these must not write into it."""


class Halted(StopConsumer):
    """It is no longer the records that are wrong; hold all until a person says to go on.

    The processes stay up, keep their partitions and read nothing, and say why. So do those that
    are begun meanwhile.
    """


class MistakenConsumer(ConsumerError):
    """A consumer is declared so that it could never run as meant; raised when it is declared."""


class UnclearChoice(ConsumerError):
    """What a person asked for cannot be done as it was said; nothing was changed."""
