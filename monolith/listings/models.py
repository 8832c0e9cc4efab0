"""A home on the market and the history of its price.

Rows are written by `services`, the admin and the stock's loader. Debezium captures
`listings_listing` from the write-ahead log, all columns but the private seller's name and the
search vector, so a column's name and type here is what the extracted search is built from.
"""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from monolith.listings.cards import dollars
from monolith.versions import raise_version

MAX_PRICE = 2**31 - 1


class Status(models.TextChoices):
    DRAFT = "draft", "Draft"
    ACTIVE = "active", "For sale"
    PENDING = "pending", "Sale pending"
    SOLD = "sold", "Sold"
    WITHDRAWN = "withdrawn", "Withdrawn"


FOR_SALE = (Status.ACTIVE, Status.PENDING)
LISTED = (*FOR_SALE, Status.SOLD)


class WholeSecondField(models.DateTimeField):
    """A moment kept to the second, whoever writes it: search sorts by it on both sides."""

    def db_type(self, connection) -> str:
        return "timestamp(0) with time zone"


class ListingQuerySet(models.QuerySet["Listing"]):
    def for_sale(self) -> "ListingQuerySet":
        return self.filter(status__in=FOR_SALE)

    def listed(self) -> "ListingQuerySet":
        """Leave out drafts and withdrawn homes, which no visitor may see."""
        return self.filter(status__in=LISTED)


class ListingManager(models.Manager.from_queryset(ListingQuerySet)):  # type: ignore[misc]
    def get_queryset(self):
        # The vector is as long as the texts and only the database reads it.
        return super().get_queryset().defer("search_vector")


class Listing(models.Model):
    slug = models.SlugField(max_length=140, db_index=False)
    title = models.CharField(max_length=120)
    description = models.TextField(max_length=4000)
    address = models.CharField(max_length=120)
    neighbourhood = models.CharField(max_length=60, db_collation="C")
    zip_code = models.CharField("ZIP code", max_length=5)
    price = models.IntegerField(
        "price (USD)", default=0, validators=[MinValueValidator(1), MaxValueValidator(MAX_PRICE)]
    )
    previous_price = models.IntegerField(null=True, blank=True, help_text="Before a reduction.")
    reduced_at = models.DateTimeField(null=True, blank=True)
    beds = models.PositiveIntegerField(default=0)
    baths = models.PositiveIntegerField(default=0)
    half_baths = models.PositiveIntegerField(default=0)
    rooms = models.PositiveIntegerField(default=0)
    living_area = models.PositiveIntegerField("living area (sq ft)", default=0)
    lot_size = models.PositiveIntegerField("lot size (sq ft)", default=0)
    stories = models.CharField(max_length=20, db_collation="C")
    wall = models.CharField(max_length=20, db_collation="C")
    garage = models.CharField(max_length=20, db_collation="C")
    garage_area = models.PositiveIntegerField("garage area (sq ft)", default=0)
    year_built = models.PositiveIntegerField(default=0)
    latitude = models.FloatField()
    longitude = models.FloatField()
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="listings", db_index=False
    )
    listed_at = WholeSecondField(null=True, blank=True)
    updated_at = models.DateTimeField(auto_now=True)
    version = models.BigIntegerField(default=1, editable=False)
    seller_name = models.CharField(max_length=80, blank=True, help_text="Private: never shown.")
    search_vector = models.GeneratedField(
        expression=SearchVector(
            "title", "address", "neighbourhood", "zip_code", "description", config="english"
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = ListingManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="listing_price_is_positive",
                # What was never on the market may have no price yet.
                condition=Q(price__gt=0) | Q(price=0, listed_at=None),
                violation_error_message="The price must be above zero.",
            ),
            models.CheckConstraint(
                name="listing_status_is_known", condition=Q(status__in=Status.values)
            ),
            models.CheckConstraint(
                name="listing_on_the_market_has_a_date",
                condition=Q(listed_at__isnull=False) | ~Q(status__in=[*LISTED]),
                violation_error_message="A home on the market needs the time it was listed at.",
            ),
        ]
        indexes = [
            models.Index(F("listed_at").desc(), F("id").desc(), name="listing_newest"),
            models.Index(fields=["price", "id"], name="listing_price"),
            models.Index(F("living_area").desc(), F("id").desc(), name="listing_largest"),
            models.Index(fields=["neighbourhood", "price"], name="listing_neighbourhood"),
            models.Index(fields=["agent", "-id"], name="listing_agent"),
            models.Index(
                F("reduced_at").desc(),
                F("id").desc(),
                name="listing_reduced",
                condition=Q(reduced_at__isnull=False, status="active"),
            ),
            # What the choices of the search form are read from; see `search.queries.choices`.
            *(
                models.Index(
                    fields=[name],
                    name=f"listed_{name}",
                    condition=Q(status__in=[*LISTED]),
                )
                for name in ("neighbourhood", "stories", "wall", "garage")
            ),
            # All that the search filters and counts by but words, in the order of the map: it is
            # answered from these few pages instead of the long rows.
            models.Index(
                fields=["status", "latitude", "longitude"],
                name="listing_filters",
                condition=Q(status__in=[*LISTED]),
                include=[
                    *("id", "price", "beds", "baths", "living_area", "lot_size", "year_built"),
                    *("neighbourhood", "stories", "wall", "garage"),
                ],
            ),
            GinIndex(fields=["search_vector"], name="listing_text"),
        ]
        triggers = [raise_version()]

    def __str__(self) -> str:
        # A draft has an address before it has a title.
        return self.title or self.address

    def get_absolute_url(self) -> str:
        return f"/homes/{self.pk}-{self.slug}/"

    @property
    def price_in_dollars(self) -> str:
        return dollars(self.price) if self.price else ""


class PriceChange(models.Model):
    listing = models.ForeignKey(Listing, on_delete=models.CASCADE, related_name="price_changes")
    old_price = models.IntegerField()
    new_price = models.IntegerField()
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.CheckConstraint(
                name="price_change_is_positive", condition=Q(old_price__gt=0, new_price__gt=0)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_price} to {self.new_price}"
