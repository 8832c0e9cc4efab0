"""The mails about enquiries: a row enters, a mail to one of its two sides leaves.

The other side's address stands in the header that answers go to, so that both may go on by mail.
"""

from monolith.enquiries.models import Enquiry, Reply
from monolith.mails import send


def tell_agent(enquiry: Enquiry) -> None:
    send(
        "enquiries/mail/enquiry.txt",
        enquiry.listing.agent.email,
        f"Enquiry about {enquiry.listing.address}",
        reply_to=enquiry.asker_email,
        enquiry=enquiry,
    )


def send_receipt(enquiry: Enquiry) -> None:
    subject = f"Your enquiry about {enquiry.listing.address}"
    send("enquiries/mail/receipt.txt", enquiry.asker_email, subject, enquiry=enquiry)


def send_reply(reply: Reply) -> None:
    send(
        "enquiries/mail/reply.txt",
        reply.enquiry.asker_email,
        f"Answer to your enquiry about {reply.enquiry.listing.address}",
        reply_to=reply.author.email,
        reply=reply,
        enquiry=reply.enquiry,
    )
