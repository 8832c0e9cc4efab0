"""The addresses of the extracted search: the monolith's two, its own, and those for machines."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from consumers.runtime.web import applied
from consumers.search import views, wider_views

# The largest number that the monolith's database gives a listing.
_LARGEST = 2**63 - 1


class ListingId(IntConverter):
    """A number that a listing may have; no engine is asked for another."""

    def to_python(self, value: str) -> int:
        number = int(value)
        if number > _LARGEST:
            raise ValueError(number)
        return number


register_converter(ListingId, "listing")

urlpatterns = [
    path("search", views.search_page, name="page"),
    path("api/v1/search", views.search_api, name="api"),
    path("api/v1/search/suggestions", wider_views.suggestions_api),
    path("api/v1/search/clusters", wider_views.clusters_api),
    path("api/v1/search/similar/<listing:listing_id>", wider_views.similar_api),
    path("search/scripts/<str:name>", wider_views.script),
    path("healthz", views.healthz),
    path("readyz", views.readyz),
    path("_projection/applied", applied.topics),
    path("_projection/applied/<str:topic>", applied.rows),
    path("_projection/listing/<listing:listing_id>", views.projected_listing),
]
