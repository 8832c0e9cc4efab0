"""The only writers of the control plane's tables: each change whole, audited and announced.

On the line: a person (or the autopilot) decides -> this -> the agent is notified ->
the gateway follows. Enters: a wish with a reason. Leaves: what is true now.

    ControlError
        UnknownRoute    no such route is declared
        Refused         the wish makes no sense where things stand
        Outdated        somebody else was faster
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connections, router, transaction

from strangler.envoy.configuration import Configuration
from strangler.routes import Route
from strangler.snapshot import Snapshot
from strangler.stages import Stage, Standing, StandingError, standing

from .models import GatewayChange, GatewayState, RouteChange, RouteState

CHANNEL = "strangler_routes"
ONLY = 1


class ControlError(Exception):
    """The wish was not granted and nothing was changed; the message is one line."""


class UnknownRoute(ControlError):
    """No route of that name is declared in the routes file."""


class Refused(ControlError):
    """The wish makes no sense where things stand."""


class Outdated(ControlError):
    """The route was moved since the caller looked at it; look again."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes something, and why; both are kept for ever."""

    who: str
    reason: str


@dataclass(frozen=True, slots=True)
class Wish:
    """Where a route shall stand; in a canary, what is not named stays as it is."""

    stage: str
    percent: object = None
    groups: tuple[str, ...] | None = None

    def seen_from(self, now: Standing) -> Standing:
        """Return the standing that is wished for; raises ``Refused``."""
        percent, groups = self.percent, self.groups
        if self.stage == now.stage == Stage.CANARY:
            percent = now.percent if percent is None else percent
            groups = now.groups if groups is None else groups
        try:
            return standing(self.stage, percent, groups)
        except StandingError as error:
            raise Refused(str(error)) from error


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was before and is now; ``revision`` is the gateway's, 0 if nothing changed."""

    before: Standing
    after: Standing
    revision: int


def database() -> str:
    """Return the alias of the database that keeps it all."""
    return router.db_for_write(RouteState)


def snapshot() -> Snapshot:
    """Return everything that the gateway must know."""
    # The revision first: what is read after it holds at least all of its changes, and
    # a change made in between has a notification of its own.
    gateway = GatewayState.objects.filter(pk=ONLY).first() or GatewayState()
    standings = {state.route_id: state.standing for state in RouteState.objects.all()}
    return Snapshot(gateway.revision, gateway.all_to_monolith, standings)


def find(routes: tuple[Route, ...], route_id: str) -> Route:
    """Return a declared route; raises ``UnknownRoute``."""
    for route in routes:
        if route.id == route_id:
            return route
    known = ", ".join(route.id for route in routes) or "none"
    raise UnknownRoute(f"unknown route {route_id!r}; declared: {known}")


def current(route: Route) -> tuple[Standing, int]:
    """Return where a route stands and its revision; 0 while nobody has moved it."""
    state = RouteState.objects.filter(pk=route.id).first()
    return (state.standing, state.revision) if state else (route.start, 0)


def set_route(
    config: Configuration,
    route: Route,
    wish: Wish,
    author: Author,
    *,
    expected_revision: int | None = None,
    dry_run: bool = False,
) -> Outcome:
    """Move a route. Raises ``Refused`` or ``Outdated``; a dry run raises just the same."""
    _need_reason(author)
    with _locked(dry_run=dry_run) as gateway:
        before, revision = current(route)
        wanted = wish.seen_from(before)
        _need_address(config, route, wanted)
        if expected_revision not in (None, revision):
            raise Outdated(
                f"{route.id} was moved by somebody else: it is at revision {revision}, "
                f"not {expected_revision}; look again"
            )
        if before == wanted:
            return Outcome(before, wanted, 0)
        _move(route, before, wanted, revision, author)
        return Outcome(before, wanted, _announce(gateway))


def rollback(route: Route, author: Author, *, to: Stage | None = None) -> Outcome:
    """Move a route back to its last standing that asked less of the service.

    Repeated, it goes further back and never forward: undoing an undo would bring the
    trouble back. ``to`` names an earlier stage instead. Raises ``Refused``.
    """
    _need_reason(author)
    with _locked(dry_run=False) as gateway:
        before, revision = current(route)
        wanted = _earlier(route, before) if to is None else _at_stage(route, before, to)
        _move(route, before, wanted, revision, author)
        return Outcome(before, wanted, _announce(gateway))


def close(author: Author) -> int:
    """Send everything to the monolith; returns the gateway's revision, 0 if it was so already."""
    return _turn(author, all_to_monolith=True)


def resume(author: Author) -> int:
    """Let every route be answered as it stands again; returns as ``close`` does."""
    return _turn(author, all_to_monolith=False)


def _turn(author: Author, *, all_to_monolith: bool) -> int:
    _need_reason(author)
    with _locked(dry_run=False) as gateway:
        if gateway.all_to_monolith is all_to_monolith:
            return 0
        gateway.all_to_monolith = all_to_monolith
        GatewayChange.objects.create(
            who=author.who, reason=author.reason, all_to_monolith=all_to_monolith
        )
        return _announce(gateway)


@contextmanager
def _locked(*, dry_run: bool) -> Iterator[GatewayState]:
    with transaction.atomic(using=database()):
        GatewayState.objects.get_or_create(pk=ONLY)
        # Every writer takes this lock first, so no two changes interleave.
        yield GatewayState.objects.select_for_update().get(pk=ONLY)
        if dry_run:
            transaction.set_rollback(True, using=database())


def _move(route: Route, before: Standing, after: Standing, revision: int, author: Author) -> None:
    state = RouteState(route_id=route.id, revision=revision + 1)
    state.standing = after
    state.save()
    RouteChange.objects.create(
        route_id=route.id,
        who=author.who,
        reason=author.reason,
        before=before.to_json(),
        after=after.to_json(),
    )


def _announce(gateway: GatewayState) -> int:
    gateway.revision += 1
    gateway.save(update_fields=["revision", "all_to_monolith"])
    with connections[database()].cursor() as cursor:
        # Delivered with the commit, and not at all without it.
        cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(gateway.revision)])
    return gateway.revision


def _earlier(route: Route, now: Standing) -> Standing:
    changes = RouteChange.objects.filter(route_id=route.id).order_by("-id")
    for change in changes:
        earlier = Standing.from_json(change.before)
        if earlier.exposure < now.exposure:
            return earlier
    raise Refused(f"{route.id} has no earlier, safer standing: {now.words()}")


def _at_stage(route: Route, now: Standing, stage: Stage) -> Standing:
    if stage.step >= now.stage.step:
        raise Refused(f"{route.id} is at {now.stage}: {stage} is not further back")
    for change in RouteChange.objects.filter(route_id=route.id).order_by("-id"):
        earlier = Standing.from_json(change.before)
        if earlier.stage is stage:
            return earlier
    return standing(stage)


def _need_reason(author: Author) -> None:
    if not author.reason.strip():
        raise Refused("say why: the reason must not be empty")


def _need_address(config: Configuration, route: Route, wanted: Standing) -> None:
    if wanted.stage is not Stage.MONOLITH and route.service not in config.places:
        raise Refused(f"service {route.service} has no address in STRANGLER_UPSTREAMS")
