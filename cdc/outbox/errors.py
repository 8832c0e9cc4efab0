"""What can go wrong while an event is recorded; all of it is the caller's to mend."""


class OutboxError(Exception):
    """Base of the outbox's errors."""


class NoOpenTransaction(OutboxError):
    """An event outside a transaction could be lost or be a lie; open one around the write."""


class ContractNotRegistered(OutboxError):
    """Run `manage.py contracts register` with the release that brings a new contract."""
