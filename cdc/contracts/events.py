"""Typed classes of the event contracts. Generated: edit the schema files, then run
`python -m cdc.contracts.generate`.

Enters: nothing. Leaves: what the monolith publishes and what handlers receive.
"""

from dataclasses import dataclass
from typing import ClassVar

from cdc.contracts.sealed import Sealed


class DomainEvent:
    """A fact in the past tense about one aggregate."""

    __slots__ = ()
    topic: ClassVar[str]
    aggregate_type: ClassVar[str]

    @property
    def aggregate_id(self) -> str:
        """Return the id of the aggregate that changed; it is the Kafka key."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class AccountConfirmed(DomainEvent):
    """The owner of the e-mail address confirmed the account; it can be used from now on."""

    topic: ClassVar[str] = "account.events"
    aggregate_type: ClassVar[str] = "account"

    account_id: int
    """The account; also the aggregate id and the record's key."""
    email: str | Sealed | None
    """The address that was confirmed."""
    name: str | Sealed | None
    """How the person wants to be called."""

    @property
    def aggregate_id(self) -> str:
        """Return `account_id` as the Kafka key."""
        return str(self.account_id)


@dataclass(frozen=True, slots=True)
class AccountDeleted(DomainEvent):
    """A person deleted their account; whoever holds personal data of it must erase that now."""

    topic: ClassVar[str] = "account.events"
    aggregate_type: ClassVar[str] = "account"

    account_id: int
    """The account; also the aggregate id and the record's key."""
    was_agent: bool
    """Whether the account could edit listings before."""

    @property
    def aggregate_id(self) -> str:
        """Return `account_id` as the Kafka key."""
        return str(self.account_id)


@dataclass(frozen=True, slots=True)
class AccountRegistered(DomainEvent):
    """Somebody asked for an account; the e-mail address is not confirmed yet."""

    topic: ClassVar[str] = "account.events"
    aggregate_type: ClassVar[str] = "account"

    account_id: int
    """The account; also the aggregate id and the record's key."""

    @property
    def aggregate_id(self) -> str:
        """Return `account_id` as the Kafka key."""
        return str(self.account_id)


@dataclass(frozen=True, slots=True)
class ContactChanged(DomainEvent):
    """The person can be reached otherwise, or is called otherwise, from now on."""

    topic: ClassVar[str] = "account.events"
    aggregate_type: ClassVar[str] = "account"

    account_id: int
    """The account; also the aggregate id and the record's key."""
    email: str | Sealed | None
    """The address as it is now."""
    name: str | Sealed | None
    """The name as it is now."""

    @property
    def aggregate_id(self) -> str:
        """Return `account_id` as the Kafka key."""
        return str(self.account_id)


@dataclass(frozen=True, slots=True)
class DigestDue(DomainEvent):
    """The time has come to tell people what is new for their saved searches."""

    topic: ClassVar[str] = "alert.events"
    aggregate_type: ClassVar[str] = "digest"

    digest_id: int
    """The due time; also the aggregate id and the record's key."""
    frequency: str
    """Whose searches: those of one of daily, weekly."""
    slot: str
    """When it was due, ISO 8601 in UTC; what happened later is for the next one."""
    since: str
    """What it looks back to, ISO 8601 in UTC: what happened after it."""

    @property
    def aggregate_id(self) -> str:
        """Return `digest_id` as the Kafka key."""
        return str(self.digest_id)


@dataclass(frozen=True, slots=True)
class EnquiryAnswered(DomainEvent):
    """An agent answered an enquiry, by mail from the site or elsewhere; each answer is told."""

    topic: ClassVar[str] = "enquiry.events"
    aggregate_type: ClassVar[str] = "enquiry"

    enquiry_id: int
    """The enquiry; also the aggregate id and the record's key."""
    listing_id: int
    """The home that it is about."""
    agent_id: int
    """The account that answered: the agent's, or an admin's of the agency."""
    account_id: None | int
    """Who asked; null for a visitor without an account."""
    reply_id: None | int
    """The answer that was mailed; null when it was only marked as answered."""

    @property
    def aggregate_id(self) -> str:
        """Return `enquiry_id` as the Kafka key."""
        return str(self.enquiry_id)


@dataclass(frozen=True, slots=True)
class EnquirySent(DomainEvent):
    """Somebody asked the agent of a home about it; what, is not told."""

    topic: ClassVar[str] = "enquiry.events"
    aggregate_type: ClassVar[str] = "enquiry"

    enquiry_id: int
    """The enquiry; also the aggregate id and the record's key."""
    listing_id: int
    """The home that it is about."""
    agent_id: int
    """The account of the agent who was asked."""
    account_id: None | int
    """Who asked; null for a visitor without an account."""

    @property
    def aggregate_id(self) -> str:
        """Return `enquiry_id` as the Kafka key."""
        return str(self.enquiry_id)


