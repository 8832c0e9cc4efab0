"""The two addresses of the search."""

from django.urls import path

from monolith.search import views

app_name = "search"
urlpatterns = [
    path("search", views.search_page, name="page"),
    path("api/v1/search", views.search_api, name="api"),
]
