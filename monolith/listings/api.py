"""A home for programs: its number enters, JSON leaves."""

from typing import Any

from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.generics import RetrieveAPIView
from rest_framework.serializers import CharField, ModelSerializer

from monolith.listings.models import LISTED, Listing, Status


class Gone(APIException):
    """The home was withdrawn; asking again will not help."""

    status_code = status.HTTP_410_GONE
    default_detail = "This home is no longer on the market."


class ListingSerializer(ModelSerializer):
    url = CharField(source="get_absolute_url")
    agent = CharField(source="agent.get_full_name")

    class Meta:
        model = Listing
        fields = (
            *("id", "url", "title", "description", "price", "previous_price", "reduced_at"),
            *("beds", "baths", "half_baths", "rooms", "living_area", "lot_size", "year_built"),
            *("stories", "wall", "garage", "garage_area", "neighbourhood", "address", "zip_code"),
            *("latitude", "longitude", "status", "listed_at", "version", "agent"),
        )
        read_only_fields = fields


class ListingDetail(RetrieveAPIView):
    queryset = Listing.objects.filter(status__in=[*LISTED, Status.WITHDRAWN]).select_related(
        "agent"
    )
    serializer_class = ListingSerializer

    def get_object(self) -> Any:
        listing = super().get_object()
        if listing.status == Status.WITHDRAWN:
            raise Gone
        return listing
