"""The outbox as the audit trail: who did what, when and why, for staff to read.

Enters: outbox rows. Leaves: read-only pages; an event is a fact and nobody changes it.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from cdc.contracts.codec import MalformedEvent, decode
from cdc.outbox.models import OutboxEvent

_SHOWN = (*(field.name for field in OutboxEvent._meta.fields if field.name != "payload"), "says")


@admin.register(OutboxEvent)
class OutboxEventAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Show events, the newest first, found by aggregate, actor or request."""

    list_display = (
        "occurred_at",
        "event_type",
        "aggregate_type",
        "aggregate_id",
        "aggregate_version",
        "actor",
        "reason",
    )
    list_filter = ("topic", "event_type", "occurred_at")
    search_fields = ("=aggregate_id", "=actor", "=correlation_id")
    search_help_text = "An aggregate's id, an actor (account:12), or a request's id."
    # Counting a month of events to say "page 1 of 90,000" helps nobody.
    show_full_result_count = False
    fields = readonly_fields = _SHOWN

    @admin.display(description="payload")
    def says(self, event: OutboxEvent) -> str:
        """Return the payload in words."""
        try:
            return str(decode(event.event_type, bytes(event.payload)))
        except MalformedEvent as error:
            return str(error)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Let nobody invent an event."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody change one."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let nobody take one back."""
        return False
