"""Offers and purchases, as their buyers and their agents see them."""

from django.urls import path

from monolith.purchases import agent_views, buyer_views, document_views, views

app_name = "purchases"
urlpatterns = [
    path("homes/<int:listing_id>/offer/", buyer_views.make_offer, name="make"),
    path("saved/offers/", buyer_views.own_offers, name="own"),
    path("agent/offers/", agent_views.offers, name="agent"),
    path("agent/listings/<int:listing_id>/offers/", agent_views.offers, name="of_home"),
    path("offers/<int:offer_id>/", views.offer_page, name="offer"),
    path("offers/<int:offer_id>/deposit/", views.pay_deposit, name="deposit"),
    path("offers/<int:offer_id>/documents/<slug:kind>/", document_views.document, name="document"),
    path("offers/<int:offer_id>/cancel/", views.cancel, name="cancel"),
    *(
        path(f"offers/<int:offer_id>/{name}/", views.take_step, {"name": name}, name=name)
        for name in views.STEPS
    ),
]
