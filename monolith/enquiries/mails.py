"""The mails about enquiries: a row enters, the mail to one of its two sides leaves.

The other side's address stands in the header that answers go to, so that both may go on by mail.
"""

from django.core.mail import EmailMessage

from monolith.enquiries.models import Enquiry, Reply
from monolith.mails import write


def to_agent(enquiry: Enquiry) -> EmailMessage:
    return write(
        "enquiries/mail/enquiry.txt",
        enquiry.listing.agent.email,
        f"Enquiry about {enquiry.listing.address}",
        reply_to=enquiry.asker_email,
        enquiry=enquiry,
    )


def receipt(enquiry: Enquiry) -> EmailMessage:
    subject = f"Your enquiry about {enquiry.listing.address}"
    return write("enquiries/mail/receipt.txt", enquiry.asker_email, subject, enquiry=enquiry)


def answer(reply: Reply) -> EmailMessage:
    return write(
        "enquiries/mail/reply.txt",
        reply.enquiry.asker_email,
        f"Answer to your enquiry about {reply.enquiry.listing.address}",
        reply_to=reply.author.email,
        reply=reply,
        enquiry=reply.enquiry,
    )
