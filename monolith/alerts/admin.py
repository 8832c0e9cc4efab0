"""What staff see of alerts: everything. They may have a failed one tried again, and no more."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from monolith.alerts.models import Alert, Change, Digest, OptOut, State


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that services write: staff look."""

    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    list_display = ("id", "account", "kind", "home", "state", "reason", "attempts", "sent_at")
    list_filter = ("state", "kind", "planned_at")
    list_select_related = ("account", "change__listing")
    search_fields = ("=id", "=account__email", "=change__listing__id", "=message_id")
    search_help_text = "A number of an alert or a listing, an e-mail address, or a message's id."
    ordering = ("-id",)
    actions = ("try_again",)

    @admin.display(description="Home")
    def home(self, alert: Alert) -> str:
        return str(alert.change.listing) if alert.change else ""

    @admin.action(description="Try failed ones again", permissions=["view"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Alert]) -> None:
        """Plan them anew; the next sweep takes them up."""
        failed = queryset.filter(state=State.FAILED)
        fresh = {"reason": "", "attempts": 0, "due_at": timezone.now()}
        count = failed.update(state=State.PLANNED, **fresh)
        self.message_user(request, f"{count} will be tried again.", messages.SUCCESS)


@admin.register(Change)
class ChangeAdmin(ReadOnlyAdmin):
    list_display = ("id", "listing", "what", "old_price", "new_price", "happened_at", "handled_at")
    list_filter = ("what", ("handled_at", admin.EmptyFieldListFilter), "happened_at")
    list_select_related = ("listing",)
    search_fields = ("=listing__id",)
    ordering = ("-id",)


@admin.register(Digest)
class DigestAdmin(ReadOnlyAdmin):
    list_display = ("slot", "frequency", "since", "finished_at")
    list_filter = ("frequency",)
    ordering = ("-slot",)


@admin.register(OptOut)
class OptOutAdmin(ReadOnlyAdmin):
    list_display = ("account", "kind", "since")
    list_filter = ("kind",)
    list_select_related = ("account",)
    search_fields = ("=account__email",)
    ordering = ("-id",)
