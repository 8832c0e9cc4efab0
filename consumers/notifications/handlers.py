"""What the service reacts to: rows and events of who, what and where, and what happens to homes.

Enters: records. Leaves: the read model, and planned notifications, committed together. Nothing
is sent here.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from cdc.contracts.events import (
    AccountConfirmed,
    ContactChanged,
    DigestDue,
    EnquiryAnswered,
    EnquirySent,
    ListingPublished,
    ListingRepriced,
    ListingStatusChanged,
    ViewingBooked,
    ViewingCancelled,
    ViewingConfirmed,
    ViewingDeclined,
)
from cdc.contracts.tables import ACCOUNTS, ALERTS, FAVOURITES, LISTINGS, OPT_OUTS, SAVED_SEARCHES
from cdc.debezium import ChangeEvent
from consumers.notifications import parked, projection
from consumers.notifications.deciding import causes, late, messages, planning
from consumers.notifications.endpoints import services as endpoints
from consumers.notifications.endpoints import telling
from consumers.notifications.ledger import erasure
from consumers.notifications.models import Message, SavedSearch
from consumers.notifications.shadow import noting as shadow
from consumers.runtime.consumer import Consumer
from consumers.runtime.context import Context

notifications: Consumer[None] = Consumer("notifications")

About = Context[None]
Rows = Sequence[tuple[ChangeEvent, About]]


@notifications.on(LISTINGS, in_batches=True)
def know_homes(told: Rows) -> None:
    for changes, is_replay in _in_turn(told):
        homes = projection.put_homes(changes)
        if not is_replay:
            planning.plan_waiting(homes)


@notifications.on(FAVOURITES, in_batches=True)
def know_favourites(told: Rows) -> None:
    for changes, is_replay in _in_turn(told):
        ended = projection.ended_favourites(changes)
        favourites = projection.put_favourites(changes)
        if not is_replay:
            late.plan_for_favourites(favourites)
            for each, since in ended:
                late.plan_for_word(each.account_id, since, each.listing_id)


@notifications.on(SAVED_SEARCHES, in_batches=True)
def know_searches(told: Rows) -> None:
    for changes, is_replay in _in_turn(told):
        searches = projection.put_searches(changes)
        if not is_replay:
            _plan_for_searches(searches)


def _plan_for_searches(searches: Sequence[SavedSearch]) -> None:
    late.plan_for_searches(searches)
    if shadow.is_on():
        for search in searches:
            shadow.note_late(search)


@notifications.on(OPT_OUTS)
def know_opt_out(change: ChangeEvent, context: About) -> None:
    word = projection.put_opt_out(change)
    if word and not context.is_replay:
        late.plan_for_word(word.account_id, word.ended_at or word.since)


@notifications.on(ACCOUNTS, in_batches=True)
def know_accounts(told: Rows) -> None:
    projection.put_accounts([change for change, _ in told])


@notifications.on(ALERTS)
def know_what_was_sent(change: ChangeEvent, context: About) -> None:
    if shadow.is_on():
        shadow.hear(change)


# One that cannot be read holds up no request to erase its person: contacts go by their versions.
@notifications.on(AccountConfirmed, in_batches=True, holds_key=False)
@notifications.on(ContactChanged, in_batches=True, holds_key=False)
def know_contacts(told: Sequence[tuple[AccountConfirmed | ContactChanged, About]]) -> None:
    projection.put_contacts([(event, _envelope(context)) for event, context in told])


@notifications.on(ListingPublished)
@notifications.on(ListingRepriced)
@notifications.on(ListingStatusChanged)
def hear(event: ListingPublished | ListingRepriced | ListingStatusChanged, context: About) -> None:
    """Keep what happened, and plan who is told; a replay tells nobody."""
    change = causes.change_of(event, _envelope(context))
    if change is None:
        return
    projection.put_change(change)
    if not context.is_replay:
        planning.plan_when_known(change)


@notifications.on(DigestDue)
def hear_of_a_slot(event: DigestDue, context: About) -> None:
    """Keep a time at which overviews were due, and plan them; a replay tells nobody."""
    digest = projection.put_digest(event, _envelope(context))
    if not context.is_replay:
        planning.plan_overviews(digest)
        if shadow.is_on():
            shadow.note_overviews(digest)


@notifications.on(EnquirySent)
@notifications.on(EnquiryAnswered)
def hear_of_an_enquiry(event: EnquirySent | EnquiryAnswered, context: About) -> None:
    _hear(messages.about_enquiry(event, _envelope(context)), context)
    if isinstance(event, EnquirySent):
        _tell_agency(event, context)


@notifications.on(ViewingBooked)
@notifications.on(ViewingConfirmed)
@notifications.on(ViewingDeclined)
@notifications.on(ViewingCancelled)
def hear_of_a_viewing(
    event: ViewingBooked | ViewingConfirmed | ViewingDeclined | ViewingCancelled, context: About
) -> None:
    _hear(messages.about_viewing(event, _envelope(context)), context)
    if isinstance(event, ViewingBooked | ViewingCancelled):
        _tell_agency(event, context)


def _hear(message: Message | None, context: About) -> None:
    if message is None or not projection.put_message(message) or context.is_replay:
        return
    planning.plan_messages(message)
    if shadow.is_on():
        shadow.note_message(message)


def _tell_agency(event: telling.Heralded, context: About) -> None:
    if not context.is_replay:
        telling.tell(event, _envelope(context))


@notifications.forgets
def forget(person: str, context: About) -> int:
    """Remove every trace of a person, what was sent to them included."""
    whose = int(person)
    # The ledger goes first: from then on nothing of them is written.
    parts = (erasure, projection, endpoints, shadow, parked)
    return sum(part.forget(whose) for part in parts)


def _in_turn(told: Rows) -> Iterator[tuple[list[ChangeEvent], bool]]:
    """Give what follows one another and is all told again, or all for the first time."""
    for is_replay, alike in groupby(told, lambda each: each[1].is_replay):
        yield [change for change, _ in alike], is_replay


def _envelope(context: About) -> Any:
    # Of an event there always is one.
    assert context.envelope is not None
    return context.envelope
