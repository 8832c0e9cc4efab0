#!/usr/bin/env python3
"""The one entry point: `manage.py [monolith|strangler|stack|bench|<consumer>] COMMAND`.

Without a side a command goes to the monolith, as any Django developer expects. What every
consumer has is asked for as `manage.py consumers VERB NAME`, and goes to the side of that name;
`manage.py consumers status` asks them all.
The addresses of a running stack are read from the folder where it keeps its data,
so that a command in a second terminal reaches it without being told.
"""

import json
import os
import subprocess
import sys

from consumers.runtime.found import consumer_names, settings_of

CONSUMERS = consumer_names()
SETTINGS = {
    "monolith": "monolith.settings",
    "strangler": "strangler.control.settings",
    **{name: settings_of(name) for name in CONSUMERS},
}


def main() -> None:
    """Hand the command line to the side that it names."""
    from stack import environment

    environment.load()
    side = sys.argv[1] if len(sys.argv) > 1 else ""
    if side == "stack":
        from stack.cli import main as stack_main

        sys.exit(stack_main(sys.argv[2:]))
    if side == "bench":
        from tests.bench.cli import main as bench_main

        sys.exit(bench_main(sys.argv[2:]))
    if side == "consumers":
        side = _named_consumer()
    if side in SETTINGS:
        os.environ["DJANGO_SETTINGS_MODULE"] = SETTINGS[side]
        sys.argv[0:2] = [f"{sys.argv[0]} {side}"]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS["monolith"])

    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        is_untold = str(error).startswith("Set the environment variable")
        sys.exit(f"{error}{environment.advice() if is_untold else ''}")
    except OperationalError as error:
        first, *_ = str(error).splitlines()
        sys.exit(f"The database does not answer: {first}{environment.advice()}")


def _named_consumer() -> str:
    """Take the consumer's name out of the command line, and put it where a side stands."""
    for name in sys.argv[2:]:
        if name in CONSUMERS:
            sys.argv.remove(name)
            sys.argv[1] = name
            return name
    if sys.argv[2:3] == ["status"] and all(word.startswith("-") for word in sys.argv[3:]):
        sys.exit(_status_of_all())
    sys.exit(f"Name the consumer: manage.py consumers VERB {'|'.join(CONSUMERS)}")


def _status_of_all() -> int:
    """Ask each in a process of its own, as each has settings of its own."""
    is_json = "--json" in sys.argv
    told: dict[str, object] = {}
    worst = 0
    for name in CONSUMERS:
        asked = [sys.executable, *sys.argv, name]
        ended = subprocess.run(asked, stdout=subprocess.PIPE if is_json else None, check=False)
        told[name] = json.loads(ended.stdout) if ended.stdout else None
        worst = max(worst, ended.returncode)
    if is_json:
        sys.stdout.write(json.dumps(told, indent=1) + "\n")
    return worst


if __name__ == "__main__":
    main()
