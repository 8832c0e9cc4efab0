"""A model of people, tabs and a late consumer; nobody may see an older state of what they wrote.

Enters: chance. Leaves: random edits, deletions and reads of several people in several tabs, of rows
that are named, or many, or known to the database alone, whose answers arrive in any order, while
changes come to the topic late, the consumer rests and goes on and the route moves through its
stages. The middleware of both sides, the cookies and the bucket rule are the product's; the wire
between them is played.
"""

import random
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory

from consumers.runtime.config import ConsumerConfig
from consumers.runtime.points import Points
from consumers.runtime.records import Partition
from consumers.runtime.testing.clock import Clock
from consumers.runtime.web.freshness import FreshnessMiddleware, _made
from consumers.runtime.web.holds import Holds
from strangler import flags
from strangler.adapter import identity
from strangler.adapter.freshness import HOLD, MAX_PAIRS
from strangler.adapter.middleware import AdapterMiddleware
from strangler.stages import Stage, Standing, standing

ROWS = 24
# Among which people choose: the latest, those just deleted too.
CHOICE = 12
PEOPLE = 5
ACTS = {"read": 60, "write": 32, "consume": 80, "rest": 2, "stall": 2, "move": 1, "come": 1}
# By rows that are named, or anew in their place; unnamed ones, and more than a cookie names.
WRITES = {"/edit": 25, "/replace": 4, "/raw": 1, "/insert": 1, "/many": 1}
# Where the capture cannot be asked, whatever was written is in the topic within a hold, which is in
# whole seconds; where it can, it may stand still for longer.
CAPTURED_WITHIN, CAPTURED_AT_LAST = HOLD - 1, 60
# At most so many seconds pass between two acts.
PAUSE = 0.6
PLACE = Partition("notes", 0)
# How many changes the topic holds, and how many of them the service has applied.
told = dict.fromkeys(("captured", "applied"), 0)
applied: dict[str, int] = {}
# Rows whose tombstone was applied: one version above the last, as the search keeps it.
gone: set[str] = set()

# Versions by row; none where the row is deleted.
Versions = dict[str, int | None]


class Applied:
    """What the service's read model has seen: a version by row."""

    def is_behind(self, aggregate: str, key: str, version: int | None) -> bool:
        if version is None:
            return key in applied.keys() - gone
        return applied.get(key, 0) < version


def holds() -> Holds:
    """Make what tells the service whether a hold is over, at once."""
    points = Points(
        ConsumerConfig("notes", "notes", "", (PLACE.topic,)),
        lambda _: {PLACE: told["captured"]},
        lambda: time.time(),
        lambda: {PLACE: told["applied"]},
    )
    return Holds(points, lambda work: work())


@dataclass
class Person:
    """A browser: one jar of cookies, however many tabs, and answers still on their way."""

    cookies: dict[str, str] = field(default_factory=dict)
    coming: list[tuple[HttpResponseBase, Versions]] = field(default_factory=list)
    # The latest version of each row that an answer to a write of theirs has told.
    written: Versions = field(default_factory=dict)

    def receive(self, number: int) -> None:
        """Take one of the answers that are on their way, whichever arrives first."""
        answer, written = self.coming.pop(number)
        for name, morsel in answer.cookies.items():
            if morsel.value:
                self.cookies[name] = morsel.value
            else:
                self.cookies.pop(name, None)
        for key, version in written.items():
            known = self.written.get(key, 0)
            self.written[key] = None if None in (known, version) else max(known or 0, version or 0)


@dataclass(frozen=True)
class Log:
    """A place in the log is the number of a write."""

    site: "Site"

    def position(self) -> int:
        return self.site.writes

    def has_passed(self, position: int) -> bool:
        return not self.site.log or self.site.log[0].write > position


@dataclass(frozen=True)
class Change:
    """A row that was written, in the log and not in the topic yet."""

    write: int
    committed_at: float
    key: str
    version: int | None


