"""The only code that sends an enquiry and answers it.

Enters: what somebody asks or answers, checked by a form. Leaves: the row and a domain event in
the outbox, committed together, and after that the mails to those whom the event's stamp does not
give to a service. Events name rows and accounts; what was written and by whom stays here.
"""

from django.db import transaction
from django.utils import timezone

from cdc.contracts.events import EnquiryAnswered, EnquirySent
from cdc.outbox.models import OutboxEvent
from cdc.outbox.publish import publish
from monolith.alerts import told
from monolith.enquiries import answering
from monolith.enquiries.models import Enquiry, Reply
from monolith.errors import HomeNotForSale
from monolith.listings.models import Listing
from monolith.versions import save

# What the stamps call these mails.
KIND = "enquiry"


@transaction.atomic
def send(
    listing_id: int,
    *,
    message: str,
    account_id: int | None = None,
    name: str = "",
    email: str = "",
) -> Enquiry:
    """Ask the agent of a home: as an account, or as a visitor who gives a name and an address.

    Raises ``HomeNotForSale`` for a home that nobody can buy.
    """
    listing = Listing.objects.for_sale().select_related("agent").filter(pk=listing_id).first()
    if listing is None:
        raise HomeNotForSale
    asker = {"account_id": account_id} if account_id else {"name": name, "email": email}
    enquiry = Enquiry.objects.create(listing=listing, message=message, **asker)
    event = EnquirySent(
        enquiry_id=enquiry.pk,
        listing_id=listing.pk,
        agent_id=listing.agent_id,
        account_id=account_id,
    )
    row = publish(event, aggregate_version=enquiry.version)
    # A visitor's address may be anybody's: the site mails nothing there unasked.
    told.tell(row, KIND, (listing.agent_id, account_id))
    return enquiry


@transaction.atomic
def reply(enquiry_id: int, author_id: int, text: str) -> Reply:
    """Answer by mail, and keep what was written."""
    enquiry = _lock(enquiry_id)
    # Whoever has no account is known here alone.
    due_at = None if enquiry.account_id else timezone.now()
    written = Reply.objects.create(enquiry=enquiry, author_id=author_id, text=text, due_at=due_at)
    row = _answer(enquiry, author_id, written.pk)
    if enquiry.account_id:
        told.tell(row, KIND, [enquiry.account_id])
    else:
        # Django names what failed by its name, which a partial has not.
        transaction.on_commit(lambda: answering.send(written.pk), robust=True)
    return written


@transaction.atomic
def mark_answered(enquiry_id: int, agent_id: int) -> bool:
    """Note that the asker was answered elsewhere; return whether that is news."""
    enquiry = _lock(enquiry_id)
    if enquiry.answered_at is not None:
        return False
    _answer(enquiry, agent_id, None)
    return True


def _answer(enquiry: Enquiry, agent_id: int, reply_id: int | None) -> OutboxEvent:
    enquiry.answered_at = timezone.now()
    save(enquiry, "answered_at")
    event = EnquiryAnswered(
        enquiry_id=enquiry.pk,
        listing_id=enquiry.listing_id,
        agent_id=agent_id,
        account_id=enquiry.account_id,
        reply_id=reply_id,
    )
    return publish(event, aggregate_version=enquiry.version)


def _lock(enquiry_id: int) -> Enquiry:
    return Enquiry.objects.select_for_update().get(pk=enquiry_id)
