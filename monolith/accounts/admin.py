"""How staff look after users and their agencies."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from monolith.accounts.models import Agency, User

AGENCY: tuple[str, Any] = ("Agency", {"fields": ("agency", "is_agency_admin", "confirmed_at")})


@admin.register(Agency)
class AgencyAdmin(admin.ModelAdmin):
    list_display = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ("username", "display_name", "email", "is_staff", "is_active")
    list_filter = ("is_staff", "is_active", "groups", "agency")
    search_fields = ("username", "display_name", "email")
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Public", {"fields": ("display_name",)}), AGENCY)
    add_fieldsets = (
        *UserAdmin.add_fieldsets,
        ("Public", {"fields": ("email", "display_name")}),
    )
