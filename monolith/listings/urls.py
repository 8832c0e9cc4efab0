"""Homes, as visitors see them, as their agents do, and as programs do."""

from django.urls import path

from monolith.listings import agent_views, api, views

app_name = "listings"
urlpatterns = [
    path("", views.home, name="home"),
    path("homes/<int:listing_id>/", views.listing_page),
    path("homes/<int:listing_id>-<slug:slug>/", views.listing_page, name="page"),
    path("agent/", agent_views.own_listings, name="own"),
    path("agent/listings/<int:listing_id>/edit/", agent_views.edit_listing, name="edit"),
    path("api/v1/listings/<int:pk>", api.ListingDetail.as_view(), name="api"),
]
