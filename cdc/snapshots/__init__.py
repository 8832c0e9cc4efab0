"""Read captured tables once more amid the stream: signals to Debezium, and its answers.

A signal is a row that Debezium finds in the log like any other, so none is lost while the
connector is away. Debezium can also take signals from Kafka and read without writing its marks
to the database; that way is not taken, as its task is known to die under live changes.

SnapshotError
    NoSuchTable        the table is not captured
    FilterRefused      the database cannot use the condition; the connector would stop at it
    NotFinished        no end was told in time; it goes on, and can be followed again
    NotificationsAway  the topic of Debezium's answers cannot be read
"""
