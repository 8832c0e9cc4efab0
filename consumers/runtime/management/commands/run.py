"""`manage.py consumers run NAME`: consume until told to stop."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from consumers.runtime.declared import declared
from consumers.runtime.errors import ConsumerError
from consumers.runtime.run import run_consumer
from consumers.runtime.settings import setting


class Command(BaseCommand):
    """Run in the foreground; SIGTERM drains and ends with 0."""

    help = "Apply what the topics tell until SIGTERM."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            run_consumer(declared(), setting("CONSUMER_HEALTH_PORT"))
        except ConsumerError as error:
            raise CommandError(str(error)) from error
