"""How long, how large and how many: what the gateway bears from a client and an origin.

On the line: read once from a setting, handed to whoever writes Envoy's configuration.
Enters: `idle=30,body=10000000`. Leaves: frozen numbers.
"""

from dataclasses import dataclass, fields, replace
from typing import Any


class LimitError(ValueError):
    """A limit's name or number is wrong; the message is one line."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, bytes and counts; the defaults suit a public site."""

    # Until a request's headers are whole, whoever drips them.
    headers: float = 10
    # Until a whole request is here, its body too, whoever drips it; 0 waits for ever.
    whole: float = 600
    # A connection between two requests; and the TLS handshake before the first.
    idle: float = 60
    # A stream on which nothing moves in either direction.
    silence: float = 300
    # To an origin that does not even say no.
    connect: float = 0.5
    # Until a place that came back has its whole share of the load, if others are there.
    slow_start: float = 10
    # One request's headers together, in KiB, and how many lines they may be.
    header_kib: int = 60
    header_lines: int = 100
    # A body, which must say its length then; 0 leaves it to the origin, as without a gateway.
    body: int = 0
    # From clients, all together; one more is closed at once.
    connections: int = 20_000
    # To one origin.
    requests: int = 10_000
    # Memory, in MiB, from which on the gateway sheds load rather than die.
    heap: int = 1024


DEFAULTS = Limits()


def limits(text: str) -> Limits:
    """Read ``name=number,…``; raises ``LimitError``."""
    parts = [part.strip().partition("=") for part in text.split(",") if part.strip()]
    changed: dict[str, Any] = {name: _number(name, number) for name, _, number in parts}
    return replace(DEFAULTS, **changed)


def seconds(number: float) -> str:
    """Write a duration in Envoy's words."""
    return f"{number:g}s"


def _number(name: str, text: str) -> float:
    known = {field.name: field.type for field in fields(Limits)}
    if name not in known:
        raise LimitError(f"unknown limit {name!r}: use one of {', '.join(known)}")
    try:
        number = int(text) if known[name] is int else float(text)
    except ValueError:
        raise LimitError(f"limit {name}: {text!r} is not a number") from None
    if not 0 <= number < 1e12:
        raise LimitError(f"limit {name}: {text} is out of reason")
    return number
