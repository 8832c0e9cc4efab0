"""Homes, as visitors see them, as their agents do, and as programs do."""

from django.contrib.sitemaps import views as sitemaps
from django.urls import path

from monolith.listings import (
    agent_views,
    api,
    hand_over_views,
    market_views,
    old_addresses,
    price_views,
    views,
)
from monolith.listings.feeds import MarketFeed
from monolith.listings.sitemaps import SITEMAPS, robots
from monolith.listings.steps import views as steps

app_name = "listings"
urlpatterns = [
    path("", views.home, name="home"),
    path("homes/<int:listing_id>/", views.listing_page, name="number"),
    path("homes/<int:listing_id>-<slug:slug>/", views.listing_page, name="page"),
    path("homes/<int:listing_id>/prices/", views.price_history, name="prices"),
    path("feed.atom", MarketFeed(), name="feed"),
    path("robots.txt", robots),
    path(
        "sitemap.xml",
        sitemaps.index,
        {"sitemaps": SITEMAPS, "sitemap_url_name": "listings:sitemap"},
    ),
    path("sitemap-<section>.xml", sitemaps.sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("listings/<int:listing_id>/", old_addresses.numbered),
    path("listing.php", old_addresses.php),
    path("agent/", agent_views.own_listings, name="own"),
    path("agent/hand-over/", hand_over_views.hand_over, name="hand_over"),
    path("agent/prices/", price_views.upload, name="price_list"),
    path("agent/prices/confirm/", price_views.confirm, name="confirm_prices"),
    path("agent/prices/template.csv", price_views.template, name="price_template"),
    path("agent/listings/new/", steps.begin, name="new"),
    path("agent/listings/<int:listing_id>/edit/", agent_views.edit_listing, name="edit"),
    *(
        path(f"agent/listings/<int:listing_id>/{name}/", steps.answer, {"name": name}, name=name)
        for name in ("place", "facts", "words", "price")
    ),
    path("agent/listings/<int:listing_id>/review/", steps.review, name="review"),
    path("agent/listings/<int:listing_id>/withdraw/", market_views.withdraw, name="withdraw"),
    path("agent/listings/<int:listing_id>/relist/", market_views.relist, name="relist"),
    *(
        path(
            f"agent/listings/<int:listing_id>/{status}/",
            agent_views.take_step,
            {"status": status},
            name=status,
        )
        for status in ("pending", "sold")
    ),
    path("api/v1/listings", api.Listings.as_view(), name="api_list"),
    path("api/v1/listings/<int:pk>", api.ListingDetail.as_view(), name="api"),
]
