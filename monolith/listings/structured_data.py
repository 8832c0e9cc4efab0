"""A home in the words of schema.org, for search engines: a listing enters, a JSON text leaves."""

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urljoin

from django.utils.safestring import SafeString, mark_safe

from monolith.listings.models import Listing, Status

AVAILABILITY = {
    Status.ACTIVE: "https://schema.org/InStock",
    Status.PENDING: "https://schema.org/LimitedAvailability",
    Status.SOLD: "https://schema.org/SoldOut",
}
# With these three gone, no text can end the element that the JSON stands in.
ESCAPED = {ord(sign): f"\\u{ord(sign):04x}" for sign in "<>&"}


def json_ld(listing: Listing, address: str, pictures: Sequence[str] = ()) -> SafeString:
    """Return JSON that is safe between script tags, whatever people wrote in the texts."""
    return mark_safe(json.dumps(_describe(listing, address, pictures)).translate(ESCAPED))


def _describe(listing: Listing, address: str, pictures: Sequence[str]) -> dict[str, Any]:
    shown = {"image": [urljoin(address, picture) for picture in pictures]} if pictures else {}
    return {
        "@context": "https://schema.org",
        "@type": "RealEstateListing",
        "url": address,
        **shown,
        "name": listing.title,
        "description": listing.description,
        "datePosted": listing.listed_at and listing.listed_at.date().isoformat(),
        "mainEntity": _home(listing),
        "offers": {
            "@type": "Offer",
            "price": listing.price,
            "priceCurrency": "USD",
            "availability": AVAILABILITY.get(Status(listing.status)),
        },
    }


def _home(listing: Listing) -> dict[str, Any]:
    return {
        "@type": "SingleFamilyResidence",
        "address": {
            "@type": "PostalAddress",
            "streetAddress": listing.address,
            "addressRegion": "OH",
            "postalCode": listing.zip_code,
            "addressCountry": "US",
        },
        "geo": {
            "@type": "GeoCoordinates",
            "latitude": listing.latitude,
            "longitude": listing.longitude,
        },
        "numberOfBedrooms": listing.beds,
        "numberOfFullBathrooms": listing.baths,
        "yearBuilt": listing.year_built,
        "floorSize": {
            "@type": "QuantitativeValue",
            "value": listing.living_area,
            "unitCode": "FTK",
        },
    }
