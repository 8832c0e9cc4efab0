"""Keep a slot that nobody reads from filling the database's disk; begin anew after one is lost.

GuardError
    SlotInUse    somebody reads the slot, so it cannot be dropped
    SlotMissing  the connector made no slot in time
"""