@dataclass(frozen=True, slots=True)
class FavouriteAdded(DomainEvent):
    """Somebody keeps a home among their favourites."""

    topic: ClassVar[str] = "interest.events"
    aggregate_type: ClassVar[str] = "favourite"

    account_id: int
    """Whose favourites these are; also the aggregate id and the record's key."""
    listing_id: int
    """The home that was added."""

    @property
    def aggregate_id(self) -> str:
        """Return `account_id` as the Kafka key."""
        return str(self.account_id)


@dataclass(frozen=True, slots=True)
class FavouriteRemoved(DomainEvent):
    """Somebody no longer keeps a home among their favourites."""

    topic: ClassVar[str] = "interest.events"
    aggregate_type: ClassVar[str] = "favourite"

    account_id: int
    """Whose favourites these are; also the aggregate id and the record's key."""
    listing_id: int
    """The home that was removed."""

    @property
    def aggregate_id(self) -> str:
        """Return `account_id` as the Kafka key."""
        return str(self.account_id)


@dataclass(frozen=True, slots=True)
class ListingCreated(DomainEvent):
    """An agent began a listing; nobody else sees it until it is published."""

    topic: ClassVar[str] = "listing.events"
    aggregate_type: ClassVar[str] = "listing"

    listing_id: int
    """The listing; also the aggregate id and the record's key."""
    agent_id: int
    """The account that sells the home."""
    status: str
    """Status at the beginning: draft."""

    @property
    def aggregate_id(self) -> str:
        """Return `listing_id` as the Kafka key."""
        return str(self.listing_id)


@dataclass(frozen=True, slots=True)
class ListingHandedOver(DomainEvent):
    """Another agent sells the home from now on."""

    topic: ClassVar[str] = "listing.events"
    aggregate_type: ClassVar[str] = "listing"

    listing_id: int
    """The listing; also the aggregate id and the record's key."""
    old_agent_id: int
    """The account that sold the home before."""
    new_agent_id: int
    """The account that sells it now."""

    @property
    def aggregate_id(self) -> str:
        """Return `listing_id` as the Kafka key."""
        return str(self.listing_id)


@dataclass(frozen=True, slots=True)
class ListingPublished(DomainEvent):
    """A listing became visible to the public."""

    topic: ClassVar[str] = "listing.events"
    aggregate_type: ClassVar[str] = "listing"

    listing_id: int
    """The listing; also the aggregate id and the record's key."""
    price: int
    """Asking price at publication, in whole US dollars."""
    status: str
    """Status after publication: active or pending."""
    title: str
    """Headline of the listing, plain text."""
    neighbourhood: str
    """Name of the neighbourhood, as users search for it."""

    @property
    def aggregate_id(self) -> str:
        """Return `listing_id` as the Kafka key."""
        return str(self.listing_id)


@dataclass(frozen=True, slots=True)
class ListingRepriced(DomainEvent):
    """The asking price of a listing changed."""

    topic: ClassVar[str] = "listing.events"
    aggregate_type: ClassVar[str] = "listing"

    listing_id: int
    """The listing; also the aggregate id and the record's key."""
    old_price: int
    """Asking price before the change, in whole US dollars."""
    new_price: int
    """Asking price after the change, in whole US dollars."""

    @property
    def aggregate_id(self) -> str:
        """Return `listing_id` as the Kafka key."""
        return str(self.listing_id)


@dataclass(frozen=True, slots=True)
class ListingRevised(DomainEvent):
    """The text or the facts of a listing changed; price and status have events of their own."""

    topic: ClassVar[str] = "listing.events"
    aggregate_type: ClassVar[str] = "listing"

    listing_id: int
    """The listing; also the aggregate id and the record's key."""
    fields: tuple[str, ...]
    """Names of the changed fields, sorted."""

    @property
    def aggregate_id(self) -> str:
        """Return `listing_id` as the Kafka key."""
        return str(self.listing_id)


@dataclass(frozen=True, slots=True)
class ListingStatusChanged(DomainEvent):
    """A listing moved from one status to another."""

    topic: ClassVar[str] = "listing.events"
    aggregate_type: ClassVar[str] = "listing"

    listing_id: int
    """The listing; also the aggregate id and the record's key."""
    old_status: str
    """One of draft, active, pending, sold, withdrawn."""
    new_status: str
    """One of draft, active, pending, sold, withdrawn."""

    @property
    def aggregate_id(self) -> str:
        """Return `listing_id` as the Kafka key."""
        return str(self.listing_id)


