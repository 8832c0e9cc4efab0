"""What people said that they want: the monolith's opt-outs and this service's own choices.

Enters: people. Leaves: what is not to be sent to them. Of both sides the later word counts.
"""

from collections.abc import Collection

from consumers.notifications.ledger.models import Choice
from consumers.notifications.models import OptOut


def refusals(people: Collection[int], channel: str = "email") -> set[tuple[int, str]]:
    """Return pairs of a person and a kind that they do not want by the channel."""
    said = {
        (choice.account_id, choice.kind): (choice.chosen_at, choice.is_wanted)
        for choice in Choice.objects.filter(account_id__in=people, channel=channel)
    }
    for opt_out in OptOut.objects.filter(account_id__in=people) if channel == "email" else ():
        whose = opt_out.account_id, opt_out.kind
        word = (opt_out.ended_at or opt_out.since, opt_out.ended_at is not None)
        said[whose] = max(word, said.get(whose, word))
    return {whose for whose, (_, is_wanted) in said.items() if not is_wanted}
