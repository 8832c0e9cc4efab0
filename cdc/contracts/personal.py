"""Which fields of an event are personal, and how a handler opens them.

Enters: an event as a record brought it. Leaves: a field's text, for a consumer whose key
provider is entitled to the person's key. A schema marks such a field with the attribute
``personal``, which names the field that holds the person's id.
"""

from dataclasses import replace
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from cdc.contracts.events import DomainEvent
from cdc.contracts.schemas import all_schemas
from cdc.contracts.sealed import Sealed, seal, unseal


class Keys(Protocol):
    """Where persons' keys come from: the monolith's own ring, or its endpoint."""

    def key(self, person: str) -> AESGCM:
        """Return the person's key; raises ``PersonErased`` when it was destroyed."""


def sealed(event: DomainEvent, keys: Keys) -> DomainEvent:
    """Return ``event`` with every personal field sealed; one without such fields as it is."""
    fields = all_schemas()[type(event).__name__].personal
    tokens = {
        name: seal(keys.key(person), text, topic=event.topic, field=name, person=person)
        for name, holder in fields.items()
        if isinstance(text := getattr(event, name), str) and (person := str(getattr(event, holder)))
    }
    return replace(event, **tokens) if tokens else event  # type: ignore[type-var]


def reveal(event: DomainEvent, field: str, keys: Keys) -> str | None:
    """Return a personal field's text, or None where the event has none.

    Raises ``PersonErased`` and ``TokenBroken`` (both ``CannotOpen``), and what ``keys`` raises
    when it cannot be asked.
    """
    value: str | Sealed | None = getattr(event, field)
    if not isinstance(value, Sealed):
        return value
    holder = all_schemas()[type(event).__name__].personal[field]
    person = str(getattr(event, holder))
    return unseal(keys.key(person), value, topic=event.topic, field=field, person=person)
