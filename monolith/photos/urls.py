"""Pictures, as every browser loads them, and the page on which agents look after them."""

from django.urls import path, re_path

from monolith.photos import agent_views, views

app_name = "photos"
urlpatterns = [
    re_path(
        r"^photos/(?P<listing_id>[0-9]{1,19})/(?P<digest>[0-9a-f]{32})-(?P<width>[0-9]{3,4})\.webp$",
        views.picture,
    ),
    path("agent/listings/<int:listing_id>/photos/", agent_views.photos, name="of"),
    path(
        "agent/listings/<int:listing_id>/photos/<int:photo_id>/",
        agent_views.change,
        name="change",
    ),
]