@dataclass(frozen=True, slots=True)
class ListingViewed(DomainEvent):
    """Somebody looked at a home's page; a view may get lost on the way."""

    topic: ClassVar[str] = "listing.views"
    aggregate_type: ClassVar[str] = "listing"

    listing_id: int
    """The listing; also the aggregate id and the record's key."""
    weight: int
    """How many views this one stands for: 1, or more when only a share of them is told."""
    is_signed_in: bool
    """Whether the visitor was logged in."""

    @property
    def aggregate_id(self) -> str:
        """Return `listing_id` as the Kafka key."""
        return str(self.listing_id)


@dataclass(frozen=True, slots=True)
class ListingWithdrawn(DomainEvent):
    """A home left the market, or a draft was given up; this event says why."""

    topic: ClassVar[str] = "listing.events"
    aggregate_type: ClassVar[str] = "listing"

    listing_id: int
    """The listing; also the aggregate id and the record's key."""
    old_status: str
    """What it was before: draft, active or pending."""
    reason: str
    """One of seller_decided, sold_elsewhere, mistake, not_said."""

    @property
    def aggregate_id(self) -> str:
        """Return `listing_id` as the Kafka key."""
        return str(self.listing_id)


@dataclass(frozen=True, slots=True)
class OfferAccepted(DomainEvent):
    """An offer was accepted; its purchase begins, under the same number."""

    topic: ClassVar[str] = "offer.events"
    aggregate_type: ClassVar[str] = "offer"

    offer_id: int
    """The offer; also the aggregate id and the record's key."""
    listing_id: int
    """The home."""
    buyer_id: int
    """The buyer's account."""
    amount: int
    """What is offered, in whole US dollars."""

    @property
    def aggregate_id(self) -> str:
        """Return `offer_id` as the Kafka key."""
        return str(self.offer_id)


@dataclass(frozen=True, slots=True)
class OfferDeclined(DomainEvent):
    """An open offer was declined."""

    topic: ClassVar[str] = "offer.events"
    aggregate_type: ClassVar[str] = "offer"

    offer_id: int
    """The offer; also the aggregate id and the record's key."""
    listing_id: int
    """The home."""
    buyer_id: int
    """The buyer's account."""
    reason: str
    """One of agent (the selling side said no), sold (the home was sold to another buyer)."""

    @property
    def aggregate_id(self) -> str:
        """Return `offer_id` as the Kafka key."""
        return str(self.offer_id)


@dataclass(frozen=True, slots=True)
class OfferExpired(DomainEvent):
    """The last day of an open offer passed without an answer."""

    topic: ClassVar[str] = "offer.events"
    aggregate_type: ClassVar[str] = "offer"

    offer_id: int
    """The offer; also the aggregate id and the record's key."""
    listing_id: int
    """The home."""
    buyer_id: int
    """The buyer's account."""

    @property
    def aggregate_id(self) -> str:
        """Return `offer_id` as the Kafka key."""
        return str(self.offer_id)


@dataclass(frozen=True, slots=True)
class OfferMade(DomainEvent):
    """Somebody offers to buy a home."""

    topic: ClassVar[str] = "offer.events"
    aggregate_type: ClassVar[str] = "offer"

    offer_id: int
    """The offer; also the aggregate id and the record's key."""
    listing_id: int
    """The home."""
    buyer_id: int
    """The buyer's account."""
    amount: int
    """What is offered, in whole US dollars."""
    asking_price: int
    """Asking price of the home at that moment, in whole US dollars."""
    expires_on: str
    """The last day on which it can be accepted, as YYYY-MM-DD."""

    @property
    def aggregate_id(self) -> str:
        """Return `offer_id` as the Kafka key."""
        return str(self.offer_id)


@dataclass(frozen=True, slots=True)
class OfferWithdrawn(DomainEvent):
    """A buyer took an open offer back."""

    topic: ClassVar[str] = "offer.events"
    aggregate_type: ClassVar[str] = "offer"

    offer_id: int
    """The offer; also the aggregate id and the record's key."""
    listing_id: int
    """The home."""
    buyer_id: int
    """The buyer's account."""

    @property
    def aggregate_id(self) -> str:
        """Return `offer_id` as the Kafka key."""
        return str(self.offer_id)


