"""The addresses of the extracted search: the monolith's two, its own, and those for machines."""

from django.urls import path

from consumers.runtime.web import applied
from consumers.search import views, wider_views

urlpatterns = [
    path("search", views.search_page, name="page"),
    path("api/v1/search", views.search_api, name="api"),
    path("api/v1/search/suggestions", wider_views.suggestions_api),
    path("api/v1/search/clusters", wider_views.clusters_api),
    path("api/v1/search/similar/<int:listing_id>", wider_views.similar_api),
    path("search/scripts/<str:name>", wider_views.script),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("_projection/applied", applied.topics),
    path("_projection/applied/<str:topic>", applied.rows),
    path("_projection/listing/<int:listing_id>", views.projected_listing),
]
