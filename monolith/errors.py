"""What can go wrong in the monolith's own rules; nothing here is about the web.

    MonolithError
        AccountError
            LinkNotValid          a mailed link that is forged, too old or used up
            HasListings           an agent who has to hand over before leaving
            HasPurchase           a buyer who has to end a purchase before leaving
        AlertError
            NotWanted             a planned mail that should not go out any more
        EnquiryError
            HomeNotForSale        a question about a home that nobody can buy
        InterestError
            HomeNotListed         a home to keep that visitors cannot see
            TooManySearches       one more saved search than an account may have
        ListingError
            InvalidPrice          a price that no home can have
            StatusNotAllowed      a step that the life of a listing does not have
            NotPublishable        a draft that lacks what buyers must be told
            ChangedMeanwhile      an edit of a listing as it no longer is
            PricesMoved           a list of prices for homes that are no longer as previewed
        PurchaseError
            HomeOffMarket         an offer, or a step, for a home that is not on the market
            OwnHome               an offer by who answers the offers for the home
            AlreadyOffered        a second offer of one buyer for one home
            TooManyOffers         one more offer than an account may make in a day
            OfferNotOpen          an answer to an offer that has ended
            OtherPurchaseRuns     an acceptance while the home is being sold to somebody
            StepNotAllowed        a step that the purchase does not have now
            NotTheirStep          a step that somebody else has to take
            NameDiffers           a signature with another name than the account has
            AlreadySigned         a document that this side signed before
        ViewingError
            HourNotOffered        an hour in which no home is shown
            HourTaken             an hour that the agent has given to somebody else
            TooManyViewings       one more open viewing than a person may have
            ViewingStepNotAllowed a step that the life of a viewing does not have
        TooManyMails              one more mail than a person or address may cause
        PhotoError
            NotAPicture           an uploaded file that is no picture that the site takes
            TooManyPhotos         more photos than a home may have

Each carries a message that may be shown to the person who asked for the change.
"""


class MonolithError(Exception):
    """Base of every error that the monolith raises on purpose."""


class AccountError(MonolithError):
    """A change to an account was refused; nothing was written."""


class LinkNotValid(AccountError):
    """The token was not signed for this, is too old, or what it was for has happened."""

    def __init__(self) -> None:
        super().__init__("This link is not valid, or no longer.")


class HasListings(AccountError):
    """An agent's account was to be deleted while listings name it as the seller's contact."""

    def __init__(self) -> None:
        super().__init__(
            "You still have listings. Ask your agency or our staff to hand them over to "
            "another agent, then delete your account."
        )


class HasPurchase(AccountError):
    """A buyer's account was to be deleted while a purchase of theirs runs."""

    def __init__(self) -> None:
        super().__init__(
            "You are buying a home. Complete or cancel the purchase first (see My offers), "
            "then delete your account."
        )


class EnquiryError(MonolithError):
    """An agent was not asked; nothing was written or sent."""


class HomeNotForSale(EnquiryError):
    """The home is sold, a draft, was withdrawn, or does not exist; which, is not told."""

    def __init__(self) -> None:
        super().__init__("This home is not for sale any more.")


class TooManyMails(MonolithError):
    """The person or address has reached a limit of the settings; asking later may help."""

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        super().__init__(
            "Too many mails were asked for in a short time. "
            f"Try again in {minutes} minute{'s' if minutes > 1 else ''}."
        )
        self.seconds = seconds


class AlertError(MonolithError):
    """A mail was not sent on purpose."""


class NotWanted(AlertError):
    """Between the plan and now something changed; the alert is dropped, and keeps the reason."""


class InterestError(MonolithError):
    """Something was not kept for a person; nothing was written."""


class HomeNotListed(InterestError):
    """The home is a draft, was withdrawn, or does not exist; which, is not told."""

    def __init__(self) -> None:
        super().__init__("This home is not on the market.")


class TooManySearches(InterestError):
    """The account keeps as many searches as it may."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"You already keep {limit} searches, which is the limit. Delete one that you no "
            "longer need, then save this one."
        )
        self.limit = limit


class ListingError(MonolithError):
    """A change to a listing was refused; nothing was written."""


class InvalidPrice(ListingError):
    """The price is not a whole number of dollars that a home can cost."""

    def __init__(self, price: object) -> None:
        super().__init__("Enter a price between $1 and $2,147,483,647.")
        self.price = price


class StatusNotAllowed(ListingError):
    """The listing cannot go from its status to the one asked for."""

    def __init__(self, old_status: str, new_status: str) -> None:
        super().__init__(f"A listing that is {old_status} cannot become {new_status}.")
        self.old_status = old_status
        self.new_status = new_status


class NotPublishable(ListingError):
    """A listing that lacks what buyers must be told was to go on the market."""

    def __init__(self, missing: list[str]) -> None:
        super().__init__(f"Before publishing, fill in: {', '.join(missing)}.")
        self.missing = missing


class ChangedMeanwhile(ListingError):
    """The listing has another version than the one that the edit was made on."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this listing while you were editing. Your changes are not "
            "saved; compare them with the listing as it is now, then save again."
        )