@dataclass(frozen=True, slots=True)
class PurchaseAdvanced(DomainEvent):
    """A running purchase went one step on."""

    topic: ClassVar[str] = "offer.events"
    aggregate_type: ClassVar[str] = "purchase"

    purchase_id: int
    """The purchase, numbered as its offer; also the aggregate id and the record's key."""
    listing_id: int
    """The home."""
    buyer_id: int
    """The buyer's account."""
    old_status: str
    """One of accepted, deposit_paid, in_escrow, documents_signed."""
    new_status: str
    """One of accepted, deposit_paid, in_escrow, documents_signed."""

    @property
    def aggregate_id(self) -> str:
        """Return `purchase_id` as the Kafka key."""
        return str(self.purchase_id)


@dataclass(frozen=True, slots=True)
class PurchaseCancelled(DomainEvent):
    """A running purchase ended without a sale."""

    topic: ClassVar[str] = "offer.events"
    aggregate_type: ClassVar[str] = "purchase"

    purchase_id: int
    """The purchase, numbered as its offer; also the aggregate id and the record's key."""
    listing_id: int
    """The home."""
    buyer_id: int
    """The buyer's account."""
    old_status: str
    """How far it had come: one of accepted, deposit_paid, in_escrow, documents_signed."""
    reason: str
    """One of financing, inspection, buyer, seller."""
    cancelled_by: str
    """Who ended it: one of buyer, agent, staff."""

    @property
    def aggregate_id(self) -> str:
        """Return `purchase_id` as the Kafka key."""
        return str(self.purchase_id)


@dataclass(frozen=True, slots=True)
class PurchaseCompleted(DomainEvent):
    """A home changed hands; the listing is sold."""

    topic: ClassVar[str] = "offer.events"
    aggregate_type: ClassVar[str] = "purchase"

    purchase_id: int
    """The purchase, numbered as its offer; also the aggregate id and the record's key."""
    listing_id: int
    """The home."""
    buyer_id: int
    """The buyer's account."""
    amount: int
    """What was paid, in whole US dollars."""

    @property
    def aggregate_id(self) -> str:
        """Return `purchase_id` as the Kafka key."""
        return str(self.purchase_id)


@dataclass(frozen=True, slots=True)
class SavedSearchChanged(DomainEvent):
    """A saved search has another name, frequency or criteria; the fields tell how it is now."""

    topic: ClassVar[str] = "interest.events"
    aggregate_type: ClassVar[str] = "saved_search"

    saved_search_id: int
    """The saved search; also the aggregate id and the record's key."""
    account_id: int
    """Whose search it is."""
    criteria: str
    """JSON object of the search page's parameters, checked, its keys sorted."""
    frequency: str
    """How often to tell of new matches: one of instant, daily, weekly, none."""

    @property
    def aggregate_id(self) -> str:
        """Return `saved_search_id` as the Kafka key."""
        return str(self.saved_search_id)


@dataclass(frozen=True, slots=True)
class SavedSearchCreated(DomainEvent):
    """Somebody keeps a search, to run it again or to be told of new matches."""

    topic: ClassVar[str] = "interest.events"
    aggregate_type: ClassVar[str] = "saved_search"

    saved_search_id: int
    """The saved search; also the aggregate id and the record's key."""
    account_id: int
    """Whose search it is."""
    criteria: str
    """JSON object of the search page's parameters, checked, its keys sorted."""
    frequency: str
    """How often to tell of new matches: one of instant, daily, weekly, none."""

    @property
    def aggregate_id(self) -> str:
        """Return `saved_search_id` as the Kafka key."""
        return str(self.saved_search_id)


@dataclass(frozen=True, slots=True)
class SavedSearchRemoved(DomainEvent):
    """A saved search is gone; nobody is to be told of its matches any more."""

    topic: ClassVar[str] = "interest.events"
    aggregate_type: ClassVar[str] = "saved_search"

    saved_search_id: int
    """The saved search; also the aggregate id and the record's key."""
    account_id: int
    """Whose search it was."""

    @property
    def aggregate_id(self) -> str:
        """Return `saved_search_id` as the Kafka key."""
        return str(self.saved_search_id)


@dataclass(frozen=True, slots=True)
class ViewingBooked(DomainEvent):
    """Somebody asked to see a home; the agent's hour is taken from now on."""

    topic: ClassVar[str] = "enquiry.events"
    aggregate_type: ClassVar[str] = "viewing"

    viewing_id: int
    """The viewing; also the aggregate id and the record's key."""
    listing_id: int
    """The home to be seen."""
    agent_id: int
    """The account of the agent who shows it."""
    account_id: int
    """Who comes."""
    starts_at: str
    """The hour's begin, ISO 8601 in UTC."""

    @property
    def aggregate_id(self) -> str:
        """Return `viewing_id` as the Kafka key."""
        return str(self.viewing_id)


