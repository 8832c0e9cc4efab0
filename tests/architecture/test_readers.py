"""Who reads a topic is declared where the topic is, and is so."""

from cdc.contracts.topics import TOPICS
from consumers.search.handlers import search


def test_the_declared_readers_are_those_that_subscribe() -> None:
    for consumer in (search,):
        declared = {topic.name for topic in TOPICS if consumer.name in topic.readers}

        assert declared == set(consumer.topics)
