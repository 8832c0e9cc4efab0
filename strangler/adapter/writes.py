"""What a request wrote to the tracked tables, seen where it cannot be missed: at the SQL.

On the line: a view saves, updates in bulk, or runs raw SQL -> this notes which rows ->
``freshness`` tells the browser. Enters: statements. Leaves: keys, or "rows unknown".
Signals alone would miss ``QuerySet.update`` and raw SQL; only a stored procedure or a
change made in another process stays unseen.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import connections, router
from django.db.models import Model
from django.db.models.signals import post_save

_current: ContextVar["Writes | None"] = ContextVar("strangler_writes", default=None)

_VERBS = r"\b(insert\s+into|update|delete\s+from|merge\s+into|truncate(?:\s+table)?|copy)\s+"


@dataclass(slots=True)
class Writes:
    """The rows that one request wrote; ``rows_unknown`` when a statement did not tell."""

    keys: dict[type[Model], dict[Any, None]] = field(default_factory=dict)
    is_unclear: bool = False
    # An INSERT does not tell its key; the signal after it does, and takes one off.
    unnamed_inserts: int = 0

    @property
    def rows_unknown(self) -> bool:
        return self.is_unclear or self.unnamed_inserts > 0

    def __bool__(self) -> bool:
        return self.rows_unknown or any(self.keys.values())

    def add(self, model: type[Model], keys: Sequence[Any]) -> None:
        """Remember keys, the latest written last."""
        known = self.keys.setdefault(model, {})
        for key in keys:
            known.pop(key, None)
            known[key] = None


@contextmanager
def recorded(models: Sequence[type[Model]]) -> Iterator[Writes]:
    """Record what the block writes to the models' tables, in this thread."""
    writes = Writes()
    token = _current.set(writes)
    try:
        with ExitStack() as stack:
            for model in models:
                connection = connections[router.db_for_write(model)]
                stack.enter_context(connection.execute_wrapper(_Watch(model, writes)))
            yield writes
    finally:
        _current.reset(token)


def listen(models: Sequence[type[Model]]) -> None:
    """Hear the models' saves; called once, when the app is ready."""
    for model in models:
        post_save.connect(_name_insert, sender=model, dispatch_uid=f"strangler.{model._meta.label}")


def _name_insert(sender: type[Model], instance: Model, created: bool, **_: Any) -> None:
    writes = _current.get()
    if writes is None:
        return
    writes.add(sender, [instance.pk])
    if created:
        writes.unnamed_inserts -= 1


class _Watch:
    """Looks at each statement on its way to the database, and never changes it."""

    def __init__(self, model: type[Model], writes: Writes) -> None:
        self.model = model
        self.writes = writes
        self.table = model._meta.db_table
        self.write = re.compile(
            rf'{_VERBS}(?:only\s+)?(?:"?\w+"?\.)?"?{re.escape(self.table)}"?(?!\w)', re.IGNORECASE
        )

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        text = sql if isinstance(sql, str) else repr(sql)
        if self.table in text:
            self._note(text, params, many)
        return execute(sql, params, many, context)

    def _note(self, sql: str, params: Any, many: bool) -> None:
        verbs = [match[1].lower() for match in self.write.finditer(sql)]
        if not verbs and "Composed(" not in sql:
            return
        keys = None if many or not _tell_keys(verbs) else _keys(self.model, sql, params)
        if keys is not None:
            self.writes.add(self.model, keys)
        elif not many and [verb.split()[0] for verb in verbs] == ["insert"]:
            self.writes.unnamed_inserts += 1
        else:
            self.writes.is_unclear = True


def _tell_keys(verbs: list[str]) -> bool:
    return [verb.split()[0] for verb in verbs] in (["update"], ["delete"])


def _keys(model: type[Model], sql: str, params: Any) -> Sequence[Any] | None:
    """Return the keys of a statement by primary key, as Django words it; ``None`` if in doubt."""
    head, _, where = sql.rpartition(" WHERE ")
    column = re.escape(f'"{model._meta.db_table}"."{model._meta.pk.column}"')
    by_key = re.search(rf"{column} (?:= %s|IN \(%s(?:, %s)*\))", where)
    if by_key is None or re.search(r"\b(or|not|select)\b|%%", sql, re.IGNORECASE):
        return None
    if not isinstance(params, list | tuple):
        return None
    first = head.count("%s") + where[: by_key.start()].count("%s")
    return list(params[first : first + by_key[0].count("%s")])
