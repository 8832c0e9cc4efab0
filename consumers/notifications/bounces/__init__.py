"""What became of mails after they were handed over, and whom none go to any more.

Enters: what a mail's provider reports, through django-anymail. Leaves: states of the ledger, and
suppressions that sending asks.
"""
