"""What people keep, for programs: each account reaches its own, and nothing of others exists."""

from typing import Any, cast

from django.db.models import QuerySet
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.exceptions import NotFound
from rest_framework.generics import ListCreateAPIView, RetrieveUpdateDestroyAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from monolith.accounts.models import User
from monolith.interests import services
from monolith.interests.models import Favourite, SavedSearch
from monolith.interests.serializers import FavouriteSerializer, SavedSearchSerializer


@method_decorator(never_cache, name="dispatch")
class Own(APIView):
    """Lets signed-in people and their programs in."""

    permission_classes = (IsAuthenticated,)
    throttle_scope = "own"


@extend_schema_view(
    get=extend_schema(summary="List your favourites", description="The newest first."),
    post=extend_schema(
        summary="Add a favourite",
        description="Adding a home twice changes nothing.",
    ),
)
class Favourites(Own, ListCreateAPIView[Favourite]):
    serializer_class = FavouriteSerializer

    def get_queryset(self) -> QuerySet[Favourite]:
        kept = Favourite.objects.filter(account_id=self.request.user.pk)
        homes = kept.select_related("listing").order_by("-added_at", "-id")
        return homes.defer("listing__search_vector", "listing__description")


class OneFavourite(Own):
    @extend_schema(responses={204: None}, summary="Remove a favourite")
    def delete(self, request: Request, listing_id: int) -> Response:
        """Keep the home no longer."""
        if not services.remove_favourite(cast(User, request.user).pk, listing_id):
            raise NotFound
        return Response(status=204)


class OwnSearches(Own):
    def get_queryset(self) -> QuerySet[SavedSearch]:
        return SavedSearch.objects.filter(account_id=self.request.user.pk).order_by("-id")


@extend_schema_view(
    get=extend_schema(summary="List your saved searches", description="The newest first."),
    post=extend_schema(
        summary="Save a search",
        description=f"An account keeps at most {services.MAX_SEARCHES} searches.",
    ),
)
class SavedSearches(OwnSearches, ListCreateAPIView[SavedSearch]):
    serializer_class = SavedSearchSerializer


@extend_schema_view(
    get=extend_schema(summary="Show a saved search"),
    put=extend_schema(summary="Replace a saved search"),
    patch=extend_schema(summary="Change a saved search"),
    delete=extend_schema(summary="Delete a saved search"),
)
class OneSavedSearch(OwnSearches, RetrieveUpdateDestroyAPIView[SavedSearch]):
    serializer_class = SavedSearchSerializer

    def perform_destroy(self, instance: Any) -> None:
        try:
            services.remove_search(instance.account_id, instance.pk)
        except SavedSearch.DoesNotExist as error:
            # Another program was quicker.
            raise NotFound from error
