"""What a signed-in person keeps, under `/saved/` and, for programs, `/api/v1/`."""

from django.urls import path

from monolith.interests import api, favourite_views, search_views

app_name = "interests"
urlpatterns = [
    path("saved/", favourite_views.favourites, name="favourites"),
    path("saved/homes/<int:listing_id>/add/", favourite_views.add, name="add"),
    path("saved/homes/<int:listing_id>/remove/", favourite_views.remove, name="remove"),
    path("saved/searches/", search_views.searches, name="searches"),
    path("saved/searches/new", search_views.new, name="new_search"),
    path("saved/searches/<int:search_id>/", search_views.change, name="change_search"),
    path("saved/searches/<int:search_id>/delete/", search_views.delete, name="delete_search"),
    path("api/v1/favourites", api.Favourites.as_view(), name="api_favourites"),
    path("api/v1/favourites/<int:listing_id>", api.OneFavourite.as_view(), name="api_favourite"),
    path("api/v1/saved-searches", api.SavedSearches.as_view(), name="api_searches"),
    path("api/v1/saved-searches/<int:pk>", api.OneSavedSearch.as_view(), name="api_search"),
]
