"""What has to happen between the processes' starts: one short set-up step each.

Enters: a run's ports, folders and settings. Leaves: `Step` values. Every step may be run
again and again: it does what is missing and nothing else.
"""

import functools
import os
import subprocess
from collections.abc import Callable
from dataclasses import dataclass

from stack import databases, jars, opensearch, prepare
from stack.environment import ROOT
from stack.errors import ComponentDied
from stack.layout import Layout
from stack.ports import Ports
from stack.readiness import answers, wait
from stack.services import MANAGE

Report = Callable[[str], None]

_CATCH_UP_S = 180


@dataclass(frozen=True, slots=True)
class Step:
    """A piece of set-up; ``run`` raises a ``StackError`` when it cannot be done.

    ``words`` follow `manage.py` when the step is one of its commands.
    """

    name: str
    run: Callable[[], None]
    after: tuple[str, ...] = ()
    words: tuple[str, ...] = ()


def steps(ports: Ports, layout: Layout, values: dict[str, str], report: Report) -> dict[str, Step]:
    """Return every step by name; ``report`` hears what the longer ones have to say."""
    manage = functools.partial(_manage, layout, values)
    tell = functools.partial(manage, report=report)
    every = (
        Step("jars", functools.partial(jars.fetch, report)),
        Step("postgres-files", functools.partial(prepare.postgres_files, layout)),
        Step("kafka-files", functools.partial(prepare.kafka_files, ports, layout), ("jars",)),
        *([_opensearch_files(ports, layout, report)] if opensearch.is_chosen() else []),
        Step("databases", functools.partial(databases.create, ports, values), ("postgres",)),
        manage("identity-keys", "strangler", "identity_keys"),
        # The monolith's system checks, which this runs too, read the keys.
        manage("migrate", "migrate", "--no-input", after=("databases", "identity-keys")),
        manage("outbox-days", "outbox", "maintain", after=("migrate",)),
        manage("strangler-migrate", "strangler", "migrate", "--no-input", after=("databases",)),
        manage(
            "notifications-migrate", "notifications", "migrate", "--no-input", after=("databases",)
        ),
        tell(
            "stock",
            "load_stock",
            "--with-progress",
            "--demo-accounts",
            after=("migrate", "identity-keys"),
        ),
        manage("render", "strangler", "render", after=("strangler-migrate", "identity-keys")),
        manage("topics", "topics", "apply", after=("kafka",)),
        manage("contracts", "contracts", "register", after=("registry", "migrate")),
        # After the stock, so that the first snapshot finds all of it.
        manage("connectors", "connectors", "apply", after=("connect", "topics", "stock")),
        # After the connectors: they read no events from before they were there.
        manage("contacts", "tell_contacts", after=("connectors", "contracts")),
        Step(
            "read-model",
            functools.partial(_wait_for_read_model, ports, layout),
            ("connectors", "contracts", "search-consumer", "search-web"),
        ),
    )
    return {step.name: step for step in every}


def _opensearch_files(ports: Ports, layout: Layout, report: Report) -> Step:
    def prepared() -> None:
        opensearch.fetch(report)
        folder = layout.folder("opensearch")
        opensearch.files(folder, *(ports[name] for name in opensearch.PORTS))

    return Step("opensearch-files", prepared)


def _manage(
    layout: Layout,
    values: dict[str, str],
    name: str,
    *words: str,
    after: tuple[str, ...] = (),
    report: Report | None = None,
) -> Step:
    return Step(name, functools.partial(_run, layout, values, name, words, report), after, words)


def _run(
    layout: Layout,
    values: dict[str, str],
    name: str,
    words: tuple[str, ...],
    report: Report | None,
) -> None:
    with (
        layout.log(name).open("w") as log,
        subprocess.Popen(
            [*MANAGE, *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            env=os.environ | values | {"PYTHONUNBUFFERED": "1"},
            cwd=ROOT,
            text=True,
        ) as process,
    ):
        for line in process.stdout or ():
            log.write(line)
            if report:
                report(f"{name:18} {line.strip()}")
    if process.returncode != 0:
        raise ComponentDied(f"`manage.py {' '.join(words)}` failed:\n{layout.tail(name)}")


def _wait_for_read_model(ports: Ports, layout: Layout) -> None:
    if not wait(lambda: answers(ports["search-web"], "/readyz"), _CATCH_UP_S, 0.2):
        raise ComponentDied(
            f"The search's read model did not catch up in {_CATCH_UP_S} s. The consumer's last "
            f"words:\n{layout.tail('search-consumer')}"
        )