class PricesMoved(ListingError):
    """A price, a status or an owner changed between the preview of a list and its saving."""

    def __init__(self, listing_id: int) -> None:
        super().__init__(f"Listing {listing_id} has changed meanwhile. Upload the file again.")
        self.listing_id = listing_id


class PurchaseError(MonolithError):
    """A step of an offer or a purchase was refused; nothing was written."""


class HomeOffMarket(PurchaseError):
    """The home is a draft, sold, or was withdrawn."""

    def __init__(self) -> None:
        super().__init__("This home is no longer for sale.")


class OwnHome(PurchaseError):
    """Somebody bid for a home whose offers they answer."""

    def __init__(self) -> None:
        super().__init__("You sell this home, so you cannot make an offer for it.")


class AlreadyOffered(PurchaseError):
    """The buyer has an open offer or a running purchase for the home."""

    def __init__(self, offer_id: int) -> None:
        super().__init__(
            "You already have an offer for this home. To change it, withdraw it and offer again."
        )
        self.offer_id = offer_id


class TooManyOffers(PurchaseError):
    """The account made as many offers today as it may; each sends somebody a mail."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"You made {limit} offers within a day. Please wait until tomorrow.")
        self.limit = limit


class OfferNotOpen(PurchaseError):
    """The offer was answered, withdrawn, or its last day has passed."""

    def __init__(self) -> None:
        super().__init__("This offer is no longer open.")


class OtherPurchaseRuns(PurchaseError):
    """The home is being sold to another buyer; one sale at a time."""

    def __init__(self) -> None:
        super().__init__("Another offer for this home was accepted. Its purchase must end first.")


class StepNotAllowed(PurchaseError):
    """The purchase cannot go from its status to the one asked for."""

    def __init__(self, old_status: str, new_status: str) -> None:
        super().__init__("The purchase has moved on. Please look at where it stands now.")
        self.old_status = old_status
        self.new_status = new_status


class NotTheirStep(PurchaseError):
    """The person may see the offer, but this step is for somebody else to take."""

    def __init__(self) -> None:
        super().__init__("Somebody else has to take this step.")


class NameDiffers(PurchaseError):
    """What was typed as a signature is not the name that the account shows to others."""

    def __init__(self, name: str) -> None:
        super().__init__(f"To sign, type your name as your account has it: {name}.")
        self.name = name


class AlreadySigned(PurchaseError):
    """The document has the signature of this side."""

    def __init__(self) -> None:
        super().__init__("Your side has signed this document already.")


class ViewingError(MonolithError):
    """A viewing was not booked or not changed; nothing was written."""


class HourNotOffered(ViewingError):
    """The time is past, too far ahead, at night, or no full hour."""

    def __init__(self) -> None:
        super().__init__("Homes are not shown at this time. Choose another one.")


class HourTaken(ViewingError):
    """Somebody else has the hour, perhaps since a moment ago."""

    def __init__(self) -> None:
        super().__init__("Somebody else was quicker: this time is taken. Choose another one.")


class TooManyViewings(ViewingError):
    """The account has as many viewings ahead as it may."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"You already have {limit} viewings ahead, which is the limit. Cancel one that you no "
            "longer need, then ask for this one."
        )
        self.limit = limit


class ViewingStepNotAllowed(ViewingError):
    """The viewing cannot go from its status to the one asked for, or not at this time."""

    def __init__(self, old_status: str, new_status: str) -> None:
        super().__init__(
            f"A viewing that is {old_status.lower()} cannot become {new_status.lower()} now."
        )
        self.old_status = old_status
        self.new_status = new_status


class PhotoError(MonolithError):
    """A photo was not taken; nothing of it was kept."""


class NotAPicture(PhotoError):
    """The file is broken, hostile, of another kind or too large; the text completes a sentence."""


class TooManyPhotos(PhotoError):
    """The home would have more photos than it may."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"A home may have {limit} photos. Delete some, then add others.")
        self.limit = limit
