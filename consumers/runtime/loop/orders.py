"""Orders to handle records once more, as the loop is told of them between batches.

Enters: nothing of Django, as a read model without a database needs none. Leaves: places to go
back to; `database_orders` keeps them.
"""

from typing import Protocol

from consumers.runtime.records import Partition


class Orders(Protocol):
    """What the loop is told."""

    def open(self) -> dict[Partition, int]:
        """Give those that nobody has carried out. Raises ``StoreAway``."""

    def done(self, partition: Partition) -> None:
        """Note that the order for ``partition`` is carried out. Raises ``StoreAway``."""
