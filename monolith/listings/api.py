"""Homes for programs: a number or a page enters, JSON leaves. `/api/v1/search` finds them."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.exceptions import APIException
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.request import Request
from rest_framework.response import Response
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


class Listings(ListAPIView):
    # Descriptions are long, but a program that reads them all needs no second request for each.
    queryset = Listing.objects.listed().select_related("agent").order_by("-listed_at", "-id")
    serializer_class = ListingSerializer
    throttle_scope = "public"

    @extend_schema(summary="List the homes, newest first", description="Sold ones included.")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class ListingDetail(RetrieveAPIView):
    queryset = Listing.objects.filter(status__in=[*LISTED, Status.WITHDRAWN]).select_related(
        "agent"
    )
    serializer_class = ListingSerializer
    throttle_scope = "public"

    @extend_schema(summary="Show a home", description="A withdrawn home answers 410.")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    def get_object(self) -> Any:
        listing = super().get_object()
        if listing.status == Status.WITHDRAWN:
            raise Gone
        return listing
