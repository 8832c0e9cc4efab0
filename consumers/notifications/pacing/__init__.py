"""When somebody is written to, and how much at once: a letter that is due may have to wait.

Enters: what a person said about their hours, and the hour that it is. Leaves: a later moment in the
ledger's row, which keeps the time; letters that waited are told together.
"""
