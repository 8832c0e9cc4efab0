"""Follow one price change across every hop of the line.

Enters: a running stack. Leaves: when the change was seen at each hop, in milliseconds since
the agent's form was sent; or the name of the hop where it stopped.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from confluent_kafka import KafkaException

from stack import environment
from stack.hops import TopicWatch, projected_version, served_with_price
from stack.ports import HOST, Ports
from stack.visitor import PageRefused, Visitor

_HOP_S = 15
# The search answers this user as soon as its read model has the change. When it has it and
# another side still answers, the route belongs to that side.
_OTHER_SIDE_S = 1.0

_HOPS = ("committed", "outbox_in_kafka", "row_in_kafka", "projected", "seen_at_gateway")


class Stopped(Exception):
    """The change did not reach a hop in time; the argument names it."""


@dataclass
class Journey:
    """One change on its way."""

    listing: int = 0
    hops: dict[str, float] = field(default_factory=dict)
    served_by: str = ""
    _begun: float = 0.0

    def follow(self, ports: Ports) -> None:
        """Change a price as the demo agent and watch it travel; raises ``Stopped``."""
        with Visitor(f"http://{HOST}:{ports['gateway']}") as agent:
            try:
                form = self._fill_in(agent)
                watch = TopicWatch(environment.read()["KAFKA_BOOTSTRAP"], self.listing)
            except (PageRefused, httpx.HTTPError, KafkaException) as error:
                raise Stopped(f"committed ({error})") from error
            try:
                self._travel(agent, watch, form, ports)
            finally:
                watch.close()

    def _fill_in(self, agent: Visitor) -> dict[str, str]:
        agent.log_in("agent", "agent")
        for listing in agent.own_listings():
            form = agent.edit_form(listing)
            if form["status"] == "active":
                self.listing = listing
                return form | {"price": str(_other_price(int(form["price"])))}
        raise PageRefused("The demo agent has no active listing on the first page.")

    def _travel(
        self, agent: Visitor, watch: TopicWatch, form: dict[str, str], ports: Ports
    ) -> None:
        price = int(form["price"])
        search = httpx.Client(base_url=f"http://{HOST}:{ports['search-web']}", timeout=5)
        self._begun = time.monotonic()
        try:
            agent.submit_edit(self.listing, form)
        except (PageRefused, httpx.HTTPError) as error:
            raise Stopped(f"committed ({error})") from error
        self._reach("committed")
        self._until("outbox_in_kafka", lambda: watch.poll().event_version > 0)
        self._until("row_in_kafka", lambda: watch.poll().row_price == price)
        version = watch.seen.row_version
        self._until("projected", lambda: projected_version(search, self.listing) >= version)
        search.close()
        self._until("seen_at_gateway", lambda: self._is_seen(agent, price))

    def _is_seen(self, agent: Visitor, price: int) -> bool:
        self.served_by = served_with_price(agent.http, self.listing, price)
        waited_s = time.monotonic() - self._begun - self.hops["projected"] / 1000
        return self.served_by == "search" or bool(self.served_by and waited_s > _OTHER_SIDE_S)

    def _until(self, hop: str, has_come: Callable[[], bool]) -> None:
        deadline = time.monotonic() + _HOP_S
        while not self._ask(has_come):
            if time.monotonic() > deadline:
                raise Stopped(hop)
            time.sleep(0.005)
        self._reach(hop)

    def _ask(self, has_come: Callable[[], bool]) -> bool:
        try:
            return has_come()
        except (httpx.HTTPError, KafkaException):
            # A part that is away may come back before the time is over.
            return False

    def _reach(self, hop: str) -> None:
        self.hops[hop] = round((time.monotonic() - self._begun) * 1000, 1)


def _other_price(price: int) -> int:
    # Up and down by turns, so that any number of journeys leaves the price where it was.
    return price - 1 if price % 2 else price + 1


def main(ports: Ports, *, as_json: bool) -> int:
    """Run one journey, print it and return the exit code."""
    journey = Journey()
    stopped_at = ""
    try:
        journey.follow(ports)
    except Stopped as stop:
        stopped_at = str(stop)
    outcome = {
        "ok": not stopped_at,
        "listing": journey.listing,
        "hops": journey.hops,
        "served_by": journey.served_by,
    }
    if stopped_at:
        outcome["stopped_at"] = stopped_at
    print(json.dumps(outcome) if as_json else _picture(journey, stopped_at))
    return 1 if stopped_at else 0


def _picture(journey: Journey, stopped_at: str) -> str:
    lines = [f"Listing {journey.listing}: a new price on its way"]
    for hop in _HOPS:
        if hop in journey.hops:
            bar = "─" * max(1, round(journey.hops[hop] / 20))
            lines.append(f"  {hop:16} {journey.hops[hop]:7.0f} ms  {bar}▶")
    if stopped_at:
        lines.append(f"  stopped at {stopped_at}: see `manage.py stack status` and `stack logs`")
        lines.append(environment.advice().strip())
    else:
        lines.append(f"  served by {journey.served_by}")
    return "\n".join(filter(None, lines))
