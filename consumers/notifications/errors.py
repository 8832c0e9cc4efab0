"""Why a notification does not leave now.

SendingError
    NotWanted   it would no longer be true or welcome: dropped, with the reason
    NotNow      something is missing that may come: put off
"""


class SendingError(Exception):
    """A planned notification is not sent."""


class NotWanted(SendingError):
    """Nobody should get it any more."""


class NotNow(SendingError):
    """It is tried again later."""
