"""What keeps a slot from being dropped or made anew."""


class GuardError(Exception):
    """Root of the tree."""


class SlotInUse(GuardError):
    """Somebody reads the slot, so it cannot be dropped; stop the connector first."""


class SlotMissing(GuardError):
    """The connector made no slot in time; its status says why."""
