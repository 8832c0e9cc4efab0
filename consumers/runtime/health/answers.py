"""What the processes of one consumer tell at their addresses, as one overview.

Enters: the port of the first; the others have the ports behind it. Leaves: the whole consumer, for
`consumers status` and the page of each process.
"""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from urllib.request import urlopen

from consumers.runtime.health.overview import Overview, from_json, of_all

_TIMEOUT = 3.0
# So many addresses are tried before nobody is thought to be there.
_FIRST = 4


def running(consumer: str, port: int) -> Overview | None:
    """Give the processes of ``consumer`` as one, those named that are silent; None of none."""
    answers = list(_answers(consumer, port))
    if not answers:
        return None
    told = of_all(answers)
    if silent := told.processes - len(answers):
        silence = f"{silent} of {told.processes} processes do not answer"
        told = replace(told, unready="; ".join(filter(None, (silence, told.unready))))
    return told


def _answers(consumer: str, port: int) -> Iterator[Overview]:
    number, processes = 0, _FIRST
    while number < processes:
        if (told := _asked(port + number)) is not None and told.consumer == consumer:
            processes = told.processes
            yield told
        number += 1


def _asked(port: int) -> Overview | None:
    # OSError: nobody listens; the others: it is somebody else who does.
    with (
        suppress(OSError, ValueError, TypeError, KeyError),
        urlopen(f"http://127.0.0.1:{port}/status", timeout=_TIMEOUT) as answer,
    ):
        return from_json(json.load(answer))
    return None
