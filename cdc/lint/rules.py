"""What a migration may do to the capture: why it matters, and the way that breaks nobody.

Enters: nothing. Leaves: the linter's rules by name. The way out is always the same dance,
expand and contract: add the new beside the old, move the readers, take the old away last.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of deed; ``is_breaking`` ones fail the build."""

    why: str
    way_out: str
    is_breaking: bool = True


_TWO_COLUMNS = (
    "expand: add the new column, fill it, write both, add it to cdc/contracts/tables.py and "
    "apply the connectors; move the readers; contract: drop the old column in a later release"
)
_STOP_READING = (
    "move every reader off it first, take it out of cdc/contracts/tables.py, "
    "`connectors apply`, and drop it in a later release"
)

RULES = {
    "rename column": Rule("the old name stops arriving in the middle of the stream", _TWO_COLUMNS),
    "drop column": Rule(
        "readers miss it, and CASCADE takes the whole table out of the publication in silence",
        _STOP_READING,
    ),
    "retype column": Rule("values of another type arrive in mid-stream", _TWO_COLUMNS),
    "generated column": Rule(
        "logical decoding leaves generated columns out, so it never arrives again",
        "keep writing it from the application, or compute it in the consumer",
    ),
    "nullable column": Rule(
        "readers may meet null where there was always a value",
        "teach the readers null first, then migrate",
        is_breaking=False,
    ),
    "rename table": Rule(
        "the connector knows it by its old name and captures nothing more of it",
        "keep the table's name (db_table), or capture a new table beside it and move the readers",
    ),
    "drop table": Rule(
        "the connector and every reader lose it",
        "move every reader off it first, take it out of cdc/contracts/tables.py, "
        "`connectors apply`, and drop it in a later release",
    ),
    "truncate": Rule(
        "a truncation names no row, so readers keep what is gone",
        "delete by key in batches, or rebuild the read models after it",
    ),
    "primary key": Rule(
        "the records' key changes: old keys are never deleted, and order per row is lost",
        "capture a new table with the new key beside it, and move the readers",
    ),
    "replica identity": Rule(
        "updates and deletions arrive with other keys and old values, or are refused",
        "leave it at DEFAULT with a primary key",
    ),
    "outbox": Rule(
        "the connector routes events by these columns, and one that it misses stops all events",
        "add columns only; change cdc/connect/connectors.py and apply it before removing any",
    ),
    "new outbox column": Rule(
        "no record carries it until the connector places it in a header",
        "name it in cdc/connect/connectors.py if consumers are to see it",
        is_breaking=False,
    ),
    "publication": Rule(
        "what is not published is not captured, and nothing says so",
        "declare tables and columns in cdc/contracts/tables.py, then `connectors apply`",
    ),
    "new column": Rule(
        "it is captured by nothing",
        "add it to cdc/contracts/tables.py if consumers are to see it, after a review for "
        "personal data",
        is_breaking=False,
    ),
    "unreadable": Rule(
        "the linter reads SQL only, and this cannot be written as SQL ahead of time",
        "read it yourself: does it touch a captured table's shape, or rewrite all its rows?",
        is_breaking=False,
    ),
}
