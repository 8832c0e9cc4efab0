"""Whether the reader of a home's page keeps it: a home's number enters, yes or no leaves."""

from typing import Any

from django import template

from monolith.interests.models import Favourite

register = template.Library()


@register.simple_tag(takes_context=True)
def is_favourite(context: dict[str, Any], listing_id: int) -> bool:
    user = context["request"].user
    return (
        user.is_authenticated
        and Favourite.objects.filter(account=user, listing_id=listing_id).exists()
    )
