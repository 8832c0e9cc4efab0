"""What is sent to break the site: addresses and forms enter; requests with hostile parts leave."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from tests.monolith.addresses import Address, walk
from tests.monolith.fuzz.forms import Form, read
from tests.monolith.fuzz.hostile import BODIES, NAMES, VALUES
from tests.monolith.world import URLENCODED, World

# What servers let through in an address.
LONGEST = 4_000

Target = tuple[str, Address]


@dataclass(frozen=True, slots=True)
class Attack:
    role: str
    method: str
    path: str
    body: bytes = b""
    kind: str = URLENCODED

    def __str__(self) -> str:
        return f"{self.role} {self.method} {self.path[:200]} {self.kind} {self.body[:200]!r}"


def targets() -> list[Target]:
    """Return every address with who gets furthest in it."""
    return [(attacker(address), address) for address in walk()]


def questions(world: World, target: Target) -> Iterator[Attack]:
    role, address = target
    for shift in range(0, len(VALUES), 4):
        asked = b"&".join(_pairs(NAMES, shift)).decode()
        yield Attack(role, "GET", f"{address.path(_plain(world))}?{asked}"[:LONGEST])
    if "<" in address.route:
        for value in VALUES:
            yield Attack(role, "GET", address.path(_hostile(value))[:LONGEST])


def bodies(world: World, target: Target) -> Iterator[Attack]:
    role, address = target
    for kind, body in BODIES:
        yield Attack(role, "POST", address.path(_plain(world)), body, kind)


def fillings(world: World, target: Target) -> Iterator[Attack]:
    """Yield each form of the page with all fields wrong, and with one."""
    role, address = target
    path = address.path(_plain(world))
    answer = world.ask(role, "GET", path)
    if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
        for form in read(answer.content.decode()):
            if form.method == "post":
                action = form.action or path
                yield from (Attack(role, "POST", action, body) for body in _wrong(form))


def attacker(address: Address) -> str:
    first = address.route.partition("/")[0]
    return {"admin": "staff", "accounts": "stranger", "agent": "owner"}.get(first, "user")


def _wrong(form: Form) -> Iterator[bytes]:
    fields = {**form.fields, **dict.fromkeys(form.files, "")}
    # Not checked here, and another one each time.
    fields.pop("csrfmiddlewaretoken", None)
    for shift in range(0, len(VALUES), 2):
        yield b"&".join(_pairs(fields, shift))
    for number, name in enumerate(fields):
        for shift in range(0, len(VALUES), 4):
            wrong = {name: VALUES[(number + shift) % len(VALUES)]}
            filled = {other: old.encode() for other, old in fields.items()} | wrong
            yield b"&".join(_pair(*each) for each in filled.items())


def _pairs(names: Iterable[str], shift: int) -> Iterator[bytes]:
    for number, name in enumerate(names):
        yield _pair(name, VALUES[(number + shift) % len(VALUES)])


def _pair(name: str, value: bytes) -> bytes:
    return f"{quote(name)}={quote(value)}".encode()


def _plain(world: World) -> Callable[[str, str], str]:
    return lambda kind, name: str(world.numbers.get(name, 1 if kind == "int" else "x"))


def _hostile(value: bytes) -> Callable[[str, str], str]:
    return lambda kind, name: "9" * len(value[:400]) if kind == "int" else quote(value, safe="")
