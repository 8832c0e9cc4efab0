"""What keeps the auditor from its verdict, or from mending it."""


class AuditError(Exception):
    """Root of the tree."""


class NothingToTell(AuditError):
    """A part of the line does not answer; the verdict would be a guess."""


class NotRepaired(AuditError):
    """There is nothing left to re-emit; a person has to decide."""