class Site:
    """The monolith, the service and the gateway between, about rows of one table."""

    def __init__(self, table: Any, clock: Clock, *, is_slot_known: bool = False) -> None:
        self.table = table
        self.clock = clock
        self.standing = Standing(Stage.MONOLITH)
        self.writes = 0
        self.log: deque[Change] = deque()
        self.patience = CAPTURED_AT_LAST if is_slot_known else CAPTURED_WITHIN
        self.topic: deque[tuple[str, int | None]] = deque()
        self.keys = [str(key) for key in table.objects.order_by("pk").values_list("pk", flat=True)]
        self.requests = 0
        self.fallbacks = 0
        self.served = 0
        self._monolith = AdapterMiddleware(self._answer_of_monolith)
        log = Log(self) if is_slot_known else None
        config = replace(self._monolith.config, tracked={table: "note"}, capture=log)
        self._monolith.config = config
        self._monolith.models = [table]
        self._service = FreshnessMiddleware(self._answer_of_service)
        self._factory = RequestFactory()

    def write(self, person: Person, keys: list[str], path: str = "/edit") -> None:
        """Change rows in one request, or put another in the place of each.

        Its answer is on its way afterwards.
        """
        if path == "/replace":
            # What somebody else has deleted is not theirs to delete.
            keys = [key for key, version in self.versions(keys).items() if version is not None]
        known = len(self.keys)
        self.writes += 1
        answer = self._monolith(self._request(path, person, keys))
        rows = self.versions([*keys, *self.keys[known:]])
        self.log.extend(Change(self.writes, time.time(), *row) for row in rows.items())
        person.coming.append((answer, rows))

    def versions(self, keys: Iterable[str]) -> Versions:
        """Return what is true of rows now."""
        rows = dict(self.table.objects.filter(pk__in=keys).values_list("pk", "version"))
        return {key: rows.get(int(key)) for key in keys}

    def read(self, person: Person, keys: list[str]) -> dict[str, int]:
        """Return the version of each row that is shown; the answer's cookies are on their way."""
        request = self._request("/rows", person, keys)
        answer: Any = self._service(request) if self._is_service_asked(person) else None
        if answer is not None and answer.status_code == 425:
            self.fallbacks += 1
            # As Envoy marks a request that it asks a second time.
            request.META["HTTP_X_ENVOY_ATTEMPT_COUNT"] = "2"
            answer = None
        elif answer is not None:
            self.served += 1
        answer = answer or self._monolith(request)
        person.coming.append((answer, {}))
        shown = (each.split("=") for each in answer.content.decode().split())
        return {key: int(version) for key, version in shown}

    def move(self, standing: Standing) -> None:
        """Let the route stand elsewhere."""
        self.standing = standing

    def capture(self, lateness: float = 0, chance: random.Random | None = None) -> None:
        """Bring changes to the topic, but for some that are not due yet."""
        while self.log:
            is_due = time.time() >= self.log[0].committed_at + self.patience
            if not is_due and chance and chance.random() < lateness:
                break
            change = self.log.popleft()
            self.topic.append((change.key, change.version))
            told["captured"] += 1

    def consume(self, count: int) -> None:
        """Let the consumer apply the next changes."""
        for _ in range(min(count, len(self.topic))):
            key, version = self.topic.popleft()
            told["applied"] += 1
            if version is None:
                applied[key] = applied.get(key, 0) + 1
                gone.add(key)
            else:
                applied[key] = max(version, applied.get(key, 0))

    def _is_service_asked(self, person: Person) -> bool:
        if self.standing.stage is Stage.CUTOVER:
            return True
        trusted = self._monolith.config.trusted
        known = identity.verify(person.cookies.get(identity.COOKIE, ""), trusted)
        if known is None or self.standing.stage is not Stage.CANARY:
            return False
        return flags.is_on("search", self.standing.audience.percent, known.person.bucket)

    def _request(self, path: str, person: Person, keys: list[str]) -> HttpRequest:
        self.requests += 1
        request = self._factory.get(path, {"key": keys})
        request.COOKIES = dict(person.cookies)
        return request

    def _answer_of_monolith(self, request: HttpRequest) -> HttpResponse:
        keys = request.GET.getlist("key")
        if request.path in ("/edit", "/many"):
            self.table.objects.filter(pk__in=keys).update(text="changed")
        if request.path == "/raw":
            with connection.cursor() as cursor:
                statement = "UPDATE adapter_note SET text = 'raw' WHERE id = ANY(%s)"
                cursor.execute(statement, [[int(key) for key in keys]])
        if request.path == "/insert":
            rows = self.table.objects.bulk_create(self.table(text="new") for _ in range(2))
            self.keys += [str(row.pk) for row in rows]
        if request.path == "/replace":
            for row in self.table.objects.filter(pk__in=keys):
                row.delete()
                self.keys.append(str(self.table.objects.create(text="new").pk))
        rows = self.table.objects.filter(pk__in=keys).values_list("pk", "version")
        return HttpResponse(" ".join(f"{key}={version}" for key, version in rows))

    def _answer_of_service(self, request: HttpRequest) -> HttpResponse:
        keys = request.GET.getlist("key")
        shown = [key for key in keys if key in applied.keys() - gone]
        return HttpResponse(" ".join(f"{key}={applied[key]}" for key in shown))


