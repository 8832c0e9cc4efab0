"""What can keep the stack from running; every text says what to do about it."""


class StackError(Exception):
    """Base of what the command line reports in one line, without a traceback."""


class PortTaken(StackError):
    """Another program listens on a port that the stack wants."""


class DiskFull(StackError):
    """There is too little room for the stack's data."""


class FetchFailed(StackError):
    """A package could not be fetched, or its bytes are not those of the lock."""


class ComponentDied(StackError):
    """A process or set-up step ended before its time; the text ends with its log's tail."""


class NotRunning(StackError):
    """The command talks to a running stack and there is none."""


class UnknownService(StackError):
    """No service of the stack has that name."""
