"""A loop that hangs is told once, and again when it hangs again."""

from threading import enumerate as enumerate_threads

from consumers.runtime.health.progress import Progress
from consumers.runtime.health.watchdog import Watchdog
from stack.readiness import wait


def test_the_stacks_are_written_once_each_time_that_the_loop_hangs() -> None:
    now, dumps = [0.0], list[float]()
    progress = Progress(clock=lambda: now[0])
    watchdog = Watchdog(progress, patience=60, dump=lambda: dumps.append(now[0]))

    def look_at(moment: float) -> None:
        now[0] = moment
        watchdog.look()

    for moment in (59, 60, 70):
        look_at(moment)
    progress.turned()
    for moment in (100, 130, 131):
        look_at(moment)
    # A stuck handler was told by the loop.
    progress.turned()
    progress.is_stuck = True
    look_at(500)

    assert dumps == [60, 130]


def test_it_looks_by_itself_until_it_is_over() -> None:
    progress = Progress(clock=lambda: 1000.0)
    watchdog = Watchdog(progress, patience=1, dump=lambda: over.set())
    over = watchdog.start(every=0.01)

    assert over.wait(10)
    assert wait(lambda: "watchdog" not in [each.name for each in enumerate_threads()], 10)
