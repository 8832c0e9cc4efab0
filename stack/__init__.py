"""The local stack: every process of the line as data, started on a bare machine.

StackError
    PortTaken         another program listens where we want to
    DiskFull          too little room for the data
    FetchFailed       a package could not be had, or is not what the lock says
    ComponentDied     a process or a set-up step ended; carries its last words
    NotRunning        the command needs a running stack
    UnknownService    no service has that name
"""
