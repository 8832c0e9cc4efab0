"""The fields of a reviewed file: what a mistake in one is, and in which words it is told.

On the line: under ``routes.reading`` and ``declared``. Enters: TOML values. Leaves: values
that make sense, or one line that names the entry.
"""

import datetime
import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

# The words of an audience in a file, and in Python.
AUDIENCE = {
    **{name: name for name in ("percent", "groups", "staff", "users")},
    **{"from": "since", "until": "until"},
}

_NAME = re.compile(r"[a-z][a-z0-9-]{0,49}")


class DeclarationError(ValueError):
    """A file says something that cannot be; the message is one line and names the entry."""


def content(file: Path) -> dict[str, Any]:
    """Return what a file says; raises ``DeclarationError``."""
    try:
        return tomllib.loads(file.read_text())
    except OSError as error:
        raise DeclarationError(f"{file}: {(error.strerror or str(error)).lower()}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise DeclarationError(f"{file}: {error}") from error


def entries(found: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    """Return what stands under ``[[kind]]``."""
    refuse_unknown("the file", found, {kind})
    listed = found.get(kind, [])
    if not isinstance(listed, list):
        raise DeclarationError(f"write each {kind} under [[{kind}]]")
    return listed


def refuse_missing(who: str, entry: dict[str, Any], required: set[str]) -> None:
    missing = sorted(required - entry.keys())
    if missing:
        raise DeclarationError(f"{who}: {', '.join(missing)} missing")


def refuse_unknown(who: str, found: dict[str, Any], known: Iterable[str]) -> None:
    unknown = sorted(found.keys() - set(known))
    if unknown:
        raise DeclarationError(f"{who}: unknown {', '.join(unknown)}")


def name(who: str, field: str, value: Any) -> str:
    if not isinstance(value, str) or not _NAME.fullmatch(value):
        raise DeclarationError(f"{who}: {field} {value!r} must be lower-case letters, digits and -")
    return value


def text(who: str, field: str, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise DeclarationError(f"{who}: {field} must say something")
    return value


def date(who: str, field: str, value: Any) -> datetime.date | None:
    if value is not None and type(value) is not datetime.date:
        raise DeclarationError(f"{who}: {field} {value!r} must be a date, as in 2030-01-31")
    return value


def audience_words(who: str, entry: dict[str, Any]) -> dict[str, Any]:
    """Return an entry's audience in Python's words."""
    refuse_unknown(who, entry, AUDIENCE)
    return {AUDIENCE[word]: value for word, value in entry.items()}
