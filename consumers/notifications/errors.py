"""Why a notification does not leave now.

SendingError
    NotWanted   it would no longer be true or welcome: dropped, with the reason
    NotNow      something is missing that may come: put off
        NotWritten  its template is broken: the same, and it does not grow old by that
    Later       it is not the hour for it: put off to a moment
        Soon    the moment is near, and nobody waits for the next sweep
        AtGate  it stays due, and goes when it is its turn at its provider's gate
"""

from datetime import datetime


class SendingError(Exception):
    """A planned notification is not sent."""


class NotWanted(SendingError):
    """Nobody should get it any more."""


class NotNow(SendingError):
    """It is tried again later."""


class NotWritten(NotNow):
    """The fault is ours, and will be mended."""


class Later(SendingError):
    """It waits for a moment, and nothing is wrong with it."""

    def __init__(self, reason: str, until: datetime, *, is_held: bool = True) -> None:
        super().__init__(reason)
        self.until = until
        # It waits for its person, and not for its turn.
        self.is_held = is_held


class Soon(Later):
    """Something that is to be known first is not; it is asked again in a moment."""


class AtGate(Later):
    """Its provider is away or wants a pause, or others go first."""
