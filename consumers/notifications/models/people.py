"""Who can be written to, and what they do not want to hear of."""

from django.db import models


class Person(models.Model):
    """An account; its address and name are tokens that its own key opens."""

    account_id = models.BigIntegerField(primary_key=True)
    email = models.TextField(blank=True, help_text="Sealed; opened at sending and never kept.")
    name = models.TextField(blank=True, help_text="Sealed.")
    # Of the account, so that an older record changes nothing.
    version = models.BigIntegerField(default=0)
    is_reachable = models.BooleanField(
        default=True, help_text="The account may be used, and its address was confirmed."
    )

    def __str__(self) -> str:
        return f"Account {self.account_id}"


class OptOut(models.Model):
    """A kind that somebody did not want, as the monolith's page took it down."""

    account_id = models.BigIntegerField()
    kind = models.CharField(max_length=10)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["account_id", "kind"], name="notif_opt_out_whose")]

    def __str__(self) -> str:
        return f"Account {self.account_id}: no {self.kind}"
