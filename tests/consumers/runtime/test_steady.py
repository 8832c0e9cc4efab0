"""A clock that leaps: ahead for a while, ahead for good, and back."""

from datetime import UTC, datetime, timedelta

from consumers.runtime.steady import SteadyClock

NOON = datetime(2026, 11, 27, 12, tzinfo=UTC)
DAYS = timedelta(days=5)


class Machine:
    """Its clock may be set; the time that goes by may not."""

    def __init__(self) -> None:
        self.wall, self.ticks = NOON, 0.0

    def go_on(self, **length: float) -> None:
        gone = timedelta(**length)
        self.wall += gone
        self.ticks += gone.total_seconds()


def steady(machine: Machine) -> SteadyClock:
    return SteadyClock(lambda: machine.wall, lambda: machine.ticks)


def test_in_step_it_is_the_machines() -> None:
    machine = Machine()
    clock = steady(machine)
    for _ in range(100):
        machine.go_on(hours=5)
        assert clock.earliest() == machine.wall


def test_small_corrections_are_followed() -> None:
    machine = Machine()
    clock = steady(machine)
    for _ in range(100):
        machine.go_on(hours=1)
        machine.wall += timedelta(seconds=20)
        assert clock.earliest() == machine.wall


def test_a_leap_ahead_is_not_believed_for_an_hour() -> None:
    machine = Machine()
    clock = steady(machine)
    machine.wall += DAYS
    assert clock.earliest() == NOON
    machine.go_on(minutes=59)
    assert clock.earliest() == machine.wall - DAYS
    machine.go_on(minutes=2)
    assert clock.earliest() == machine.wall


def test_set_back_it_is_the_machines_again_and_the_next_leap_is_met_as_the_first() -> None:
    machine = Machine()
    clock = steady(machine)
    for _ in range(3):
        machine.wall += DAYS
        assert clock.earliest() == machine.wall - DAYS
        machine.wall -= DAYS
        machine.go_on(minutes=50)
        assert clock.earliest() == machine.wall


def test_a_machine_that_was_ahead_and_is_set_right_is_right_at_once() -> None:
    machine = Machine()
    clock = steady(machine)
    machine.wall -= DAYS
    assert clock.earliest() == machine.wall
