"""The outbox: events written in the transaction that caused them.

OutboxError
    NoOpenTransaction      publish() was called in autocommit mode
    ContractNotRegistered  the registry's id of the contract is not known here yet
"""

from cdc.outbox.errors import ContractNotRegistered, NoOpenTransaction, OutboxError
from cdc.outbox.publish import publish

__all__ = ["ContractNotRegistered", "NoOpenTransaction", "OutboxError", "publish"]
