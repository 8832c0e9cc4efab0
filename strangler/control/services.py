"""The only writers of where routes stand: each change whole, audited and announced.

On the line: a person (or the autopilot) decides -> this -> the agent is notified ->
the gateway follows. Enters: a wish with a reason. Leaves: what is true now.
"""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from strangler.audience import NOBODY
from strangler.envoy.configuration import Configuration
from strangler.envoy.switches import Turn
from strangler.routes import Route
from strangler.snapshot import Snapshot
from strangler.stages import Stage, Standing, standing_for

from . import flagging
from .ledger import (
    ONLY,
    Author,
    Moved,
    Objection,
    Outdated,
    Refused,
    announce,
    database,
    last,
    locked,
    need_revision,
)
from .measuring import judgements
from .models import ClosedRoute, GatewayChange, GatewayState, RouteChange, RouteState
from .preconditions import objections, unfit
from .readiness import AWAY, Readiness, readiness

Outcome = Moved[Standing]
# The author of what somebody did by a file: only the machine knows who.
BY_FILE = "file"


def snapshot() -> Snapshot:
    """Return everything that the gateway must know."""
    # The revision first: what is read after it holds at least all of its changes, and
    # a change made in between has a notification of its own.
    gateway = GatewayState.objects.filter(pk=ONLY).first() or GatewayState()
    standings = {state.route_id: state.standing for state in RouteState.objects.all()}
    closed = frozenset(ClosedRoute.objects.values_list("route_id", flat=True))
    return Snapshot(
        gateway.revision, gateway.all_to_monolith, standings, closed, flagging.audiences()
    )


def current(route: Route) -> tuple[Standing, int]:
    """Return where a route stands and its revision; 0 while nobody has moved it."""
    state = RouteState.objects.filter(pk=route.id).first()
    return (state.standing, state.revision) if state else (route.start, 0)


def set_route(
    config: Configuration,
    route: Route,
    stage: str,
    author: Author,
    *,
    expected_revision: int | None = None,
    dry_run: bool = False,
    force: bool = False,
    **named: Any,
) -> Outcome:
    """Move a route to a stage and, in a canary, to whom is named; what is not named stays.

    Raises ``Refused``, ``Objection`` unless forced, or ``Outdated``; a dry run just the same.
    """
    # Asked before the lock, which the kill switch wants too.
    ready = _readiness(config, route, stage)
    gates = judgements(config, route, ready)
    with locked(author, dry_run=dry_run) as gateway:
        before, revision = current(route)
        need_revision(route.id, expected_revision, revision)
        kept = before.audience if stage == before.stage == Stage.CANARY else NOBODY
        wanted = standing_for(stage, kept.changed(named))
        _need_address(config, route, wanted)
        against = list(objections(route, before, wanted, ready, gates))
        if against and not force:
            raise Objection(f"{route.id}: {'; '.join(against)}; force it if that is meant")
        if before == wanted:
            return Moved(before, wanted, 0)
        _move(route, before, wanted, revision, author, forced=against)
        return Moved(before, wanted, announce(gateway))


def rollback(
    route: Route, author: Author, *, to: Stage | None = None, expected_revision: int | None = None
) -> Outcome:
    """Move a route back to its last standing that asked less of the service.

    Repeated, it goes further back and never forward: undoing an undo would bring the
    trouble back. ``to`` names an earlier stage instead. Raises ``Refused`` or ``Outdated``.
    """
    with locked(author) as gateway:
        before, revision = current(route)
        need_revision(route.id, expected_revision, revision)
        wanted = _earlier(route, before) if to is None else _at_stage(route, before, to)
        _move(route, before, wanted, revision, author)
        return Moved(before, wanted, announce(gateway))


