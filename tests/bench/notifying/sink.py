"""What lies in the development mail sink: a folder enters, who was written to about which home
leaves, and when, and by which side.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

_HOME = re.compile(r"/homes/(\d+)-")


@dataclass(frozen=True, slots=True)
class Kept:
    """A home in a letter of the sink; ``at`` is the second of the clock in which it was taken."""

    to: str
    home: int
    side: str
    at: float


def letters(folder: Path, domain: str) -> Iterator[Kept]:
    """Yield what letters tell people of a domain about homes, in no order."""
    for file in folder.glob("*.eml"):
        mail = message_from_bytes(file.read_bytes(), policy=policy.default)
        body = mail.get_body(("plain",))
        if mail["To"].endswith(f"@{domain}") and body is not None:
            homes = set(_HOME.findall(body.get_content()))
            assert homes, body.get_content()
            side = "monolith" if mail["Message-ID"].startswith("<alert-") else "service"
            for home in homes:
                yield Kept(mail["To"], int(home), side, file.stat().st_mtime)
