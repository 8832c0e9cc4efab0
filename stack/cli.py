"""`manage.py stack …`: start, stop, look at and follow the line.

Enters: the command line. Leaves: text or one JSON object, and an exit code; whatever goes
wrong is one clear message, never a traceback.
"""

import argparse
import errno
import json
import shutil
import sys
from collections.abc import Callable, Sequence

from stack import addresses, environment, foreground, up
from stack.errors import NotRunning, StackError, UnknownService
from stack.layout import Layout
from stack.services import services
from stack.status import status
from stack.supervisor import Supervisor

Options = argparse.Namespace


def main(words: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(words)
    layout = Layout.current()
    try:
        return int(options.run(options, layout) or 0)
    except StackError as error:
        print(error, file=sys.stderr)
    except OSError as error:
        hint = " Make room on that disk." if error.errno == errno.ENOSPC else ""
        print(f"{error.filename or layout.home}: {error.strerror}.{hint}", file=sys.stderr)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="manage.py stack", description="The local stack.")
    verbs = parser.add_subparsers(required=True, metavar="COMMAND")
    start = _verb(verbs, "up", _up, "start everything and stay until Ctrl-C")
    start.add_argument("--detach", action="store_true", help="return when all is ready")
    start.add_argument("--only", default="", help="comma-separated services and what they need")
    _verb(verbs, "down", _down, "stop everything")
    _json(_verb(verbs, "status", _status, "say how every process is"))
    for name, run in (("start", _start), ("stop", _stop), ("restart", _restart), ("logs", _logs)):
        _verb(verbs, name, run, f"{name} of one service").add_argument("service")
    _json(_verb(verbs, "journey", _journey, "follow one price change across every hop"))
    _verb(verbs, "clean", _clean, "remove the data of all runs in this folder")
    _verb(verbs, "lock-jars", _lock_jars, "resolve the Java artifacts anew (for maintainers)")
    return parser


def _verb(
    verbs: "argparse._SubParsersAction[argparse.ArgumentParser]",
    name: str,
    run: Callable[[Options, Layout], int | None],
    text: str,
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    return parser


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _up(options: Options, layout: Layout) -> int | None:
    up.check_room(layout)
    chosen = up.chosen_ports(layout)
    if Supervisor(chosen, layout).is_up():
        print(f"The stack is already up.\n{addresses.text(chosen)}")
        return 0
    only = tuple(filter(None, options.only.split(",")))
    with up.exclusive(layout):
        start = up.Start(layout, chosen, lambda line: print(line, flush=True))
        foreground.run(start, only)
    if not only:
        print(addresses.text(chosen), flush=True)
    return None if options.detach else foreground.stay(start)


def _down(options: Options, layout: Layout) -> None:
    chosen = up.chosen_ports(layout)
    supervisor = Supervisor(chosen, layout)
    if not supervisor.is_up():
        print(environment.absence())
        return
    supervisor.shut_down(up.stop_order(services(chosen, layout)))
    print("The stack is down; its data is kept.")


def _status(options: Options, layout: Layout) -> int:
    answer = status(up.chosen_ports(layout), layout)
    if options.json:
        print(json.dumps(answer))
    else:
        for name, row in answer["services"].items():
            cells = (f"{key} {row[key]}" for key in ("pid", "port", "rss_mb") if row[key])
            print(f"{name:22} {row['state']:14} {', '.join(cells)}".rstrip())
        if not Supervisor(up.chosen_ports(layout), layout).is_up():
            print(environment.absence())
    return 0 if answer["ready"] else 1


def _start(options: Options, layout: Layout) -> None:
    Supervisor(up.chosen_ports(layout), layout).start(options.service)
    print(f"{options.service} is started; `stack status` says when it is ready.")


def _stop(options: Options, layout: Layout) -> None:
    Supervisor(up.chosen_ports(layout), layout).stop(options.service)
    print(f"{options.service} is stopped, until `stack start {options.service}`.")


def _restart(options: Options, layout: Layout) -> None:
    chosen = up.chosen_ports(layout)
    known = services(chosen, layout).get(options.service)
    if known and known.renew_signal and Supervisor(chosen, layout).is_running(known.name):
        Supervisor(chosen, layout).signal(known.name, known.renew_signal)
        print(f"A successor of {known.name} takes over.")
        return
    Supervisor(chosen, layout).stop(options.service)
    _start(options, layout)


def _logs(options: Options, layout: Layout) -> None:
    if options.service not in services(up.chosen_ports(layout), layout):
        raise UnknownService(f"There is no service {options.service!r}.")
    print(layout.tail(options.service, lines=50))


def _journey(options: Options, layout: Layout) -> int:
    # Its clients take a moment to import, which no other command should pay for.
    from stack import journey

    return journey.main(up.chosen_ports(layout), as_json=options.json)


def _clean(options: Options, layout: Layout) -> None:
    if Supervisor(up.chosen_ports(layout), layout).is_up():
        raise NotRunning("The stack is running; stop it with `make down` first.")
    shutil.rmtree(layout.home)
    print(f"{layout.home} is removed.")


def _lock_jars(options: Options, layout: Layout) -> None:
    from stack.lock_jars import write_lock

    print(f"{write_lock()} artifacts are in the lock.")
