"""A mail about an enquiry that a service was to send: its event enters, the mail leaves."""

from django.core.mail import EmailMessage

from cdc.contracts.events import DomainEvent, EnquiryAnswered, EnquirySent
from monolith.enquiries import mails
from monolith.enquiries.models import Enquiry, Reply


def letter(event: DomainEvent, account_id: int) -> EmailMessage | None:
    """Return the person's mail about the event, if there is one to send."""
    if isinstance(event, EnquirySent):
        return _sent(event, account_id)
    if isinstance(event, EnquiryAnswered) and event.reply_id and event.account_id == account_id:
        return _answered(event.reply_id)
    return None


def _sent(event: EnquirySent, account_id: int) -> EmailMessage | None:
    found = Enquiry.objects.select_related("listing__agent", "account")
    enquiry = found.filter(pk=event.enquiry_id).first()
    if enquiry is None or account_id not in (event.agent_id, event.account_id):
        return None
    write = mails.to_agent if account_id == event.agent_id else mails.receipt
    return write(enquiry)


def _answered(reply_id: int) -> EmailMessage | None:
    found = Reply.objects.select_related("author", "enquiry__listing", "enquiry__account")
    reply = found.filter(pk=reply_id).first()
    return mails.answer(reply) if reply else None
