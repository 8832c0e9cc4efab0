"""The outbox: events written in the transaction that caused them.

`cdc.outbox.publish.publish` is the way in. The errors, all in `cdc.outbox.errors`:

    OutboxError
        NoOpenTransaction      publish() was called in autocommit mode
        ContractNotRegistered  the registry's id of the contract is not known here yet
"""
