"""How staff put listings right: single edits and bulk actions, both told as domain events.

Enters: what staff decided. Leaves: rows and events by `staff`, with "admin: …" as their reason
in the audit trail. A deletion tells no event: projections see it as a row change.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from cdc.outbox.context import because
from monolith.listings import staff
from monolith.listings.models import FOR_SALE, Listing, PriceChange, Status


class PriceChangeInline(admin.TabularInline):
    model = PriceChange
    extra = 0
    can_delete = False
    readonly_fields = ("old_price", "new_price", "changed_at")

    def has_add_permission(self, request: HttpRequest, obj: Listing | None = None) -> bool:
        return False


@admin.register(Listing)
class ListingAdmin(admin.ModelAdmin):
    list_display = ("id", "__str__", "neighbourhood", "price", "status", "agent", "updated_at")
    list_filter = (
        "status",
        ("reduced_at", admin.EmptyFieldListFilter),
        "listed_at",
        "agent__agency",
        "stories",
        "garage",
        "wall",
        "neighbourhood",
    )
    list_select_related = ("agent",)
    search_fields = ("=id", "title", "address", "=zip_code")
    search_help_text = "A number, or words of the title or the address."
    ordering = ("-id",)
    show_full_result_count = False
    autocomplete_fields = ("agent",)
    readonly_fields = ("version", "updated_at")
    inlines = (PriceChangeInline,)
    actions = ("mark_pending", "mark_sold", "mark_withdrawn", "mark_active")

    def save_model(self, request: HttpRequest, obj: Listing, form: Any, change: bool) -> None:
        with because("admin: edit" if change else "admin: add"):
            staff.save(obj)

    @admin.action(description="Mark as sale pending", permissions=["change"])
    def mark_pending(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        count = _move(queryset.filter(status=Status.ACTIVE), Status.PENDING)
        self.message_user(request, f"{count} marked as pending.", messages.SUCCESS)

    @admin.action(description="Mark as sold", permissions=["change"])
    def mark_sold(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        count = _move(queryset.filter(status__in=FOR_SALE), Status.SOLD)
        self.message_user(request, f"{count} marked as sold.", messages.SUCCESS)

    @admin.action(description="Take off the market", permissions=["change"])
    def mark_withdrawn(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        count = _move(queryset.filter(status__in=FOR_SALE), Status.WITHDRAWN)
        self.message_user(request, f"{count} taken off the market.", messages.SUCCESS)

    @admin.action(description="Put back on the market", permissions=["change"])
    def mark_active(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        # What was never listed may lack what buyers must be told: its agent publishes it.
        was_listed = queryset.exclude(status=Status.DRAFT).exclude(listed_at=None)
        count = _move(was_listed, Status.ACTIVE)
        self.message_user(request, f"{count} put back on the market.", messages.SUCCESS)


def _move(homes: QuerySet[Listing], status: Status) -> int:
    with because(f"admin: mark as {status}"):
        return staff.move_all(homes, status)
