"""How staff look through photos and take down what should not be shown."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from monolith.photos.models import Photo


@admin.register(Photo)
class PhotoAdmin(admin.ModelAdmin):
    list_display = ("id", "picture", "listing", "caption", "position", "added_at")
    list_filter = ("added_at", "listing__status", ("caption", admin.EmptyFieldListFilter))
    list_select_related = ("listing",)
    list_per_page = 50
    search_fields = ("=listing__id", "listing__address", "caption")
    search_help_text = "A listing's number, or words of its address or of the caption."
    readonly_fields = ("listing", "picture", "width", "height", "added_at")
    ordering = ("-id",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        # Pictures come in by the agent's page alone, where they are checked and made anew.
        return False

    @admin.display
    def picture(self, photo: Photo) -> SafeString:
        height = round(120 * photo.height / photo.width)
        return format_html(
            '<img src="{}" width="120" height="{}" alt="" loading="lazy">', photo.small_src, height
        )
