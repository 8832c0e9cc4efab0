"""What one SQL statement does to tables, as far as the capture is concerned.

Enters: a statement, as Django or a `RunSQL` writes it. Leaves: deeds. Strings and comments
are cut out first; the body of a DO block stays, since it may alter tables too. This is no
parser: `sqlparse` only splits words, and a real one (`pglast`) brings PostgreSQL's in C.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

import sqlparse


class Deed(NamedTuple):
    """A rule of `cdc.lint.rules` that applies to a table, and maybe to one of its columns."""

    rule: str
    table: str
    column: str
    words: str


_NAME = r'(?:"?\w+"?\.)?"?(?P<{}>\w+)"?'
_ALTER = re.compile(
    rf"\bALTER TABLE (?:IF EXISTS )?(?:ONLY )?{_NAME.format('table')}(?: \*)?(?P<rest> [^;]*)", re.I
)
_ANYWHERE = {
    "drop table": re.compile(r"\bDROP TABLE (?:IF EXISTS )?(?P<tables>[^;]+)", re.I),
    "truncate": re.compile(r"\bTRUNCATE (?:TABLE )?(?P<tables>[^;]+)", re.I),
    "publication": re.compile(
        r"\b(?:ALTER|DROP) PUBLICATION (?:IF EXISTS )?(?P<tables>[^;]+)", re.I
    ),
}
_COLUMN = r'(?:COLUMN )?(?:IF (?:NOT )?EXISTS )?"?(?P<column>\w+)"?'
# PostgreSQL lets one leave the word COLUMN out, and these are what could stand there instead.
_NO_COLUMN = (
    r"(?!(?:CONSTRAINT|PRIMARY|UNIQUE|CHECK|FOREIGN|EXCLUDE|NOT|DEFAULT|IDENTITY|EXPRESSION|TO)\b)"
)
_ACTIONS = {
    "rename table": re.compile(r"\bRENAME TO (?P<new>\S+)|\bSET SCHEMA (?P<schema>\S+)", re.I),
    "rename column": re.compile(rf"\bRENAME {_NO_COLUMN}{_COLUMN} TO", re.I),
    "drop column": re.compile(rf"\bDROP {_NO_COLUMN}{_COLUMN}", re.I),
    "retype column": re.compile(rf"\bALTER {_NO_COLUMN}{_COLUMN} (?:SET DATA )?TYPE \w+", re.I),
    "nullable column": re.compile(rf"\bALTER {_NO_COLUMN}{_COLUMN} DROP NOT NULL", re.I),
    "generated column": re.compile(
        rf"\bADD {_NO_COLUMN}{_COLUMN} [^;]*?GENERATED ALWAYS AS \(", re.I
    ),
    "new column": re.compile(rf"\bADD {_NO_COLUMN}{_COLUMN}", re.I),
    "primary key": re.compile(r'\bDROP CONSTRAINT (?:IF EXISTS )?"?\w+_pkey|\bPRIMARY KEY\b', re.I),
    "replica identity": re.compile(r"\bREPLICA IDENTITY \w+", re.I),
}


def deeds(statement: str) -> Iterator[Deed]:
    """Yield what the statement does to any table, in no special order."""
    text = _plain(statement)
    for altered in _ALTER.finditer(text):
        yield from _actions(altered["table"].lower(), altered["rest"])
    for rule, pattern in _ANYWHERE.items():
        for found in pattern.finditer(text):
            for table in re.findall(r"[\w.]+", found["tables"]):
                yield Deed(rule, table.split(".")[-1].lower(), "", _shortened(found[0]))


def _actions(table: str, rest: str) -> Iterator[Deed]:
    for rule, pattern in _ACTIONS.items():
        for found in pattern.finditer(rest):
            column = found.groupdict().get("column") or ""
            yield Deed(rule, table, column.lower(), _shortened(f"ALTER TABLE {table} {found[0]}"))


def _plain(statement: str) -> str:
    text = sqlparse.format(statement, strip_comments=True)
    return re.sub(r"\s+", " ", re.sub(r"'[^']*'", "''", text))


def _shortened(words: str) -> str:
    return words if len(words) <= 120 else words[:119] + "…"
