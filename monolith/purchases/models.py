"""An offer for a home, the purchase that an accepted one becomes, and how it came so far.

Rows are written by `offer_services` and `purchase_services` only; nothing here is captured as
rows. What leaves are domain events: those of a purchase carry the number of its offer, so that
one key orders the whole story.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from monolith.listings.cards import dollars
from monolith.listings.models import MAX_PRICE, Listing
from monolith.versions import raise_version


class Role(models.TextChoices):
    BUYER = "buyer", "the buyer"
    AGENT = "agent", "the agent"
    STAFF = "staff", "our staff"


class OfferStatus(models.TextChoices):
    OPEN = "open", "Open"
    WITHDRAWN = "withdrawn", "Withdrawn"
    DECLINED = "declined", "Declined"
    EXPIRED = "expired", "Expired"
    ACCEPTED = "accepted", "Accepted"


class PurchaseStatus(models.TextChoices):
    ACCEPTED = "accepted", "Accepted"
    DEPOSIT_PAID = "deposit_paid", "Deposit paid"
    IN_ESCROW = "in_escrow", "In escrow"
    DOCUMENTS_SIGNED = "documents_signed", "Documents signed"
    COMPLETED = "completed", "Completed"
    CANCELLED = "cancelled", "Cancelled"


RUNNING = (
    PurchaseStatus.ACCEPTED,
    PurchaseStatus.DEPOSIT_PAID,
    PurchaseStatus.IN_ESCROW,
    PurchaseStatus.DOCUMENTS_SIGNED,
)


class Reason(models.TextChoices):
    """Why a purchase was cancelled."""

    FINANCING = "financing", "The financing fell through"
    INSPECTION = "inspection", "The inspection found too much"
    BUYER = "buyer", "The buyer changed their mind"
    SELLER = "seller", "The seller no longer sells the home"


class DocumentKind(models.TextChoices):
    AGREEMENT = "agreement", "Purchase agreement"
    DISCLOSURE = "disclosure", "Disclosure of the home's condition"


class Offer(models.Model):
    listing = models.ForeignKey(
        Listing, on_delete=models.PROTECT, related_name="offers", db_index=False
    )
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="offers", db_index=False
    )
    amount = models.IntegerField("amount (USD)")
    note = models.TextField(max_length=1000, blank=True, help_text="To the agent; private.")
    expires_on = models.DateField(help_text="The last day on which it can be accepted.")
    status = models.CharField(max_length=9, choices=OfferStatus, default=OfferStatus.OPEN)
    made_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.BigIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="offer_amount_is_possible", condition=Q(amount__gt=0, amount__lte=MAX_PRICE)
            ),
            models.CheckConstraint(
                name="offer_status_is_known", condition=Q(status__in=OfferStatus.values)
            ),
            models.UniqueConstraint(
                fields=["listing", "buyer"],
                name="one_open_offer_of_a_buyer_for_a_home",
                condition=Q(status="open"),
            ),
        ]
        indexes = [
            models.Index(fields=["listing", "-id"], name="offer_of_listing"),
            models.Index(fields=["buyer", "-id"], name="offer_of_buyer"),
            models.Index(fields=["expires_on"], name="offer_open", condition=Q(status="open")),
        ]
        triggers = [raise_version()]

    def __str__(self) -> str:
        return f"Offer {self.pk} for listing {self.listing_id}"

    def get_absolute_url(self) -> str:
        return f"/offers/{self.pk}/"

    @property
    def in_dollars(self) -> str:
        return dollars(self.amount)

    @property
    def is_overdue(self) -> bool:
        """Whether it is open in name only, until the nightly command says so."""
        return self.status == OfferStatus.OPEN and self.expires_on < timezone.localdate()


class PurchaseQuerySet(models.QuerySet["Purchase"]):
    def running(self) -> "PurchaseQuerySet":
        return self.filter(status__in=RUNNING)


class Purchase(models.Model):
    """What an accepted offer becomes; it has the offer's number."""

    offer = models.OneToOneField(Offer, on_delete=models.PROTECT, primary_key=True)
    listing = models.ForeignKey(Listing, on_delete=models.PROTECT, related_name="purchases")
    status = models.CharField(
        max_length=16, choices=PurchaseStatus, default=PurchaseStatus.ACCEPTED
    )
    deposit_reference = models.CharField(max_length=60, blank=True)
    reason = models.CharField("reason of the end", max_length=10, choices=Reason, blank=True)
    changed_at = models.DateTimeField(auto_now=True)
    version = models.BigIntegerField(default=1, editable=False)

    objects = PurchaseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="purchase_status_is_known", condition=Q(status__in=PurchaseStatus.values)
            ),
            models.UniqueConstraint(
                fields=["listing"],
                name="one_running_purchase_of_a_home",
                condition=Q(status__in=[*RUNNING]),
            ),
        ]
        triggers = [raise_version()]

    def __str__(self) -> str:
        return f"Purchase {self.pk} of listing {self.listing_id}"

    @property
    def is_running(self) -> bool:
        return self.status in RUNNING


class Document(models.Model):
    """A text that both sides sign. It names nobody: the signatures below it do."""

    purchase = models.ForeignKey(
        Purchase, on_delete=models.CASCADE, related_name="documents", db_index=False
    )
    kind = models.CharField(max_length=10, choices=DocumentKind)
    body = models.TextField()
    drawn_up_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["purchase", "kind"], name="document_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of purchase {self.purchase_id}"


class Signature(models.Model):
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="signatures", db_index=False
    )
    role = models.CharField(max_length=5, choices=Role)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=160, help_text="As it was typed.")
    signed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["document", "role"], name="signature_once"),
        ]

    def __str__(self) -> str:
        return f"Signature of {self.get_role_display()}"


class Step(models.Model):
    """One line of the history: who moved the offer, or its purchase, from where to where."""

    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="steps", db_index=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    role = models.CharField(max_length=5, choices=Role, blank=True)
    old_status = models.CharField(max_length=16, blank=True)
    new_status = models.CharField(max_length=16)
    taken_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["offer", "id"], name="step_of_offer")]

    def __str__(self) -> str:
        return f"{self.old_status or 'nothing'} to {self.new_status}"
