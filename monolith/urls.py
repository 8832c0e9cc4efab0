"""Which address shows what."""

from django.contrib import admin
from django.urls import include, path

from cdc.personal.views import person_key
from monolith import error_pages
from monolith.alerts.handback_view import handback
from monolith.alerts.wishes_view import wishes
from monolith.health import healthz

urlpatterns = [
    path("healthz", healthz),
    path("account/", include("monolith.accounts.own_urls")),
    path("accounts/", include("monolith.accounts.urls")),
    path("admin/", admin.site.urls),
    path("internal/person-keys/<slug:person>", person_key),
    path("internal/alerts/handback", handback),
    path("internal/alerts/wishes", wishes),
    path("api/v1/", include("monolith.api.urls")),
    path("", include("monolith.alerts.urls")),
    path("", include("monolith.enquiries.urls")),
    path("", include("monolith.interests.urls")),
    path("", include("monolith.purchases.urls")),
    path("", include("monolith.viewings.urls")),
    path("", include("monolith.search.urls")),
    path("", include("monolith.photos.urls")),
    path("", include("monolith.listings.urls")),
]

handler400 = error_pages.bad_request
handler403 = error_pages.permission_denied
handler404 = error_pages.not_found
handler500 = error_pages.server_error
