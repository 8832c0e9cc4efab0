"""A person's key in the monolith's database: the one copy that erasure has to destroy."""

from django.db import models
from django.db.models import Q


class PersonKey(models.Model):
    """A key wrapped by the master key; once destroyed, the row says so for ever."""

    person = models.TextField(primary_key=True, help_text="The person's id in the events.")
    wrapped = models.BinaryField(null=True, help_text="Nonce and AES-256-GCM ciphertext.")
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "person_key"
        constraints = [
            models.CheckConstraint(
                name="person_key_is_whole_or_destroyed",
                condition=Q(wrapped__isnull=False) ^ Q(destroyed_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Key of person {self.person}" + (", destroyed" if self.destroyed_at else "")
