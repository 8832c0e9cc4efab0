"""The rows of offers and purchases: deals enter; numbered rows leave, with what was signed.

Every table's rows are numbered on from its last, for the rows name one another.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import count

from django.db.models import Model

from monolith.listings.models import Listing
from monolith.population.copying import next_id
from monolith.population.deals import Deal
from monolith.purchases import documents
from monolith.purchases.life import SIGNERS
from monolith.purchases.models import Document, Offer, Purchase, PurchaseStatus, Signature, Step

TABLES = (Offer, Purchase, Step, Document, Signature)


class Office:
    """Gives the numbers, over all batches."""

    def __init__(self) -> None:
        self._offers, self._documents = count(next_id(Offer)), count(next_id(Document))

    def file(self, deals: Sequence[Deal]) -> Iterator[Sequence[Model]]:
        """Yield the rows of each table, in an order in which they may be written."""
        for deal in deals:
            self._number(deal)
        bought = [deal for deal in deals if deal.purchase]
        yield [deal.offer for deal in deals]
        yield [deal.purchase for deal in bought if deal.purchase]
        yield [step for deal in deals for step in deal.steps]
        homes = Listing.objects.select_related("agent").in_bulk([d.home.id for d in bought])
        papers = [self._papers(deal, homes[deal.home.id]) for deal in bought]
        yield [document for drawn_up, _ in papers for document in drawn_up]
        yield [signature for _, signed in papers for signature in signed]

    def _number(self, deal: Deal) -> None:
        deal.offer.pk = next(self._offers)
        for step in deal.steps:
            step.offer_id = deal.offer.pk
        if deal.purchase:
            deal.purchase.offer = deal.offer

    def _papers(self, deal: Deal, home: Listing) -> tuple[list[Document], list[Signature]]:
        when = {step.new_status: step.taken_at for step in deal.steps}
        if deal.purchase is None or PurchaseStatus.IN_ESCROW not in when:
            return [], []
        deal.purchase.listing = home
        drawn_up = documents.drawn_up(deal.purchase)
        for document in drawn_up:
            document.pk = next(self._documents)
            document.drawn_up_at = when[PurchaseStatus.IN_ESCROW]
        signed_at = when.get(PurchaseStatus.DOCUMENTS_SIGNED)
        return drawn_up, _signed(deal, home, drawn_up, signed_at) if signed_at else []


def _signed(deal: Deal, home: Listing, papers: Sequence[Document], at: datetime) -> list[Signature]:
    people = dict(zip(SIGNERS, (deal.buyer, home.agent), strict=True))
    return [
        Signature(document=paper, role=role, by=by, name=by.get_full_name(), signed_at=at)
        for paper in papers
        for role, by in people.items()
    ]
