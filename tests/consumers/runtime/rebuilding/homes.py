"""A read model in PostgreSQL that adds up: homes and their changes, with ids that count up."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar

from django.db import connection, models
from django.test.utils import isolate_apps

from consumers.runtime.brokers.memory import MemoryBroker
from consumers.runtime.context import Context
from consumers.runtime.declared import Declared
from consumers.runtime.failures.dead_letters import DeadLetters
from consumers.runtime.loop.loop import Loop
from consumers.runtime.rebuilding.database import beside_live
from consumers.runtime.rebuilding.progress import RebuildProgress
from consumers.runtime.rebuilding.run import rebuild_from
from consumers.runtime.rebuilding.topics import MemoryTopics
from consumers.runtime.records import Record
from consumers.runtime.stores.database import DatabaseStore
from tests.consumers.runtime.stores.sides import Line, Rows
from tests.consumers.runtime.worlds import no_event, turn_until

TABLES = ("tried_change", "tried_home")

with isolate_apps("consumers.runtime"):

    class Home(models.Model):
        """A home, which has a name."""

        name = models.CharField(max_length=20, unique=True)
        changes = models.PositiveIntegerField(default=0)
        objects: ClassVar[models.Manager["Home"]] = models.Manager()

        class Meta:
            app_label = "runtime"
            db_table = "tried_home"
            constraints: ClassVar = [
                models.CheckConstraint(condition=models.Q(changes__lt=100), name="few_changes")
            ]

        def __str__(self) -> str:
            return self.name

    class Change(models.Model):
        """What was told of it."""

        home = models.ForeignKey(Home, on_delete=models.CASCADE)
        told = models.CharField(max_length=20, db_index=True)
        objects: ClassVar[models.Manager["Change"]] = models.Manager()

        class Meta:
            app_label = "runtime"
            db_table = "tried_change"
            indexes: ClassVar = [models.Index(fields=["home", "-id"], name="tried_change_last")]

        def __str__(self) -> str:
            return self.told


class Homes(Line):
    """A topic, its consumer, and homes."""

    def __init__(self) -> None:
        super().__init__(Rows())
        self.world.config = replace(self.world.config, name=self.consumer.name)
        # What fails as long as it stands here.
        self.wrong: set[bytes] = set()
        self.replays: list[bytes] = []
        self.on(self.change)

    def change(self, record: Record, context: Context[Any]) -> None:
        name, value = (record.key or b"").decode(), record.value or b""
        home, _ = Home.objects.get_or_create(name=name)
        Change.objects.create(home=home, told=value.decode())
        Home.objects.filter(pk=home.pk).update(changes=models.F("changes") + 1)
        if context.is_replay:
            self.replays.append(value)
        # Behind the effects, which must go with it.
        if value in self.wrong:
            raise KeyError(value)

    def tell(self, *told: str) -> None:
        """Say values such as `a1`, each of the home that it begins with."""
        for each in told:
            self.say(each.encode(), key=each[:1].encode(), part=ord(each[0]) % 2)

    def start(self, **parts: Any) -> Loop:
        store = DatabaseStore(self.consumer.name, version=self.consumer.version)
        return super().start(**{"store": store, **parts})

    def consume(self, loop: Loop | None = None) -> None:
        """Let the consumer read all there is."""
        loop, stays = loop or self.start(), loop is not None
        turn_until(loop, lambda: loop.progress.was_assigned, 20)
        for _ in range(9):
            loop.turn()
        if not stays:
            loop._broker.close()

    def rebuild(self, *, back: bool = False, accepts_losses: bool = False) -> RebuildProgress:
        """Rebuild beside whoever consumes."""
        config, progress = self.world.config, RebuildProgress()
        broker = MemoryBroker(self.world.cluster, config.group, config.topics)
        with beside_live(self.consumer, TABLES, back=back) as successor:
            rebuild_from(
                Declared(self.consumer, config),
                MemoryTopics(self.world.cluster, config.topics),
                successor,
                DeadLetters(config, broker),
                progress,
                accepts_losses=accepts_losses,
                read_event=no_event,
            )
        return progress

    def shown(self) -> dict[str, list[str]]:
        """Give what was told of each home, in order; its count must agree."""
        found: dict[str, list[str]] = {}
        counts: dict[str, int] = {}
        # By one statement: who consumes or swaps tables beside us is seen before or after.
        rows = Home.objects.order_by("name", "change__pk")
        for name, count, told in rows.values_list("name", "changes", "change__told"):
            counts[name] = count
            found.setdefault(name, []).extend([told] if told is not None else [])
        assert counts == {name: len(told) for name, told in found.items()}
        return found


@contextmanager
def homes() -> Iterator[Homes]:
    """Make the tables, and leave nothing of them or of earlier ones."""
    with connection.schema_editor() as editor:
        editor.create_model(Home)
        editor.create_model(Change)
    try:
        yield Homes()
    finally:
        with connection.cursor() as cursor:
            for name in ("tried_next", "tried_previous", "tried_leaving"):
                cursor.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
            cursor.execute("DROP TABLE IF EXISTS tried_change, tried_home CASCADE")
