"""Who will act on an event is decided when it is published: the event enters, its stamp leaves.

The rule is the site's: ``OUTBOX_STAMP`` names a callable, event in and text of
``cdc.contracts.handled_by`` out. It is asked for every event, in its transaction and before the
event's own moment, so it asks the database for few of them.
Without it, or with an empty text, the monolith acts for everybody.
"""

from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from cdc.contracts.events import DomainEvent


def stamp_of(event: DomainEvent) -> str:
    """Return the event's stamp as it travels in its header."""
    path: str = getattr(settings, "OUTBOX_STAMP", "")
    return _stamper(path)(event) if path else ""


@cache
def _stamper(path: str) -> Callable[[DomainEvent], str]:
    stamper: Callable[[DomainEvent], str] = import_string(path)
    return stamper