def is_fresh(shown: int | None, wanted: int | None, true: int | None) -> bool:
    """Tell whether who waits for what they wrote may be shown this, or nothing of the row."""
    if shown is None:
        # Not there: nobody waits for it, or it is deleted, whoever did so.
        return not wanted or true is None
    return wanted is not None and shown >= wanted


def standing_still(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Let no time pass, for anybody here, but by the clock that is returned."""
    clock = Clock(time.time())
    monkeypatch.setattr(time, "time", clock)
    return clock


def prepare(note: Any, settings: Any) -> Any:
    """Make the rows, known to both sides, and the service's settings; return the table."""
    settings.FRESHNESS_READ_MODEL = f"{__name__}.Applied"
    settings.FRESHNESS_HOLDS = f"{__name__}.holds"
    settings.FRESHNESS_MODELS = {}
    settings.PROBE_PATHS = ["/healthz"]
    settings.SESSION_COOKIE_NAME = "sessionid"
    _made.cache_clear()
    note.objects.bulk_create(note(text="new", version=1) for _ in range(ROWS))
    applied.clear()
    gone.clear()
    told.update(captured=0, applied=0)
    applied.update({str(key): 1 for key in note.objects.values_list("pk", flat=True)})
    return note


def live(site: Site, chance: random.Random, requests: int) -> None:
    """Let people write and read until so many requests were made; each is shown what they wrote."""
    people = [Person() for _ in range(PEOPLE)]
    stages = [Standing(Stage.MONOLITH), Standing(Stage.CUTOVER)]
    stages += [standing("canary", percent) for percent in (10, 50, 100)]
    # The consumer that rests, the capture that stalls.
    still: set[str] = set()
    while site.requests < requests:
        site.clock.move(chance.uniform(0, PAUSE))
        site.capture(1 if "stall" in still else 0.5, chance)
        person = chance.choice(people)
        some = partial(chance.sample, site.keys[-CHOICE:])
        match chance.choices(list(ACTS), list(ACTS.values()))[0]:
            case "write":
                path = chance.choices(list(WRITES), list(WRITES.values()))[0]
                keys = some(chance.choice([1, 1, 1, 3]))
                many = chance.sample(site.keys, MAX_PAIRS + 2)
                site.write(person, many if path == "/many" else keys, path)
            case "read":
                asked = some(3)
                wanted, true = dict(person.written), site.versions(asked)
                shown = site.read(person, asked)
                for key in asked:
                    assert is_fresh(shown.get(key), wanted.get(key, 0), true[key]), (key, person)
            case "consume" if "rest" not in still:
                site.consume(chance.randint(1, 4))
            case "rest" | "stall" as which:
                still ^= {which}
            case "move":
                site.move(chance.choice(stages))
            case "come":
                people[chance.randrange(PEOPLE)] = Person()
        # Answers of several tabs arrive in any order, and some of them late.
        while person.coming and chance.random() < 0.7:
            person.receive(chance.randrange(len(person.coming)))
