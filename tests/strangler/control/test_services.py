"""Moving routes: whole, audited, never over somebody else's move, and back only to safety."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
from django.db import connections

from stack.readiness import wait
from strangler.control import described, services
from strangler.control.ledger import Author, Objection, Outdated, Refused, locked
from strangler.control.models import GatewayChange, RouteChange
from strangler.envoy.clusters import Address
from strangler.envoy.configuration import Configuration
from strangler.routes import Gates, Route
from strangler.snapshot import Snapshot
from strangler.stages import Stage, Standing, standing

pytestmark = pytest.mark.django_db(databases=["default", "strangler"])

ANNA = Author("anna", "first users")
PILOTS = standing("canary", 0, ["pilot"])


def move(config: Configuration, route: Route, stage: str, percent: object = None) -> int:
    return services.set_route(config, route, stage, ANNA, percent=percent).revision


def test_a_route_that_nobody_has_moved_stands_as_its_file_says(search: Route) -> None:
    assert services.current(search) == (PILOTS, 0)
    assert services.snapshot().standing(search) == PILOTS


def test_a_move_is_kept_with_who_when_why_and_from_where(
    config: Configuration, search: Route
) -> None:
    outcome = services.set_route(config, search, "canary", ANNA, percent="12.5")
    assert outcome.after == standing("canary", "12.5", ["pilot"])
    assert services.current(search) == (outcome.after, 1)
    change = RouteChange.objects.get()
    assert (change.route_id, change.who, change.reason) == ("search", "anna", "first users")
    assert Standing.from_json(change.before) == PILOTS
    assert Standing.from_json(change.after) == outcome.after


def test_the_gateways_snapshot_carries_the_move_and_a_higher_revision(
    config: Configuration, search: Route
) -> None:
    before = services.snapshot().revision
    revision = move(config, search, "cutover")
    now = services.snapshot()
    assert now.revision == revision == before + 1
    assert now.standing(search) == Standing(Stage.CUTOVER)


def test_what_a_canary_wish_does_not_name_stays(config: Configuration, search: Route) -> None:
    move(config, search, "canary", 10)
    services.set_route(config, search, "canary", ANNA, groups=("agents",))
    assert services.current(search)[0] == standing("canary", 10, ["agents"])
    services.set_route(config, search, "canary", ANNA, groups=())
    assert services.current(search)[0] == standing("canary", 10)


def test_leaving_the_canary_forgets_its_share(config: Configuration, search: Route) -> None:
    move(config, search, "cutover")
    move(config, search, "canary")
    assert services.current(search)[0] == standing("canary", 0)


def test_the_slower_of_two_people_is_told(config: Configuration, search: Route) -> None:
    move(config, search, "canary", 10)
    with pytest.raises(Outdated, match="it is at revision 1, not 0"):
        services.set_route(config, search, "cutover", ANNA, expected_revision=0)
    assert services.current(search)[0].audience.percent == 10
    services.set_route(config, search, "cutover", ANNA, expected_revision=1)


@pytest.mark.django_db(databases=["default", "strangler"], transaction=True)
def test_of_two_who_move_at_once_the_second_waits_and_is_told(
    config: Configuration, search: Route
) -> None:
    def promote() -> str:
        try:
            services.set_route(config, search, "canary", ANNA, percent=20, expected_revision=0)
        except Outdated as error:
            return str(error)
        finally:
            connections.close_all()
        return "moved"

    # As after the first move ever made, whose own row would keep the second out.
    services.close(ANNA)
    with ThreadPoolExecutor(1) as pool, locked(ANNA):
        second = pool.submit(promote)
        # It has looked already, over a connection of its own, and nobody has moved it yet.
        assert wait(_somebody_waits, 20)
        services.set_route(config, search, "canary", ANNA, percent=10, expected_revision=0)
    assert second.result(20) == (
        "search was moved by somebody else: it is at revision 1, not 0; look again"
    )
    assert services.current(search) == (standing("canary", 10, ["pilot"]), 1)
    assert RouteChange.objects.count() == 1


def _somebody_waits() -> bool:
    with connections["strangler"].cursor() as cursor:
        # Else a transaction is told the same again and again.
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def test_users_staff_and_times_stay_until_they_are_named_again(
    config: Configuration, search: Route
) -> None:
    until = "2030-01-31T09:00Z"
    services.set_route(config, search, "canary", ANNA, users=(42,), staff=True, until=until)
    services.set_route(config, search, "canary", ANNA, percent=5, until="")
    found = services.current(search)[0]
    assert found == standing("canary", 5, ["pilot"], staff=True, users=[42])
    assert services.snapshot().standing(search) == found


def test_what_speaks_against_a_move_is_told_all_at_once(
    config: Configuration, search: Route
) -> None:
    away = replace(config, places={**config.places, "search": (Address("127.0.0.1", 1),)})
    writer = replace(search, methods=("GET", "POST"), start=standing("shadow"))
    with pytest.raises(Objection) as error:
        services.set_route(away, writer, "cutover", ANNA)
    for words in ("cutover comes after canary", "does not say that it is ready", "its `guard`"):
        assert words in str(error.value)
    assert not RouteChange.objects.exists()
    services.set_route(config, replace(writer, guard="425"), "canary", ANNA)


def test_force_overrides_it_and_the_history_says_so(config: Configuration, search: Route) -> None:
    with pytest.raises(Objection, match="retired comes after cutover, and it is at canary"):
        services.set_route(config, search, "retired", ANNA)
    services.set_route(config, search, "retired", ANNA, force=True)
    change = RouteChange.objects.get()
    assert change.overridden == ["retired comes after cutover, and it is at canary"]


def test_a_step_back_needs_nobodys_leave(config: Configuration, search: Route) -> None:
    move(config, search, "cutover")
    away = replace(config, places={**config.places, "search": (Address("127.0.0.1", 1),)})
    services.set_route(away, search, "canary", ANNA, percent=1)
    services.set_route(away, search, "monolith", ANNA)


def test_undo_takes_back_the_last_change_whichever_it_was(
    config: Configuration, search: Route
) -> None:
    with pytest.raises(Refused, match="nobody has moved search yet"):
        services.undo(config, search, ANNA)
    move(config, search, "canary", 10)
    services.rollback(search, ANNA)
    assert services.undo(config, search, ANNA).after.audience.percent == 10
    with pytest.raises(Outdated):
        services.undo(config, search, ANNA, expected_revision=1)
    away = replace(config, places={**config.places, "search": (Address("127.0.0.1", 1),)})
    services.undo(away, search, ANNA)
    with pytest.raises(Objection, match="does not say that it is ready"):
        services.undo(away, search, ANNA)


def test_a_gate_on_lateness_is_judged_by_what_the_service_says(
    config: Configuration, search: Route, tell_lag: Callable[[float], None]
) -> None:
    gated = replace(search, gates=Gates(lag_seconds=5))
    with pytest.raises(Objection, match="lag_seconds not measured"):
        move(config, gated, "canary", 10)
    tell_lag(5.5)
    with pytest.raises(Objection, match=r"lag_seconds 5\.5, not met \(at most 5\)"):
        move(config, gated, "canary", 10)
    tell_lag(4.5)
    move(config, gated, "canary", 10)
    (told,) = described.route(config, gated)["judged"]
    assert (told["measured"], told["verdict"]) == (4.5, "met")
    # A step back never is refused.
    tell_lag(5.5)
    services.set_route(config, gated, "shadow", ANNA)


def test_nobody_new_is_sent_to_a_service_that_is_too_late_even_by_undoing(
    config: Configuration, search: Route, tell_lag: Callable[[float], None]
) -> None:
    move(config, search, "canary", 10)
    services.rollback(search, ANNA)
    tell_lag(3600)
    with pytest.raises(Objection, match="search is 3600 s late, and cookies guard for 600 s"):
        move(config, search, "canary", 10)
    with pytest.raises(Objection, match="search is 3600 s late"):
        services.undo(config, search, ANNA)
    tell_lag(1)
    services.undo(config, search, ANNA)


def test_one_route_is_closed_and_resumed_where_it_stood(
    config: Configuration, search: Route
) -> None:
    move(config, search, "cutover")
    assert services.close(ANNA, search) == 2
    assert services.close(ANNA, search) == 0
    assert services.snapshot().closed == {"search"}
    assert services.current(search)[0] == standing("cutover")
    assert services.resume(ANNA, search) == 3
    assert services.resume(ANNA, search) == 0
    assert services.snapshot().closed == set()
    turns = GatewayChange.objects.order_by("id").values_list("route_id", "all_to_monolith")
    assert list(turns) == [("search", True), ("search", False)]


def test_a_dry_run_changes_nothing_and_says_what_would_be(
    config: Configuration, search: Route
) -> None:
    outcome = services.set_route(config, search, "cutover", ANNA, dry_run=True)
    assert outcome.after == Standing(Stage.CUTOVER)
    # It is refused what a move in earnest would be.
    with pytest.raises(Outdated):
        services.set_route(config, search, "cutover", ANNA, dry_run=True, expected_revision=7)
    with pytest.raises(Objection):
        services.set_route(config, search, "retired", ANNA, dry_run=True)
    assert services.current(search) == (PILOTS, 0)
    assert services.snapshot() == Snapshot()
    assert not RouteChange.objects.exists()


def test_a_move_to_where_it_stands_leaves_no_trace(config: Configuration, search: Route) -> None:
    move(config, search, "cutover")
    assert move(config, search, "cutover") == 0
    assert RouteChange.objects.count() == 1


@pytest.mark.parametrize(
    ("stage", "named", "reason", "complaint"),
    [
        ("canary", {"percent": 5}, "  ", "say why"),
        ("live", {}, "x", "unknown stage 'live'"),
        ("cutover", {"percent": 5}, "x", "a percent belongs to canary"),
        ("shadow", {"groups": ("pilot",)}, "x", "groups belong to canary"),
        ("canary", {"percent": "many"}, "x", "percent must be from 0 to 100"),
        ("canary", {"groups": ("a\n",)}, "x", "must be a name without commas"),
    ],
)
def test_a_wish_that_makes_no_sense_changes_nothing(
    config: Configuration,
    search: Route,
    stage: str,
    named: dict[str, Any],
    reason: str,
    complaint: str,
) -> None:
    with pytest.raises(Refused, match=complaint):
        services.set_route(config, search, stage, Author("anna", reason), **named)
    assert services.current(search) == (PILOTS, 0)


def test_a_service_without_an_address_cannot_be_given_users(
    config: Configuration, search: Route
) -> None:
    alone = replace(config, places={"monolith": config.places["monolith"]})
    with pytest.raises(Refused, match="search has no address"):
        services.set_route(alone, search, "cutover", ANNA)
    services.set_route(alone, search, "monolith", ANNA)


def test_rolling_back_goes_further_back_each_time_and_never_forward(
    config: Configuration, search: Route
) -> None:
    move(config, search, "canary", 10)
    move(config, search, "canary", 50)
    move(config, search, "cutover")
    seen = [services.rollback(search, ANNA).after for _ in range(3)]
    assert [s.audience.percent for s in seen] == [50, 10, 0]
    assert seen[-1] == PILOTS
    with pytest.raises(Refused, match="no earlier, safer standing"):
        services.rollback(search, ANNA)
    assert RouteChange.objects.count() == 6


def test_two_who_roll_back_at_once_go_one_step_together(
    config: Configuration, search: Route
) -> None:
    move(config, search, "canary", 10)
    move(config, search, "cutover")
    _, seen = services.current(search)
    services.rollback(search, ANNA, expected_revision=seen)
    with pytest.raises(Outdated, match="moved by somebody else"):
        services.rollback(search, ANNA, expected_revision=seen)
    assert services.current(search)[0].audience.percent == 10


def test_rolling_back_to_a_stage_takes_up_its_last_share(
    config: Configuration, search: Route
) -> None:
    move(config, search, "canary", 10)
    move(config, search, "cutover")
    assert services.rollback(search, ANNA, to=Stage.CANARY).after.audience.percent == 10
    assert services.rollback(search, ANNA, to=Stage.MONOLITH).after == Standing(Stage.MONOLITH)
    with pytest.raises(Refused, match="cutover is not further back"):
        services.rollback(search, ANNA, to=Stage.CUTOVER)


def test_the_switch_is_audited_and_leaves_the_routes_alone(
    config: Configuration, search: Route
) -> None:
    move(config, search, "cutover")
    revision = services.close(ANNA)
    assert services.snapshot().all_to_monolith
    assert services.current(search)[0] == Standing(Stage.CUTOVER)
    assert services.close(ANNA) == 0
    assert services.resume(ANNA) == revision + 1
    assert not services.snapshot().all_to_monolith
    assert [c.all_to_monolith for c in GatewayChange.objects.order_by("id")] == [True, False]
