"""What people said that they want: the monolith's opt-outs and this service's own choices.

Enters: people. Leaves: what is to be sent to them. Of both sides the later word counts. Mails are
wanted until somebody says no, and items of the feed when somebody says yes.
"""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial

from consumers.notifications.channels import PERSONAL
from consumers.notifications.ledger.models import Choice
from consumers.notifications.models import OptOut, SavedSearch

_Words = dict[tuple[int, str], bool]


def of(people: Collection[int]) -> dict[str, Callable[[int, str], bool]]:
    """Return, for each channel, what tells whether one of ``people`` wants a kind by it."""
    return {name: partial(_wants, _said(people, name), name) for name in PERSONAL}


def is_wanted(account_id: int, kind: str, channel: str) -> bool:
    return _wants(_said([account_id], channel), channel, account_id, kind)


def still_asking(searches: Collection[tuple[int, int]]) -> list[tuple[int, int]]:
    """Leave out of pairs of a person and a search those that were ended by a letter's link.

    One that was changed at the monolith since says by its frequency whether it asks.
    """
    ended = Choice.objects.filter(
        account_id__in={person for person, _ in searches}, saved_search_id__isnull=False
    )
    told = dict(ended.values_list("saved_search_id", "chosen_at"))
    there = SavedSearch.objects.filter(pk__in=[number for _, number in searches if number in told])
    silent = {each.pk for each in there if each.since <= told[each.pk]}
    return [each for each in searches if each[1] not in silent]


def _wants(said: _Words, channel: str, account_id: int, kind: str) -> bool:
    return said.get((account_id, kind), channel == "email")


def _said(people: Collection[int], channel: str) -> _Words:
    words: dict[tuple[int, str], tuple[datetime, bool]] = {
        (choice.account_id, choice.kind): (choice.chosen_at, choice.is_wanted)
        for choice in Choice.objects.filter(
            account_id__in=people, channel=channel, saved_search_id=None
        )
    }
    if channel == "email":
        for opt_out in OptOut.objects.filter(account_id__in=people):
            whose = opt_out.account_id, opt_out.kind
            word = (opt_out.ended_at or opt_out.since, opt_out.ended_at is not None)
            words[whose] = max(word, words.get(whose, word))
    return {whose: is_yes for whose, (_, is_yes) in words.items()}
