"""What people keep, as programs see it: JSON enters, is checked, and goes to the services."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.serializers import (
    CharField,
    DictField,
    IntegerField,
    ModelSerializer,
    SerializerMethodField,
)

from monolith.errors import HomeNotListed, TooManySearches
from monolith.interests import criteria, services
from monolith.interests.models import Favourite, SavedSearch
from monolith.search import queries
from monolith.search.forms import SearchForm

LARGEST_ID = 2**63 - 1


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"oneOf": [{"type": "string"}, {"type": "integer"}]},
    }
)
class CriteriaField(DictField):
    """The search page's parameters, checked as it checks them, and kept normalised."""

    child = CharField(allow_blank=True, max_length=200)

    def to_internal_value(self, data: Any) -> criteria.Criteria:
        # First, so that no message repeats a key that somebody made up.
        if isinstance(data, dict) and not data.keys() <= criteria.FIELDS.keys():
            raise ValidationError(f"Use these parameters only: {', '.join(criteria.FIELDS)}.")
        form = SearchForm(super().to_internal_value(data), queries.choices())
        if not form.is_valid():
            raise ValidationError(
                {name: [str(one) for one in said] for name, said in form.errors.items()}
            )
        return criteria.normalised(form)

    def to_representation(self, value: criteria.Criteria) -> criteria.Criteria:
        # Numbers stay numbers.
        return value


class FavouriteSerializer(ModelSerializer[Favourite]):
    listing = IntegerField(source="listing_id", min_value=1, max_value=LARGEST_ID)
    url = CharField(source="listing.get_absolute_url", read_only=True)
    title = CharField(source="listing.title", read_only=True)
    price = IntegerField(source="listing.price", read_only=True)
    status = CharField(source="listing.status", read_only=True)

    class Meta:
        model = Favourite
        fields = ("listing", "url", "title", "price", "status", "added_at")

    def create(self, validated_data: dict[str, Any]) -> Favourite:
        account_id, listing_id = self.context["request"].user.pk, validated_data["listing_id"]
        try:
            services.add_favourite(account_id, listing_id)
        except HomeNotListed as error:
            raise ValidationError({"listing": [str(error)]}) from error
        return Favourite.objects.get(account_id=account_id, listing_id=listing_id)


class SavedSearchSerializer(ModelSerializer[SavedSearch]):
    criteria = CriteriaField(help_text="The search page's parameters, without page.")
    link = SerializerMethodField(help_text="Runs the search.")

    class Meta:
        model = SavedSearch
        fields = (
            *("id", "name", "criteria", "frequency", "link"),
            *("created_at", "changed_at", "version"),
        )

    @extend_schema_field(str)
    def get_link(self, search: SavedSearch) -> str:
        return criteria.link(search.criteria)

    def create(self, validated_data: dict[str, Any]) -> SavedSearch:
        try:
            return services.create_search(self.context["request"].user.pk, **validated_data)
        except TooManySearches as error:
            raise ValidationError({"non_field_errors": [str(error)]}) from error

    def update(self, instance: SavedSearch, validated_data: dict[str, Any]) -> SavedSearch:
        try:
            return services.change_search(instance.account_id, instance.pk, **validated_data)
        except SavedSearch.DoesNotExist as error:
            # Deleted between the look and the lock.
            raise NotFound from error
