"""Viewings, as visitors see them and as agents do."""

from django.urls import path

from monolith.viewings import agent_views, views

app_name = "viewings"
urlpatterns = [
    path("homes/<int:listing_id>/viewing/", views.book, name="book"),
    path("saved/viewings/", views.own_viewings, name="own"),
    path("saved/viewings/<int:viewing_id>/cancel/", views.cancel, name="cancel"),
    path("saved/viewings/<int:viewing_id>/calendar.ics", views.calendar_file, name="calendar"),
    path("agent/viewings/", agent_views.viewings, name="viewings"),
    path(
        "agent/viewings/<int:viewing_id>/<slug:decision>/",
        agent_views.decide,
        name="decide",
    ),
]
