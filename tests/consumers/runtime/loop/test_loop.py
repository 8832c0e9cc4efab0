"""The promises of the loop, on every broker.

Elsewhere stands what one of them alone can show. On Kafka only: handlers and processes that are
slow, stuck, paused or killed (`test_liveness`, `test_many_processes`), as in memory no time passes
by itself. In memory only: partitions that are lost, as Kafka may tell of them as if they were
revoked, so that the store's fence alone keeps such a process from writing; and crashes at every
step and at random (`stores/`), as Kafka gives the partitions of who died to nobody for seconds:
`tests/faults` kills on the running line.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from consumers.runtime.brokers.memory import MemoryCluster
from consumers.runtime.config import ConsumerConfig
from consumers.runtime.errors import PoisonRecord, RetryLater, StopConsumer, StoreAway
from consumers.runtime.loop.loop import Loop
from consumers.runtime.records import Partition, Record
from consumers.runtime.testing.clock import Clock
from tests.consumers.runtime.ledger import Ledger
from tests.consumers.runtime.worlds import MemoryWorld, NotedOrders, World, make_loop, turn_until


def fill(world: World, count: int = 10) -> list[bytes]:
    values = [b"%d" % number for number in range(count)]
    for number, value in enumerate(values):
        world.append(number % 2, value)
    return values


def test_every_record_is_applied_once_and_each_partition_in_order(
    world: World, ledger: Ledger
) -> None:
    values = fill(world)
    loop = make_loop(world, ledger)
    turn_until(loop, lambda: len(ledger.durable) == 10)
    assert [v for v in ledger.durable if int(v) % 2 == 0] == values[0::2]
    assert [v for v in ledger.durable if int(v) % 2 == 1] == values[1::2]
    assert world.committed() == {0: 5, 1: 5}
    loop._broker.close()


def test_a_consumer_that_has_read_everything_says_so(world: World, ledger: Ledger) -> None:
    fill(world)
    loop = make_loop(world, ledger)
    turn_until(loop, lambda: ledger.was_caught_up)
    assert len(ledger.durable) == 10
    assert loop.progress.unread == 0
    loop._broker.close()


def test_the_read_model_says_where_to_resume_and_not_kafka(world: World, ledger: Ledger) -> None:
    fill(world)
    first = make_loop(world, ledger)
    turn_until(first, lambda: len(ledger.durable) == 10)
    first._broker.close()
    ledger.offsets = {Partition(world.name, 0): 5, Partition(world.name, 1): 4}
    second = make_loop(world, ledger)
    turn_until(second, lambda: ledger.durable[10:] == [b"9"])
    second._broker.close()


def test_a_running_consumer_goes_back_when_it_is_told_to_and_only_back(
    world: World, ledger: Ledger
) -> None:
    values, orders = fill(world), NotedOrders()
    loop = make_loop(world, ledger, orders=orders)
    turn_until(loop, lambda: len(ledger.durable) == 10 and loop.progress.unread == 0)
    orders |= {Partition(world.name, 0): 2, Partition(world.name, 1): 5, Partition("other", 0): 1}
    turn_until(loop, lambda: len(ledger.durable) == 13)
    assert ledger.durable[10:] == values[4::2]
    assert orders == {Partition("other", 0): 1}
    world.append(1, b"10")
    turn_until(loop, lambda: ledger.durable[13:] == [b"10"])
    loop._broker.close()
    assert loop.progress.applied == 14
    assert ledger.offsets == {Partition(world.name, 0): 5, Partition(world.name, 1): 6}


def test_a_read_model_that_was_lost_is_built_again_from_the_beginning(world: World) -> None:
    fill(world)
    lost, fresh = Ledger(), Ledger()
    first = make_loop(world, lost)
    turn_until(first, lambda: len(lost.durable) == 10)
    first._broker.close()
    second = make_loop(world, fresh)
    turn_until(second, lambda: sorted(fresh.durable) == sorted(lost.durable))
    second._broker.close()


def test_offsets_beyond_the_end_of_a_topic_made_anew_start_at_its_beginning(
    world: World, ledger: Ledger
) -> None:
    fill(world)
    ledger.offsets = {Partition(world.name, 0): 900, Partition(world.name, 1): 900}
    loop = make_loop(world, ledger)
    turn_until(loop, lambda: len(ledger.durable) == 10)
    loop._broker.close()


def test_what_was_handled_but_not_flushed_is_handled_again_after_a_crash(
    world: World, ledger: Ledger
) -> None:
    fill(world)

    def crash(record: Record) -> None:
        ledger.handle(record)
        if record.offset == 3:
            raise StopConsumer("the machine is gone")

    crashed = make_loop(world, ledger, crash)
    with pytest.raises(StopConsumer):
        turn_until(crashed, lambda: False)
    # Gone without a flush: the group hears of it, the read model does not.
    ledger.refusals = 1
    crashed._broker.close()
    again = make_loop(world, ledger)
    turn_until(again, lambda: len(ledger.durable) >= 10)
    assert sorted(set(ledger.durable)) == sorted(b"%d" % number for number in range(10))
    again._broker.close()


def test_a_poison_record_goes_to_the_dead_letters_and_the_line_goes_on(
    world: World, ledger: Ledger
) -> None:
    values = fill(world)
    loop = make_loop(world, ledger, poisoned_by(ledger, b"4", PoisonRecord("price: is no number")))
    turn_until(loop, lambda: len(ledger.durable) == 9)
    assert sorted(ledger.durable) == sorted(set(values) - {b"4"})
    assert world.committed() == {0: 5, 1: 5}
    (letter,) = world.dead_letters()
    told = dict(letter.headers)
    assert (letter.key, letter.value, told["ce_id"]) == (b"k", b"4", b"1")
    assert told["originalTopic"] == world.name.encode()
    assert (told["originalPartition"], told["originalOffset"]) == (b"0", b"2")
    assert (told["error"], told["attempts"]) == (b"PoisonRecord: price: is no number", b"1")
    assert told["timestamp"]
    loop._broker.close()


def test_a_record_that_heals_is_applied_in_its_order(world: World, ledger: Ledger) -> None:
    values = fill(world)
    failures = [RetryLater("the vault is away")] * 2

    def handle(record: Record) -> None:
        if record.value == b"2" and failures:
            raise failures.pop()
        ledger.handle(record)

    loop = make_loop(world, ledger, handle)
    turn_until(loop, lambda: len(ledger.durable) == 10)
    assert [v for v in ledger.durable if int(v) % 2 == 0] == values[0::2]
    assert loop.progress.retries == 2
    assert world.dead_letters() == []
    loop._broker.close()


@pytest.mark.parametrize("error", [RetryLater("the vault is away"), KeyError("a mistake")])
def test_a_record_that_never_heals_is_buried_after_its_attempts(
    world: World, ledger: Ledger, error: Exception
) -> None:
    fill(world)
    loop = make_loop(world, ledger, poisoned_by(ledger, b"2", error))
    turn_until(loop, lambda: len(ledger.durable) == 9)
    (letter,) = world.dead_letters()
    assert (letter.value, dict(letter.headers)["attempts"]) == (b"2", b"3")
    loop._broker.close()


def test_a_flush_that_fails_is_tried_again_and_commits_nothing_before(
    world: World, ledger: Ledger
) -> None:
    fill(world)
    ledger.refusals = 2
    loop = make_loop(world, ledger)
    turn_until(loop, lambda: ledger.refusals == 0)
    assert (ledger.durable, world.committed()) == ([], {})
    turn_until(loop, lambda: len(ledger.durable) == 10)
    # Both partitions flow again.
    fill(world, 2)
    turn_until(loop, lambda: len(ledger.durable) == 12)
    loop._broker.close()


def test_a_stop_flushes_what_is_done_and_leaves(world: World, ledger: Ledger) -> None:
    fill(world)
    seen: list[Record] = []

    def stop_at_the_end(record: Record) -> None:
        ledger.handle(record)
        seen.append(record)
        if len(seen) == 10:
            loop.stop()

    loop = make_loop(world, ledger, stop_at_the_end)
    loop.run()
    assert len(ledger.durable) == 10
    assert world.committed() == {0: 5, 1: 5}


def test_a_row_of_dead_letters_ends_a_loop_that_nobody_could_let_go_on(
    world: World, ledger: Ledger
) -> None:
    fill(world, 202)
    loop = make_loop(world, ledger, always(PoisonRecord("all of them")))
    with pytest.raises(StopConsumer, match="100 records in a row were poison"):
        loop.run()
    assert len(world.dead_letters()) == 100


def test_partitions_are_held_until_the_store_can_tell_where_they_begin(world: World) -> None:
    fill(world)
    ledger = Speechless({Partition(world.name, 0): 2, Partition(world.name, 1): 3})
    loop = make_loop(world, ledger)
    turn_until(loop, lambda: ledger.asked > 2)
    assert loop.progress.unready() == "the store is away"
    assert (loop.progress.applied, ledger.durable) == (0, [])
    ledger.is_away = False
    turn_until(loop, lambda: len(ledger.durable) == 5)
    assert sorted(ledger.durable) == [b"4", b"6", b"7", b"8", b"9"]
    turn_until(loop, lambda: not loop.progress.unready())
    fill(world, 2)
    turn_until(loop, lambda: len(ledger.durable) == 7)
    loop._broker.close()


def test_partitions_that_are_held_go_to_another_who_can_begin_them(world: World) -> None:
    speechless, ledger = Speechless({}), Ledger()
    first = make_loop(world, speechless)
    turn_until(first, lambda: speechless.asked > 2)
    second = make_loop(world, ledger)
    both_until((first, second), lambda: len(second._assigned) == 1)
    fill(world)
    both_until((first, second), lambda: len(ledger.durable) == 5)
    assert speechless.durable == []
    first._broker.close()
    turn_until(second, lambda: len(ledger.durable) == 10)
    second._broker.close()


def test_other_keys_flow_while_one_is_parked_and_its_own_follow_in_order(
    world: World, ledger: Ledger
) -> None:
    for number in range(10):
        world.append(0, b"%d" % number, key=b"odd" if number % 2 else b"even")
    now = [0.0]

    def handle(record: Record) -> None:
        if record.key == b"even" and now[0] < 60:
            raise RetryLater("not before its time")
        ledger.handle(record)

    world.config = config_with_delay(world, 30.0)
    loop = make_loop(world, ledger, handle, clock=lambda: now[0])
    turn_until(loop, lambda: loop.progress.parked == len(ledger.durable) == 5)
    assert ledger.durable == [b"1", b"3", b"5", b"7", b"9"]
    loop.turn()
    assert world.committed() == {0: 10}
    now[0] = 60.0
    turn_until(loop, lambda: len(ledger.durable) == 10)
    assert ledger.durable[5:] == [b"0", b"2", b"4", b"6", b"8"]
    loop._broker.close()


def test_a_lot_that_is_full_is_told_and_nothing_more_is_read(
    world: World, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    for number in range(3):
        world.append(0, b"%d" % number, key=b"%d" % number)
    now = [0.0]

    def handle(record: Record) -> None:
        if now[0] < 60:
            raise RetryLater("not before its time")
        ledger.handle(record)

    world.config = replace(config_with_delay(world, 30.0), parked_most=3)
    loop = make_loop(world, ledger, handle, clock=lambda: now[0])
    turn_until(loop, lambda: loop.progress.parked == 3)
    loop.turn()
    world.append(0, b"3")
    for _ in range(3):
        loop.turn()
    assert (loop.progress.parked, world.committed()) == (3, {0: 3})
    assert "parked" in loop.progress.unready()
    assert caplog.text.count("full parked_most=3") == 1

    now[0] = 60.0
    turn_until(loop, lambda: len(ledger.durable) == 4)
    loop.turn()
    assert "parked" not in loop.progress.unready()
    loop._broker.close()


def test_two_clients_share_the_partitions_and_one_that_leaves_hands_its_own_over(
    world: World,
) -> None:
    first, second = Ledger(), Ledger()
    loops = make_loop(world, first), make_loop(world, second)
    both_until(loops, lambda: [len(loop._assigned) for loop in loops] == [1, 1])
    fill(world, 2)
    both_until(loops, lambda: len(first.durable) == len(second.durable) == 1)
    assert {*first.durable, *second.durable} == {b"0", b"1"}

    # Whoever takes over finds the offsets in the read model: the two have one in common.
    first.offsets = first.offsets | second.offsets
    loops[1]._broker.close()
    fill(world, 10)
    turn_until(loops[0], lambda: len(first.durable) == 11)
    assert world.committed() == {0: 6, 1: 6}
    loops[0]._broker.close()


def test_what_was_paused_flows_again_when_partitions_come_while_the_store_is_away(
    world: World, ledger: Ledger
) -> None:
    other = make_loop(world, Ledger())
    loop = make_loop(world, ledger)
    both_until((other, loop), lambda: len(loop._assigned) == len(other._assigned) == 1)
    fill(world, 2)
    ledger.refusals = 1
    turn_until(loop, lambda: ledger.refusals == 0)
    other._broker.close()
    turn_until(loop, lambda: len(loop._assigned) == 2)
    fill(world, 10)
    turn_until(loop, lambda: len(set(ledger.durable)) == 10)
    loop._broker.close()


def test_nothing_is_kept_or_committed_of_partitions_that_were_lost() -> None:
    world, lost, taken = MemoryWorld(), Ledger(), Ledger()
    fill(world)
    first = make_loop(world, lost)
    lost.refusals = 1
    turn_until(first, lambda: lost.refusals == 0)
    first._broker.vanish()  # type: ignore[attr-defined]
    second = make_loop(world, taken)
    turn_until(second, lambda: len(taken.durable) == 10)
    world.append(0, b"10")
    turn_until(second, lambda: world.committed() == {0: 6, 1: 5})

    turn_until(first, lambda: not first._assigned)
    assert (lost.durable, world.committed()) == ([], {0: 6, 1: 5})
    second._broker.close()
    turn_until(first, lambda: len(set(lost.durable)) == 11)
    first._broker.close()


def test_what_was_kept_of_partitions_that_were_lost_is_handled_by_their_next_owner_alone() -> None:
    world, lost, taken = MemoryWorld(), Ledger(), Ledger()
    fill(world)
    first = make_loop(world, lost, always(StoreAway("no server")))
    turn_until(first, lambda: first._handling.has_left)
    first._broker.vanish()  # type: ignore[attr-defined]
    second = make_loop(world, taken)
    turn_until(second, lambda: len(taken.durable) == 10)
    turn_until(first, lambda: not first._assigned)
    assert not first._handling.has_left
    second._broker.close()
    first._broker.close()


class Speechless(Ledger):
    """A read model that cannot tell where it is, for as long as it is away."""

    def __init__(self, offsets: dict[Partition, int]) -> None:
        super().__init__()
        self.offsets = offsets
        self.is_away, self.asked = True, 0

    def resume_from(self) -> Mapping[Partition, int]:
        self.asked += 1
        if self.is_away:
            raise StoreAway("no server")
        return super().resume_from()


def both_until(loops: tuple[Loop, Loop], is_done: Callable[[], bool]) -> None:
    for _ in range(300):
        if is_done():
            return
        for loop in loops:
            loop.turn()
    raise AssertionError(f"not done: {[loop.progress for loop in loops]}")


def poisoned_by(ledger: Ledger, value: bytes, error: Exception) -> Callable[[Record], None]:
    def handle(record: Record) -> None:
        if record.value == value:
            raise error
        ledger.handle(record)

    return handle


def always(error: Exception) -> Callable[[Record], None]:
    def handle(record: Record) -> None:
        raise error

    return handle


def config_with_delay(world: World, seconds: float) -> ConsumerConfig:
    retry = replace(world.config.retry, first_delay=seconds, jitter=0.0, attempts=9)
    return replace(world.config, retry=retry)


def test_a_consumer_is_not_current_while_one_of_its_partitions_waits_behind_a_busy_one(
    ledger: Ledger,
) -> None:
    world, clock = MemoryWorld(), Clock()
    world.cluster = MemoryCluster(clock=clock)
    world.cluster.create_topic(world.name, 2)
    world.config = replace(world.config, batch_size=2, lag_seconds=0)
    loop = make_loop(world, ledger, clock=clock)
    loop.progress.clock = clock
    fill(world)
    turn_until(loop, lambda: ledger.was_caught_up)

    def busy_turn() -> None:
        clock.move(2)
        # So many that there is no room for those of the other one.
        world.append(0, b"young")
        world.append(0, b"young")
        ledger.was_caught_up = False
        loop.turn()

    busy_turn()
    assert ledger.was_caught_up
    world.append(1, b"old")
    for _ in range(4):
        busy_turn()
    assert not ledger.was_caught_up
    turn_until(loop, lambda: b"old" in ledger.durable)
    busy_turn()
    assert ledger.was_caught_up


def test_a_consumer_that_has_read_everything_is_current_only_while_the_capture_is_heard(
    ledger: Ledger,
) -> None:
    world, heard = MemoryWorld(), [False]
    world.config = replace(world.config, lag_seconds=0)
    loop = make_loop(world, ledger, is_captured=lambda: heard[0])
    fill(world)
    turn_until(loop, lambda: loop.progress.is_caught_up)
    loop.turn()
    assert len(ledger.durable) == 10
    assert not ledger.was_caught_up
    heard[0] = True
    loop.turn()
    assert ledger.was_caught_up
