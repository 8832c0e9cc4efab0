"""What became of mails after they were handed over, and whom none go to any more.

Enters: what a mail's provider reports, through django-anymail, or a mail server's word, amid the
sending, that there is no such mailbox. Leaves: states of the ledger, and
suppressions that sending asks.
"""
