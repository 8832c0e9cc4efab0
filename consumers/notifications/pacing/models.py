"""A person's rhythm: where their clock is, when it should be quiet, and how much is enough."""

from django.db import models

# Where the homes are; who says nothing is taken to be there.
HERE = "America/New_York"


class Rhythm(models.Model):
    """What somebody chose; who chose nothing has no row and is written to at once."""

    account_id = models.BigIntegerField(primary_key=True)
    zone = models.CharField(max_length=64, default=HERE)
    quiet_from = models.TimeField(null=True, blank=True)
    quiet_until = models.TimeField(null=True, blank=True)
    language = models.CharField(
        max_length=10,
        blank=True,
        default="",
        db_default="",
        help_text="Of letters.",
    )
    most_a_day = models.PositiveSmallIntegerField(null=True, blank=True)

    def __str__(self) -> str:
        return f"Account {self.account_id}: quiet {self.quiet_from}-{self.quiet_until} {self.zone}"


class Gate(models.Model):
    """How many more letters may go now to a provider, and whether it is away or wants a pause."""

    name = models.CharField(max_length=40, primary_key=True)
    tokens = models.FloatField(default=0)
    filled_at = models.DateTimeField()
    refusals = models.PositiveIntegerField(default=0, help_text="In a row; with any it is shut.")
    closed_until = models.DateTimeField(
        null=True, blank=True, help_text="While it is shut: when the next one is tried."
    )

    def __str__(self) -> str:
        return f"{self.name}: {self.tokens:.1f} tokens"
