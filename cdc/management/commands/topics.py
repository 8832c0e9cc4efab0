"""`manage.py topics plan|apply`: compare or create the declared topics."""

from typing import Any

from confluent_kafka.admin import AdminClient
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from cdc import topics
from cdc.skew import skewed


class Command(BaseCommand):
    """Show or carry out the differences between declared and existing topics."""

    help = "Show (plan) or carry out (apply) the differences to the declared topics."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the verb."""
        parser.add_argument("verb", choices=["plan", "apply"])

    def handle(self, *args: Any, **options: Any) -> None:
        """Print one line a difference, and one for each topic whose keys do not spread."""
        admin = AdminClient({"bootstrap.servers": settings.KAFKA_BOOTSTRAP, "log_level": 0})
        act = topics.apply if options["verb"] == "apply" else topics.plan
        try:
            steps = act(admin, settings.TOPIC_REPLICATION)
        except topics.BrokerAway as error:
            raise CommandError(f"{error} (KAFKA_BOOTSTRAP={settings.KAFKA_BOOTSTRAP})") from error
        for step in steps:
            self.stdout.write(f"{step.action:7} {step.topic.name}: {step.reason}")
        if not steps:
            self.stdout.write("All topics are as declared.")
        for skew in skewed(admin):
            self.stdout.write(f"skew    {skew}")
