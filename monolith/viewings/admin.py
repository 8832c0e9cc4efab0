"""How staff look after viewings: find one, put it right, end many."""

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from cdc.outbox.batch import together
from cdc.outbox.context import because
from monolith.viewings import services
from monolith.viewings.models import Status, Viewing


@admin.register(Viewing)
class ViewingAdmin(admin.ModelAdmin):
    list_display = ("id", "starts_at", "status", "listing", "agent", "account")
    list_filter = ("status", "starts_at", "agent__agency")
    list_select_related = ("listing", "agent", "account")
    search_fields = ("=id", "=listing__id", "agent__email", "account__email", "listing__address")
    search_help_text = "A number of a viewing or a listing, an e-mail address, or a home's address."
    date_hierarchy = "starts_at"
    ordering = ("-id",)
    show_full_result_count = False
    autocomplete_fields = ("listing", "agent", "account")
    readonly_fields = ("version", "created_at", "changed_at")
    actions = ("mark_done",)

    @admin.action(description="Mark past confirmed ones as done", permissions=["change"])
    def mark_done(self, request: HttpRequest, queryset: QuerySet[Viewing]) -> None:
        past = queryset.filter(status=Status.CONFIRMED, starts_at__lte=timezone.now())
        with because("admin: mark as done"), transaction.atomic(), together():
            # Locked, so that none is cancelled between the look and the step.
            locked = past.select_for_update(of=("self",)).order_by("pk")
            numbers = list(locked.values_list("pk", flat=True))
            for number in numbers:
                services.finish(number)
        self.message_user(request, f"{len(numbers)} marked as done.", messages.SUCCESS)
