"""A list that a service posts below `/internal/`: a request enters, its checked entries leave.

What `handback_view` and `wishes_view` have in common: JSON of one name, a bounded list, accounts by
their numbers.
"""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from django.http import HttpRequest

Entry = TypeVar("Entry")

MOST = 1000
_LARGEST_ID = 2**63 - 1


class NoSuchList(ValueError):
    """What was posted is no list of what was asked for."""


def entries(request: HttpRequest, name: str, read: Callable[[Any], Entry]) -> list[Entry]:
    """Return what is listed under ``name``, at most ``MOST``. Raises ``NoSuchList``.

    ``read`` may raise whatever a value of another shape makes it raise.
    """
    try:
        told = json.loads(request.body)[name]
        if not isinstance(told, list) or len(told) > MOST:
            raise ValueError("no list, or too long a one")
        return [read(each) for each in told]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NoSuchList(str(error)) from error


def number(value: Any, least: int = 1) -> int:
    """Return a row's number as it was posted; raises ``ValueError``."""
    if type(value) is not int or not least <= value <= _LARGEST_ID:
        raise ValueError("no number of a row")
    return value
