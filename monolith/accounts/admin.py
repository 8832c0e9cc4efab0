"""How staff look after users."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin

from monolith.accounts.models import User


@admin.register(User)
class PersonAdmin(UserAdmin):
    list_display = ("username", "display_name", "email", "is_staff", "is_active")
    list_filter = ("is_staff", "is_active", "groups")
    search_fields = ("username", "display_name", "email")
    fieldsets = (*(UserAdmin.fieldsets or ()), ("Public", {"fields": ("display_name",)}))
    add_fieldsets = (
        *UserAdmin.add_fieldsets,
        ("Public", {"fields": ("email", "display_name")}),
    )
