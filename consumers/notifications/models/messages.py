"""What the two sides of an enquiry or a viewing are told; the words stay behind."""

from django.db import models


class Message(models.Model):
    """One event of an enquiry or a viewing: the cause of a letter to either side."""

    event_id = models.CharField(max_length=64, primary_key=True)
    kind = models.CharField(max_length=10)
    what = models.CharField(max_length=10)
    # The monolith's, of the enquiry or the viewing, and its version after the event.
    number = models.BigIntegerField()
    version = models.BigIntegerField()
    listing_id = models.BigIntegerField()
    # Either side is blank once it was erased; of a visitor without an account there is none.
    agent_id = models.BigIntegerField(null=True)
    account_id = models.BigIntegerField(null=True)
    starts_at = models.DateTimeField(null=True)
    by_agent = models.BooleanField(default=False)
    happened_at = models.DateTimeField(db_index=True)
    handled_by = models.TextField(blank=True, help_text="The stamp: for whom the service acts.")

    class Meta:
        indexes = [models.Index(fields=["kind", "number"], name="notif_message_about")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}: {self.what}"
