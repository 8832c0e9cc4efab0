"""Enquiries as programs see them: JSON enters, is checked, and goes to the service."""

from typing import Any

from rest_framework.exceptions import Throttled, ValidationError
from rest_framework.serializers import (
    CharField,
    EmailField,
    IntegerField,
    ModelSerializer,
)

from monolith.api.throttling import count
from monolith.enquiries import services
from monolith.enquiries.models import MAX_TEXT, Enquiry, Reply
from monolith.errors import HomeNotForSale, TooManyMails

LARGEST_ID = 2**63 - 1
CONTACT = ("name", "email")


class ReplySerializer(ModelSerializer[Reply]):
    class Meta:
        model = Reply
        fields = ("text", "sent_at")
        read_only_fields = fields


class EnquirySerializer(ModelSerializer[Enquiry]):
    listing = IntegerField(source="listing_id", min_value=1, max_value=LARGEST_ID)
    url = CharField(source="listing.get_absolute_url", read_only=True)
    name = CharField(max_length=80, required=False, help_text="Required of strangers.")
    email = EmailField(max_length=254, required=False, help_text="Required of strangers.")
    message = CharField(max_length=MAX_TEXT)
    replies = ReplySerializer(many=True, read_only=True)

    class Meta:
        model = Enquiry
        fields = (
            *("id", "listing", "url", "name", "email", "message"),
            *("sent_at", "answered_at", "replies"),
        )
        read_only_fields = ("answered_at",)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Refuse a stranger without an address; an account's own is known."""
        missing = [name for name in CONTACT if name not in attrs]
        if missing and not self.context["request"].user.is_authenticated:
            raise ValidationError({name: ["This field is required."] for name in missing})
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Enquiry:
        request, listing_id = self.context["request"], validated_data.pop("listing_id")
        try:
            count(request, "mail")
            return services.send(listing_id, account_id=request.user.pk, **validated_data)
        except TooManyMails as error:
            raise Throttled(error.seconds) from error
        except HomeNotForSale as error:
            raise ValidationError({"listing": [str(error)]}) from error

    def to_representation(self, instance: Enquiry) -> dict[str, Any]:
        asker = {"name": instance.asker_name, "email": instance.asker_email}
        return {**super().to_representation(instance), **asker}
