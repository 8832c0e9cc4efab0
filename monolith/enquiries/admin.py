"""How staff look after enquiries: find one, see what was answered, note that it was."""

from typing import cast

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from cdc.outbox.batch import together
from cdc.outbox.context import because
from monolith.accounts.models import User
from monolith.enquiries import services
from monolith.enquiries.models import Enquiry, Reply


class ReplyInline(admin.TabularInline):
    model = Reply
    extra = 0
    can_delete = False
    readonly_fields = ("author", "text", "sent_at", "due_at", "doubt")

    def has_add_permission(self, request: HttpRequest, obj: Enquiry | None = None) -> bool:
        return False


@admin.register(Enquiry)
class EnquiryAdmin(admin.ModelAdmin):
    list_display = ("id", "listing", "asker_name", "sent_at", "answered_at")
    list_filter = (
        ("answered_at", admin.EmptyFieldListFilter),
        ("account", admin.EmptyFieldListFilter),
        "replies__doubt",
        "sent_at",
        "listing__agent__agency",
    )
    list_select_related = ("listing", "account")
    search_fields = ("=id", "=listing__id", "email", "name", "account__email", "message")
    search_help_text = "A number of an enquiry or a listing, an address, a name, or words."
    ordering = ("-id",)
    show_full_result_count = False
    autocomplete_fields = ("listing", "account")
    readonly_fields = ("version", "sent_at")
    inlines = (ReplyInline,)
    actions = ("mark_answered",)

    @admin.action(description="Mark as answered", permissions=["change"])
    def mark_answered(self, request: HttpRequest, queryset: QuerySet[Enquiry]) -> None:
        staff = cast(User, request.user).pk
        with because("admin: mark as answered"), transaction.atomic(), together():
            numbers = queryset.filter(answered_at=None).order_by("pk").values_list("pk", flat=True)
            count = sum(services.mark_answered(number, staff) for number in list(numbers))
        self.message_user(request, f"{count} marked as answered.", messages.SUCCESS)
