"""Where a consumer stands, asked from outside: of its processes, or of what it left behind.

Enters: a declared consumer. Leaves: one overview. Nothing is written, and no group is joined.
"""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from urllib.request import urlopen

from django.conf import settings
from django.utils.module_loading import import_string

from consumers.runtime.assembly import subscribed
from consumers.runtime.brokers.kafka import ends_of
from consumers.runtime.declared import Declared
from consumers.runtime.models import PartitionOwner
from consumers.runtime.overview import Overview, from_json, of_all, of_stopped
from consumers.runtime.parking.counts import parked_counts
from consumers.runtime.records import Partition
from consumers.runtime.settings import setting
from consumers.runtime.web.applied import Unavailable

_TIMEOUT = 3.0
# So many addresses are tried before nobody is thought to be there.
_FIRST = 4


def standing(side: Declared) -> Overview:
    """Give the overview of ``side``'s consumer, marked when it does not run."""
    side.prepare()
    answers = list(_answers(setting("CONSUMER_HEALTH_PORT")))
    if not answers:
        config = subscribed(side.config, side.consumer)
        return of_stopped(config, known_offsets(side), ends_of(config), parked_counts(config.name))
    told = of_all(answers)
    if silent := told.processes - len(answers):
        silence = f"{silent} of {told.processes} processes do not answer"
        told = replace(told, unready="; ".join(filter(None, (silence, told.unready))))
    return told


def _answers(port: int) -> Iterator[Overview]:
    number, processes = 0, _FIRST
    while number < processes:
        if (told := _asked(port + number)) is not None:
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


def known_offsets(side: Declared) -> Mapping[Partition, int]:
    """Give the next offsets that the store knows, without opening it to write."""
    if not side.has_one_writer:
        rows = PartitionOwner.objects.filter(consumer=side.config.name)
        places = rows.values_list("topic", "partition", "next_offset")
        return {Partition(topic, number): at for topic, number, at in places if at is not None}
    found: dict[Partition, int] = {}
    for path in getattr(settings, "AUDITED_READ_MODELS", {}).values():
        with suppress(Unavailable):
            found |= import_string(path)().offsets()
    return found
