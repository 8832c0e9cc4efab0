"""What a signed-in person keeps, under `/saved/`."""

from django.urls import path

from monolith.interests import favourite_views, search_views

app_name = "interests"
urlpatterns = [
    path("saved/", favourite_views.favourites, name="favourites"),
    path("saved/homes/<int:listing_id>/add/", favourite_views.add, name="add"),
    path("saved/homes/<int:listing_id>/remove/", favourite_views.remove, name="remove"),
    path("saved/searches/", search_views.searches, name="searches"),
    path("saved/searches/new", search_views.new, name="new_search"),
    path("saved/searches/<int:search_id>/", search_views.change, name="change_search"),
    path("saved/searches/<int:search_id>/delete/", search_views.delete, name="delete_search"),
]
