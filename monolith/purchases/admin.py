"""How staff look after offers and purchases: they search, and take steps through the services.

Unlike elsewhere in the admin nothing here bypasses them: each step moves a listing, or money.
"""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from monolith.accounts.models import User
from monolith.errors import PurchaseError
from monolith.purchases import offer_services, purchase_services
from monolith.purchases.models import Document, Offer, Purchase, Reason, Signature, Step


class ReadOnly(admin.options.BaseModelAdmin):
    """Rows to look at: what changes them, and tells both sides, are the services."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class StepInline(ReadOnly, admin.TabularInline):
    model = Step
    extra = 0
    readonly_fields = ("taken_at", "by", "role", "old_status", "new_status")


class DocumentInline(ReadOnly, admin.StackedInline):
    model = Document
    extra = 0
    readonly_fields = ("kind", "body", "drawn_up_at")


@admin.register(Offer)
class OfferAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "listing", "buyer", "amount", "status", "expires_on", "made_at")
    list_filter = ("status", "expires_on", "made_at", "listing__agent__agency")
    list_select_related = ("listing", "buyer")
    search_fields = ("=id", "=listing__id", "listing__address", "buyer__display_name")
    search_help_text = "A number of an offer or a home, words of an address, or a buyer's name."
    ordering = ("-id",)
    readonly_fields = (
        *("listing", "buyer", "amount", "note", "expires_on", "status"),
        *("made_at", "changed_at", "version"),
    )
    inlines = (StepInline,)
    actions = ("decline",)

    @admin.action(description="Decline", permissions=["change"])
    def decline(self, request: HttpRequest, queryset: QuerySet[Offer]) -> None:
        _each(self, request, queryset, offer_services.decline, "declined")


@admin.register(Purchase)
class PurchaseAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("offer_id", "listing", "buyer", "status", "reason", "changed_at")
    list_filter = ("status", "reason", "changed_at", "listing__agent__agency")
    list_select_related = ("listing", "offer__buyer")
    search_fields = ("=offer__id", "=listing__id", "listing__address", "deposit_reference")
    search_help_text = "A number of an offer or a home, words of an address, or a reference."
    ordering = ("-offer_id",)
    readonly_fields = (
        *("offer", "listing", "status", "deposit_reference", "reason"),
        *("changed_at", "version"),
    )
    inlines = (DocumentInline,)
    actions = ("complete", "cancel_for_financing")

    @admin.display(ordering="offer__buyer")
    def buyer(self, purchase: Purchase) -> User:
        return purchase.offer.buyer

    @admin.action(description="Complete: the home is sold", permissions=["change"])
    def complete(self, request: HttpRequest, queryset: QuerySet[Purchase]) -> None:
        _each(self, request, queryset, purchase_services.complete, "completed")

    @admin.action(description="Cancel: the financing fell through", permissions=["change"])
    def cancel_for_financing(self, request: HttpRequest, queryset: QuerySet[Purchase]) -> None:
        def cancel(by: User, purchase_id: int) -> None:
            purchase_services.cancel(by, purchase_id, Reason.FINANCING)

        _each(self, request, queryset, cancel, "cancelled")


@admin.register(Signature)
class SignatureAdmin(ReadOnly, admin.ModelAdmin):
    list_display = ("id", "document", "role", "by", "signed_at")
    list_filter = ("role", "signed_at")
    list_select_related = ("document", "by")
    search_fields = ("=document__purchase__offer__id", "name")
    readonly_fields = ("document", "role", "by", "name", "signed_at")


def _each(
    page: admin.ModelAdmin,
    request: HttpRequest,
    queryset: QuerySet[Any],
    step: Callable[[User, int], None],
    done: str,
) -> None:
    """Take a step for each chosen row, and say of each that refuses why."""
    count = 0
    for row in queryset.order_by("pk"):
        try:
            step(cast(User, request.user), row.pk)
            count += 1
        except PurchaseError as error:
            page.message_user(request, f"{row}: {error}", messages.ERROR)
    if count:
        page.message_user(request, f"{count} {done}.", messages.SUCCESS)