@dataclass(frozen=True, slots=True)
class ViewingCancelled(DomainEvent):
    """One side called a viewing off; the hour is free again."""

    topic: ClassVar[str] = "enquiry.events"
    aggregate_type: ClassVar[str] = "viewing"

    viewing_id: int
    """The viewing; also the aggregate id and the record's key."""
    listing_id: int
    """The home to be seen."""
    agent_id: int
    """The account of the agent who shows it."""
    account_id: None | int
    """Who comes; null when the account is gone."""
    starts_at: str
    """The hour's begin, ISO 8601 in UTC."""
    by_agent: bool
    """Whether the agent's side did, and not who wanted to come."""

    @property
    def aggregate_id(self) -> str:
        """Return `viewing_id` as the Kafka key."""
        return str(self.viewing_id)


@dataclass(frozen=True, slots=True)
class ViewingConfirmed(DomainEvent):
    """The agent will show the home at this time."""

    topic: ClassVar[str] = "enquiry.events"
    aggregate_type: ClassVar[str] = "viewing"

    viewing_id: int
    """The viewing; also the aggregate id and the record's key."""
    listing_id: int
    """The home to be seen."""
    agent_id: int
    """The account of the agent who shows it."""
    account_id: None | int
    """Who comes; null when the account is gone."""
    starts_at: str
    """The hour's begin, ISO 8601 in UTC."""

    @property
    def aggregate_id(self) -> str:
        """Return `viewing_id` as the Kafka key."""
        return str(self.viewing_id)


@dataclass(frozen=True, slots=True)
class ViewingDeclined(DomainEvent):
    """The agent will not show the home at this time; the hour is free again."""

    topic: ClassVar[str] = "enquiry.events"
    aggregate_type: ClassVar[str] = "viewing"

    viewing_id: int
    """The viewing; also the aggregate id and the record's key."""
    listing_id: int
    """The home to be seen."""
    agent_id: int
    """The account of the agent who shows it."""
    account_id: None | int
    """Who comes; null when the account is gone."""
    starts_at: str
    """The hour's begin, ISO 8601 in UTC."""

    @property
    def aggregate_id(self) -> str:
        """Return `viewing_id` as the Kafka key."""
        return str(self.viewing_id)


@dataclass(frozen=True, slots=True)
class ViewingDone(DomainEvent):
    """The home was seen."""

    topic: ClassVar[str] = "enquiry.events"
    aggregate_type: ClassVar[str] = "viewing"

    viewing_id: int
    """The viewing; also the aggregate id and the record's key."""
    listing_id: int
    """The home to be seen."""
    agent_id: int
    """The account of the agent who shows it."""
    account_id: None | int
    """Who comes; null when the account is gone."""
    starts_at: str
    """The hour's begin, ISO 8601 in UTC."""

    @property
    def aggregate_id(self) -> str:
        """Return `viewing_id` as the Kafka key."""
        return str(self.viewing_id)


EVENTS: dict[str, type[DomainEvent]] = {
    "AccountConfirmed": AccountConfirmed,
    "AccountDeleted": AccountDeleted,
    "AccountRegistered": AccountRegistered,
    "ContactChanged": ContactChanged,
    "DigestDue": DigestDue,
    "EnquiryAnswered": EnquiryAnswered,
    "EnquirySent": EnquirySent,
    "FavouriteAdded": FavouriteAdded,
    "FavouriteRemoved": FavouriteRemoved,
    "ListingCreated": ListingCreated,
    "ListingHandedOver": ListingHandedOver,
    "ListingPublished": ListingPublished,
    "ListingRepriced": ListingRepriced,
    "ListingRevised": ListingRevised,
    "ListingStatusChanged": ListingStatusChanged,
    "ListingViewed": ListingViewed,
    "ListingWithdrawn": ListingWithdrawn,
    "OfferAccepted": OfferAccepted,
    "OfferDeclined": OfferDeclined,
    "OfferExpired": OfferExpired,
    "OfferMade": OfferMade,
    "OfferWithdrawn": OfferWithdrawn,
    "PurchaseAdvanced": PurchaseAdvanced,
    "PurchaseCancelled": PurchaseCancelled,
    "PurchaseCompleted": PurchaseCompleted,
    "SavedSearchChanged": SavedSearchChanged,
    "SavedSearchCreated": SavedSearchCreated,
    "SavedSearchRemoved": SavedSearchRemoved,
    "ViewingBooked": ViewingBooked,
    "ViewingCancelled": ViewingCancelled,
    "ViewingConfirmed": ViewingConfirmed,
    "ViewingDeclined": ViewingDeclined,
    "ViewingDone": ViewingDone,
}
