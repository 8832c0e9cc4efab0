"""What a notification is called, by whoever sends it: made of its cause, so that both sides agree.

Enters: the event that caused it, whom it tells, the kind, and the channel. Leaves: an id, the same
for ever; the key of each side's ledger against its own retries, replays and rebuilds.
"""

import uuid

_NAMESPACE = uuid.UUID("6f0a3b0e-5d0c-4d6f-9a53-0b5d1f3c8e21")


def id_of(
    event_id: str | uuid.UUID, account_id: int, kind: str, channel: str = "email"
) -> uuid.UUID:
    """Return the id of what an event causes for a person."""
    # Mails came first: their ids name no channel, as the monolith knows none.
    by = "" if channel == "email" else f"/{channel}"
    return uuid.uuid5(_NAMESPACE, f"{event_id}/{account_id}/{kind}{by}")
