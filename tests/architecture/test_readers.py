"""Who reads a topic is declared where the topic is, and is so."""

import pytest
from django.utils.module_loading import import_string

from cdc.contracts.topics import SEARCH_DEAD_LETTERS, TOPICS
from consumers.runtime.found import consumer_names


@pytest.mark.parametrize("name", consumer_names())
def test_the_declared_readers_are_those_that_subscribe(name: str) -> None:
    consumer = import_string(f"consumers.{name}.handlers.{name}")

    declared = {topic.name for topic in TOPICS if name in topic.readers}

    assert consumer.name == name
    assert declared == set(consumer.topics)


def test_every_reader_has_a_topic_for_dead_letters() -> None:
    readers = {reader for topic in TOPICS for reader in topic.readers}

    assert {f"{reader}.dead-letters" for reader in readers} <= {topic.name for topic in TOPICS}
    assert SEARCH_DEAD_LETTERS in {topic.name for topic in TOPICS}
