"""What search engines should know: every listed home, 5,000 to a page of the map."""

from datetime import datetime

from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from monolith.listings.models import Listing, ListingQuerySet


class HomeSitemap(Sitemap):
    limit = 5000

    def items(self) -> ListingQuerySet:
        return Listing.objects.listed().only("id", "slug", "updated_at").order_by("id")

    def lastmod(self, listing: Listing) -> datetime:
        return listing.updated_at

    def get_latest_lastmod(self) -> datetime | None:
        # Django would load every home to find the latest.
        return Listing.objects.listed().aggregate(latest=Max("updated_at"))["latest"]


SITEMAPS = {"homes": HomeSitemap}


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    context = {"sitemap": request.build_absolute_uri("/sitemap.xml")}
    return render(request, "listings/robots.txt", context, content_type="text/plain")
