"""What may be wrong with a record or with what was declared about it.

DebeziumError (ValueError)
├── MalformedChange      the record is not what Debezium writes; it can never be applied
│   ├── UndecodableValue a value that its column's declared type cannot have
│   └── UnexpectedColumns columns came or went against the declared rule
└── MistakenTable        the declaration itself is wrong; no record was read
"""


class DebeziumError(ValueError):
    """Root of the tree."""


class MalformedChange(DebeziumError):
    """The record is not a change event; it can never be applied."""


class UndecodableValue(MalformedChange):
    """A value has another shape than its type has in the declared modes.

    The text tells the shape and never the value, which may be somebody's secret.
    """

    def __init__(self, table: str, column: str, type_name: str, value: object, why: str) -> None:
        self.table = table
        self.column = column
        self.shape = shape_of(value)
        super().__init__(f"{table}.{column} is declared {type_name}, but is {self.shape}: {why}")


class Unreadable(ValueError):
    """A reader's reason for refusing a value, told without the value.

    Python's own readers quote what they refuse, so their words go no further.
    """


class UnexpectedColumns(MalformedChange):
    """A declared column did not come, or one came that a strict table does not declare."""

    def __init__(self, table: str, what: str, columns: tuple[str, ...]) -> None:
        self.table = table
        self.columns = columns
        super().__init__(f"{table}: {what}: {', '.join(columns)}")


class MistakenTable(DebeziumError):
    """A table is declared with a type or a mode that does not exist or cannot be read."""


def shape_of(value: object) -> str:
    """Say what kind of JSON value this is, and how large, without saying what it holds."""
    if isinstance(value, str):
        return f"a text of {len(value)} characters"
    if isinstance(value, list):
        return f"an array of {len(value)}"
    if isinstance(value, dict):
        return f"an object with {len(value)} fields"
    return "null" if value is None else f"a JSON {type(value).__name__}"
