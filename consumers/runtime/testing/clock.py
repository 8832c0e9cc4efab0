"""A clock that stands still until it is moved; of one consumer in a test the only one."""


class Clock:
    """Seconds since 1970, for those who ask what time it is and those who measure how long."""

    def __init__(self, now: float = 1_790_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def move(self, seconds: float) -> None:
        """Let ``seconds`` pass."""
        self.now += seconds
