"""The addresses of the extracted search: the monolith's two, and those for machines."""

from django.urls import path

from consumers.runtime.web import applied
from consumers.search import views

urlpatterns = [
    path("search", views.search_page, name="page"),
    path("api/v1/search", views.search_api, name="api"),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("_projection/applied", applied.topics),
    path("_projection/applied/<str:topic>", applied.rows),
    path("_projection/listing/<int:listing_id>", views.projected_listing),
]