def undo(
    config: Configuration, route: Route, author: Author, *, expected_revision: int | None = None
) -> Outcome:
    """Take the last change of a route back, whichever way it went.

    Raises ``Objection`` if that asks more of a service that is not ready, or late: it
    stood there before, so nothing else speaks against it.
    """
    change = last(route.id, _changes(route))
    wanted = Standing.from_json(change.before)
    ready = _readiness(config, route, wanted.stage)
    with locked(author) as gateway:
        before, revision = current(route)
        need_revision(route.id, expected_revision, revision)
        if last(route.id, _changes(route)) != change:
            raise Outdated(f"{route.id} was moved by somebody else just now; look again")
        if wanted.exposure > before.exposure and (against := list(unfit(route, wanted, ready))):
            raise Objection(f"{route.id}: {'; '.join(against)}")
        _move(route, before, wanted, revision, author)
        return Moved(before, wanted, announce(gateway))


def close(author: Author, route: Route | None = None) -> int:
    """Send a route, or everything, to the monolith, wherever it stands.

    Returns the gateway's revision, 0 if it was so already.
    """
    if route is None:
        return _turn(author, all_to_monolith=True)
    return _turn_route(author, route, is_closed=True)


def resume(author: Author, route: Route | None = None) -> int:
    """Let a route, or every one, be answered as it stands again; returns as ``close`` does."""
    if route is None:
        return _turn(author, all_to_monolith=False)
    return _turn_route(author, route, is_closed=False)


def record(turns: Iterable[Turn]) -> None:
    """Keep what was turned by files in the gateway's folder, each turn once; it is so already."""
    with transaction.atomic(using=database()):
        for turn in turns:
            GatewayChange.objects.get_or_create(
                # Not when it was heard of, but when it was done.
                at=turn.at,
                who=BY_FILE,
                route_id=turn.route,
                all_to_monolith=turn.is_closed,
                defaults={"reason": turn.reason},
            )


def _turn(author: Author, *, all_to_monolith: bool) -> int:
    with locked(author) as gateway:
        if gateway.all_to_monolith is all_to_monolith:
            return 0
        gateway.all_to_monolith = all_to_monolith
        GatewayChange.objects.create(
            who=author.who, reason=author.reason, all_to_monolith=all_to_monolith
        )
        return announce(gateway)


def _turn_route(author: Author, route: Route, *, is_closed: bool) -> int:
    with locked(author) as gateway:
        found = ClosedRoute.objects.filter(pk=route.id)
        if found.exists() is is_closed:
            return 0
        if is_closed:
            ClosedRoute.objects.create(route_id=route.id)
        else:
            found.delete()
        GatewayChange.objects.create(
            who=author.who, reason=author.reason, all_to_monolith=is_closed, route_id=route.id
        )
        return announce(gateway)


def _move(
    route: Route,
    before: Standing,
    after: Standing,
    revision: int,
    author: Author,
    forced: Iterable[str] = (),
) -> None:
    state = RouteState(route_id=route.id, revision=revision + 1)
    state.standing = after
    state.save()
    RouteChange.objects.create(
        route_id=route.id,
        who=author.who,
        reason=author.reason,
        before=before.to_json(),
        after=after.to_json(),
        overridden=list(forced),
    )


def _changes(route: Route) -> QuerySet[RouteChange]:
    return RouteChange.objects.filter(route_id=route.id)


def _earlier(route: Route, now: Standing) -> Standing:
    for change in _changes(route):
        earlier = Standing.from_json(change.before)
        if earlier.exposure < now.exposure:
            return earlier
    raise Refused(f"{route.id} has no earlier, safer standing: {now.words()}")


def _at_stage(route: Route, now: Standing, stage: Stage) -> Standing:
    if stage.step >= now.stage.step:
        raise Refused(f"{route.id} is at {now.stage}: {stage} is not further back")
    for change in _changes(route):
        earlier = Standing.from_json(change.before)
        if earlier.stage is stage:
            return earlier
    return Standing(stage)


def _readiness(config: Configuration, route: Route, stage: str) -> Readiness:
    if stage == Stage.MONOLITH or route.service not in config.places:
        return AWAY
    return readiness(config.places[route.service])


def _need_address(config: Configuration, route: Route, wanted: Standing) -> None:
    if wanted.stage is not Stage.MONOLITH and route.service not in config.places:
        raise Refused(f"service {route.service} has no address in STRANGLER_UPSTREAMS")
