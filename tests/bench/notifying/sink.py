"""What lies in the development mail sink: a folder enters, who was written to about what leaves,
and when, and by which side.

A mail that lies there never changes, so each is read once however often one asks.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from functools import cache
from pathlib import Path

_HOME = re.compile(r"/homes/(\d+)-")
# The service's letters are called as its rows are: by a UUID.
_SERVICES = re.compile(r"<[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}@")


@dataclass(frozen=True, slots=True)
class Kept:
    """One letter in the sink, with the homes that it leads to.

    ``at`` is the second of the clock in which it was taken.
    """

    to: str
    subject: str
    homes: tuple[int, ...]
    side: str
    at: float


def letters(folder: Path, suffix: str = "eml") -> Iterator[Kept]:
    """Yield the letters that were taken, in no order; or those `refused` for good."""
    for file in folder.glob(f"*.{suffix}"):
        yield _read(file)


@cache
def _read(file: Path) -> Kept:
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = mail.get_body(("plain",))
    assert body is not None, mail
    return Kept(
        to=mail["To"],
        subject=mail["Subject"],
        homes=tuple({int(number) for number in _HOME.findall(body.get_content())}),
        side="service" if _SERVICES.match(mail["Message-ID"]) else "monolith",
        at=file.stat().st_mtime,
    )
