"""What happened to an offer: a step enters, is kept for good, and is told to the other side."""

from monolith.accounts.models import User
from monolith.purchases import mails
from monolith.purchases.models import Offer, Step
from monolith.purchases.story import sentence


def record(offer: Offer, old_status: str, new_status: str, *, by: User | None, role: str) -> None:
    """Keep the step, in the caller's transaction, and mail it once that commits."""
    step = Step.objects.create(
        offer=offer, by=by, role=role, old_status=old_status, new_status=new_status
    )
    mails.tell(offer, f"{sentence(step)}.", but=by)
